"""Counts of instructions, held against those that a file has for a compiler."""
import json

from callgrind import SKIPPED

TOLERANCE = 1.10
SLACK = 4  # instructions: what 10 % of the smallest counts would not even allow


def check(counts, file, compiler, update):
    """Returns the exit code: 1 if something became dearer, SKIPPED if there is nothing to compare with.
    With `update` the file takes the counts in."""
    golden = json.loads(file.read_text()) if file.exists() else {}
    if update:
        golden[compiler] = counts
        file.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n")
        return 0
    if compiler not in golden:
        print(f"skipped: {file.name} has no counts for {compiler}")
        return SKIPPED
    dearer = 0
    for name, now in counts.items():
        before = golden[compiler].get(name)
        if before is None:
            print(f"{name}: {now}, which {file.name} does not have; add it with --update")
            dearer += 1
        elif now > before * TOLERANCE + SLACK:
            print(f"{name}: {now} instructions, and not {before} as it was")
            dearer += 1
        elif now < before / TOLERANCE - SLACK:
            print(f"{name}: {now} instead of {before}: better; keep it with --update")
    print(f"{len(counts)} counts, {dearer} dearer than {file.name} allows")
    return 1 if dearer else 0
