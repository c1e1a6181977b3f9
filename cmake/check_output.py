"""Runs a program and compares what it prints: check_output.py PROGRAM [EXPECTED_FILE]

Through a pipe, as when a user keeps the output in a file: programs of several processes have to write line by line of
their own accord.
"""

import difflib
import subprocess
import sys


def run(program):
    done = subprocess.run([program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return done.returncode, done.stdout.decode()


def main():
    program, *expected_file = sys.argv[1:]
    code, printed = run(program)
    sys.stdout.write(printed)
    if code != 0:
        sys.exit(f"{program} ended with code {code}")
    if not expected_file:
        return
    with open(expected_file[0], encoding="utf-8") as file:
        expected = file.read()
    if printed != expected:
        difference = difflib.unified_diff(
            expected.splitlines(True), printed.splitlines(True), expected_file[0], "printed"
        )
        sys.exit("other output than expected:\n" + "".join(difference))


main()
