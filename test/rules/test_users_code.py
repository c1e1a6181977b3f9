"""g++ compiles no function of a user for size because it calls what Tenon has marked as cold (docs/decisions/0053).

usage: test_users_code.py COMPILER INCLUDE...
"""
import pathlib
import subprocess
import sys
import tempfile

source = pathlib.Path(__file__).with_name("users_code.cpp")
compiler, *includes = sys.argv[1:]

with tempfile.TemporaryDirectory() as folder:
    compiled = pathlib.Path(folder) / "users_code.o"
    subprocess.run([compiler, "-std=c++20", "-O2", *(f"-I{each}" for each in includes), "-c", source, "-o", compiled],
                   check=True)
    symbols = subprocess.run(["objdump", "--syms", "--demangle", compiled], capture_output=True, text=True, check=True)

users = [line for line in symbols.stdout.splitlines() if " user_" in line and "[clone" not in line]
cold = [line for line in users if ".text.unlikely" in line]
if len(users) != source.read_text().count(" user_"):
    sys.exit(f"{source}: not all functions were found:\n" + "\n".join(users))
if cold:
    sys.exit("these functions of a user are compiled for size; who calls something cold whatever happens is cold, too: "
             "let them call it by detail::call_cold, or make it noinline instead\n" + "\n".join(cold))
