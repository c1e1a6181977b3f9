"""Counts with valgrind's callgrind what the first thread of a program does: instructions, and allocations."""
import pathlib
import re
import shutil
import subprocess
import tempfile
from typing import NamedTuple

SKIPPED = 77
LONGEST = 300  # seconds that one run may take
ALLOCATING = {"malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign"}
TOTAL = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)
CALL = re.compile(r"^(c?)fn=\((\d+)\)(?: (.*))?$|^calls=(\d+)", re.MULTILINE)


class Counts(NamedTuple):
    instructions: float
    allocations: float

    def per_operation(self, fewer, operations):
        """What an operation costs, if another run had so many less: what a program does only once cancels out."""
        return Counts(*((a - b) / operations for a, b in zip(self, fewer)))


def is_missing():
    """Whether valgrind is not there; says so."""
    if shutil.which("valgrind"):
        return False
    print("skipped: valgrind is not installed")
    return True


def instructions(text):
    """The sum of one of callgrind's files."""
    return int(TOTAL.search(text)[1])


def allocations(text):
    """How often functions of the C library that allocate were called. A name stands where its number comes first."""
    names, called, count = {}, "", 0
    for is_called, number, name, calls in CALL.findall(text):
        if name:
            names[number] = name.split("'")[0]
        if is_called:
            called = names[number]
        elif calls and called in ALLOCATING:
            count += int(calls)
    return count


def command(program, folder):
    return ["valgrind", "--quiet", "--tool=callgrind", "--separate-threads=yes",
            f"--callgrind-out-file={folder}/counts", *program]


def counted(folder):
    """The counts of the first thread. Without others the file has no number."""
    files = sorted(folder.glob("counts-01")) or sorted(folder.glob("counts"))
    text = files[0].read_text(errors="replace")
    return Counts(instructions(text), allocations(text))


def count(program):
    """Runs a program that needs no peer."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(command(program, name), check=True, timeout=LONGEST, stdout=subprocess.DEVNULL)
        return counted(pathlib.Path(name))
