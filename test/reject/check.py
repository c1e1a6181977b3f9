"""Checks one program that must not compile: check.py --compiler CXX CASE.cpp [FLAG...]

CASE.cpp compiled with -DREJECT has to be refused, and the compiler's messages have to contain each
`// expect: <regex>` of the file. Compiled without it, it has to be accepted; --no-twin leaves that out.

check.py --compiler CXX --precompile HEADER [FLAG...] compiles a header that cases with --headers HEADER begin with,
so that each of them need not read again what nearly all of them include.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# Messages only: an echo of the source line would contain the text of any static_assert that stands there.
FLAGS = ["-std=c++20", "-fsyntax-only", "-fno-diagnostics-color"]
NO_ECHO = {"gcc": ["-fno-diagnostics-show-caret"], "clang": ["-fno-caret-diagnostics"]}


def kind_of(compiler):
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    return "clang" if "clang" in version else "gcc"


def precompile(compiler, header, flags):
    command = [compiler, FLAGS[0], *flags, "-x", "c++-header", str(header), "-o", f"{header}.gch"]
    return subprocess.run(command).returncode


def use_of(compiler, header):
    """The flags that make a precompiled header the first thing that is read."""
    return ["-include-pch", f"{header}.gch"] if kind_of(compiler) == "clang" else ["-include", str(header)]


def compile_case(compiler, case, flags):
    command = [compiler, *FLAGS, *NO_ECHO[kind_of(compiler)], *flags, str(case)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"})
    return done.returncode == 0, done.stderr


def problems_of(compiler, case, flags, twin=True):
    """What is wrong with a case, as a list of sentences; empty if it is as it should be."""
    text = case.read_text(encoding="utf-8")
    expected = re.findall(r"^\s*// expect: (.+?)\s*$", text, re.MULTILINE)
    if not expected:
        return ["no `// expect: <regex>` line: say what the compiler has to say"]
    if not re.search(r"^\s*#\s*if.*\bREJECT\b", text, re.MULTILINE):
        return ["no `#ifdef REJECT`: without it there is no accepted twin"]

    problems = []
    accepted, messages = compile_case(compiler, case, flags) if twin else (True, "")
    if not accepted:
        problems.append(f"the accepted twin does not compile:\n{messages}")
    accepted, messages = compile_case(compiler, case, ["-DREJECT", *flags])
    if accepted:
        problems.append("compiles with REJECT defined, but must not")
    else:
        missing = [regex for regex in expected if not re.search(regex, messages)]
        problems += [f"the compiler does not say: {regex}" for regex in missing]
        if missing:
            problems.append(f"it says:\n{messages}")
    return problems


GOOD_CASE = """
template <class T> void take(T) { static_assert(sizeof(T) > 1, "take(x): x must be larger than a char"); }
int main() {
#ifdef REJECT
    // expect: take\\(x\\): x must be larger than a char
    take('c');
#else
    take(1);
#endif
}
"""

SELF_TESTS = [
    (GOOD_CASE, None),
    (GOOD_CASE.replace("take(1)", "take('d')"), "accepted twin does not compile"),
    (GOOD_CASE.replace("take('c')", "take(2)"), "must not"),
    (GOOD_CASE.replace("take('c')", "take(nothing)"), "does not say"),
    (GOOD_CASE.replace("// expect:", "//"), "no `// expect"),
    (GOOD_CASE.replace("#ifdef REJECT", "#if 0"), "no `#ifdef REJECT`"),
    # The text stands in the source line at fault, but the compiler complains about something else there.
    (GOOD_CASE.replace("take('c');", 'char const* s = 1 + "take(x): x must be larger than a char"s;'), "does not say"),
]


def self_test(compiler):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        case = pathlib.Path(folder) / "case.cpp"
        for text, expected in SELF_TESTS:
            case.write_text(text, encoding="utf-8")
            found = " / ".join(problems_of(compiler, case, []))
            if (expected is None and found) or (expected is not None and expected not in found):
                print(f"{text}\nexpected the harness to report {expected!r}, it reports: {found or 'nothing'}")
                failed += 1
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--precompile", type=pathlib.Path)
    parser.add_argument("--headers", type=pathlib.Path)
    parser.add_argument("--no-twin", action="store_true")
    parser.add_argument("case", nargs="?", type=pathlib.Path)
    options, flags = parser.parse_known_args()
    if options.self_test:
        sys.exit(1 if self_test(options.compiler) else 0)
    if options.precompile:
        sys.exit(precompile(options.compiler, options.precompile, flags))
    if options.headers:
        flags = [*use_of(options.compiler, options.headers), *flags]
    problems = problems_of(options.compiler, options.case, flags, not options.no_twin)
    for problem in problems:
        print(f"{options.case.name}: {problem}")
    sys.exit(1 if problems else 0)


main()
