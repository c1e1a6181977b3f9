"""Holds that a process without an observer pays nothing for observers: no_observer.py --compiler CXX SOURCE [FLAG...]

SOURCE is compiled to assembly with the observer `none`, with `bare`, which is what an observer was before it could be
told of messages and connections, and with `full`, which is told everything. The first two have to be the same, line by
line; the third has to have what the others must not have, or the comparison would mean nothing.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

LABEL = re.compile(r"(\bCSWTCH\.|\.L[A-Za-z_]*)\d+\b")
MARKS = ["marked_sent", "marked_received", "marked_handled", "marked_connection"]


def assembly_with(observer, options, flags, folder):
    out = pathlib.Path(folder) / f"{observer}.s"
    command = [options.compiler, "-std=c++20", "-O2", "-S", f"-DOBSERVER={observer}", *flags, str(options.source)]
    subprocess.run([*command, "-o", str(out)], check=True)
    # The names of the observers have the same length, so nothing but the name itself differs in mangled names.
    return renumbered(out.read_text(encoding="utf-8").replace(f"4{observer}", "4none")).splitlines()


def renumbered(text):
    """Labels that the compiler made up, numbered by where they first stand: its own numbers depend on what it read."""
    numbers = {}
    return LABEL.sub(lambda found: f"{found[1]}#{numbers.setdefault(found[0], len(numbers))}", text)


def problems_of(none, bare, full):
    """What is wrong, as a list of sentences; empty if all is as it should be."""
    problems = []
    if none != bare:
        at = next((i for i, pair in enumerate(zip(none, bare)) if pair[0] != pair[1]), min(len(none), len(bare)))
        problems.append(f"the code with `none` is not the code with `bare`: {len(none)} and {len(bare)} lines, from "
                        f"line {at + 1} on:\n  {none[at:at + 3]}\n  {bare[at:at + 3]}")
    for mark in [*MARKS, "zmq_socket_monitor"]:
        if any(mark in line for line in none):
            problems.append(f"the code with `none` has {mark} in it")
        if not any(mark in line for line in full):
            problems.append(f"the code with `full` has no {mark} in it, so this test cannot fail")
    if len(full) <= len(none):
        problems.append(f"the code with `full` is not longer than that with `none`: {len(full)} and {len(none)} lines")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("source", type=pathlib.Path)
    options, flags = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        problems = problems_of(*(assembly_with(each, options, flags, folder) for each in ("none", "bare", "full")))
    print("\n".join(problems) or "without an observer the code is the same as without the feature")
    sys.exit(1 if problems else 0)


main()
