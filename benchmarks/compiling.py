"""One run of the compiler: its CPU seconds, its memory, and the size of what comes out."""
import os
import shutil
import subprocess
from typing import NamedTuple

from measuring import root


class Compilation(NamedTuple):
    seconds: float  # user and system
    mebibytes: float  # at the peak
    object_bytes: int


def compile_once(compiler, level, source, output):
    """Compiles to an object file. Ends the script if it does not compile."""
    command = [compiler, "-std=c++20", level, f"-I{root / 'include'}", "-c", str(source), "-o", str(output)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"does not compile: {' '.join(command)}\n{said[:4000]}")
    return Compilation(round(used.ru_utime + used.ru_stime, 3), round(used.ru_maxrss / 1024, 1),
                       os.path.getsize(output))


def program_bytes(compiler, output):
    """The size of the program of an object file, linked and stripped."""
    program = output.with_suffix("")
    subprocess.run([compiler, str(output), "-o", str(program), "-lzmq", "-pthread", "-s"], check=True)
    return os.path.getsize(program)


def compilers():
    """Those of the two that are there."""
    return [each for each in ("g++", "clang++-19") if shutil.which(each)]
