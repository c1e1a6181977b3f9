"""What the scripts that measure have in common: turns, ratios, the machine, and where the results go."""
import json
import os
import pathlib
import platform
import statistics
import sys

import markdown

root = pathlib.Path(__file__).resolve().parent.parent


def tell(what):
    """Progress, for who watches; the results go to stdout."""
    print(what, file=sys.stderr, flush=True)


def _value(file, name):
    """What a file of lines `name: value` or `name=value` has for a name."""
    for line in pathlib.Path(file).read_text().splitlines():
        if line.startswith(name):
            return line.split(":" if ":" in line else "=", 1)[1].strip().strip('"')
    return "?"


def machine():
    system = _value("/etc/os-release", "PRETTY_NAME").split(" (")[0]
    return (f"{_value('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, {system}, "
            f"Linux {platform.release().split('-')[0]}, load {os.getloadavg()[0]:.1f} at the start")


def take_turns(rounds, jobs):
    """jobs: {name: function}. A B A B ..., so that a drift of the machine hits all of them: {name: [result, ...]}."""
    taken = {name: [] for name in jobs}
    for number in range(rounds):
        for name, measure in jobs.items():
            tell(f"round {number + 1} of {rounds}: {name}")
            taken[name].append(measure())
    return taken


def median_ratio(ours, theirs):
    """The median of the ratios within a round."""
    return statistics.median(a / b for a, b in zip(ours, theirs))


def add_options(parser, rounds=None, only=None, build=True):
    """The options that all scripts have; `rounds` is the default, `only` what can be chosen."""
    if build:
        parser.add_argument("--build", type=pathlib.Path, metavar="DIRECTORY",
                            default=root / "build/release/benchmarks", help="of the programs")
    if rounds:
        parser.add_argument("--rounds", type=int, default=rounds, metavar="N", help=f"default: {rounds}")
    if only:
        parser.add_argument("--only", default="", metavar="WORD", help=f"{only} whose name has this in it")
    parser.add_argument("--out", type=pathlib.Path, metavar="DIRECTORY",
                        help="keep the results there, as JSON and Markdown; with --only the others stay as they are")


def chosen(names, word, parser):
    """Those of the names that have the word in them; an error if there are none."""
    found = [name for name in names if word in name]
    if not found:
        parser.error(f"--only {word}: nothing has this in its name. There are: {'; '.join(names)}")
    return found


def earlier(out, name, wanted):
    """The results that a directory has, if they are wanted."""
    file = out / f"{name}.json" if out else None
    return json.loads(file.read_text()) if wanted and file and file.exists() else {}


def save(out, name, everything):
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.json").write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n")


def report(out, name, title, text, everything):
    """Prints the tables. With a directory, its page and its JSON have them too."""
    print(text, end="", flush=True)
    if out:
        save(out, name, everything)
        markdown.update(out / f"{name}.md", title, "measured", text)
