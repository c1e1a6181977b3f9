"""The simulation: the same files for any number of workers, whatever crashes on the way.

test_simulation.py SIMULATION
"""

import contextlib
import ctypes
import fcntl
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import unittest
import xml.etree.ElementTree
import zlib

SIMULATION = sys.argv[1]
DEADLINE = 120  # seconds; generous, since it is only waited for when something is wrong

ROWS, COLUMNS, STEPS = 96, 160, 60
SMALL = ["--size", f"{ROWS}x{COLUMNS}", "--steps", str(STEPS)]
SEED = ["--seed", "3"]
FILES = ["curves.svg", "forest.png", "totals.csv"]


def die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def children(pid):
    """The processes that any thread of `pid` has started."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            found += [int(word) for word in (task / "children").read_text().split()]
        except FileNotFoundError:  # the thread has ended
            pass
    return found


def workers(pid):
    """Those of them that were executed afresh, without the program's options."""
    found = []
    for child in children(pid):
        try:
            if pathlib.Path(f"/proc/{child}/cmdline").read_bytes().count(b"\0") == 1:
                found.append(child)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return sorted(found)


def group(leader):
    """The running processes of a group. One that has ended and waits for its parent is none: under a sanitizer a
    process that is stopped while it looks for leaks orphans a helper."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            state, _, group, *_ = (process / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(group) == leader and state not in "ZX":
            found.append(process.name)
    return found


class TestCase(unittest.TestCase):
    def start(self, *arguments, **more):
        """The program as the leader of a group of processes, so that one can see what it leaves behind."""
        child = subprocess.Popen(
            [SIMULATION, *arguments], stdin=subprocess.DEVNULL, text=True, start_new_session=True,
            preexec_fn=die_with_parent, **more)
        self.addCleanup(self.end, child)
        return child

    def end(self, child):
        if child.poll() is None:
            child.kill()
        child.communicate()
        self.assertEqual(group(child.pid), [], "processes were left behind")

    def run_to_end(self, *arguments):
        """What it printed; it has to end well."""
        child = self.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        printed, complaints = child.communicate(timeout=DEADLINE)
        self.assertEqual(child.returncode, 0, complaints)
        return printed, complaints

    def folder(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        return pathlib.Path(made.name)

    def files(self, *arguments, seed=SEED):
        """The files of a run, and what it said on stderr."""
        folder = self.folder()
        _, complaints = self.run_to_end(*SMALL, *seed, "--out", str(folder), *arguments)
        return self.read(folder), complaints

    def read(self, folder):
        self.assertEqual(sorted(path.name for path in folder.iterdir()), FILES)
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    def assert_same(self, files, expected):
        for name in FILES:
            self.assertTrue(files[name] == expected[name], f"{name} is another one")


class Files(TestCase):
    def test_are_the_same_for_any_number_of_workers(self):
        expected, _ = self.files("--workers", "1")
        for number in (2, 3, 4, 7, 11, 16):
            with self.subTest(workers=number):
                files, complaints = self.files("--workers", str(number))
                self.assert_same(files, expected)
                self.assertEqual(complaints, "")

    def test_are_others_for_another_seed(self):
        one, _ = self.files()
        other, _ = self.files(seed=["--seed", "4"])
        for name in FILES:
            self.assertFalse(one[name] == other[name], f"{name} is the same")

    def test_agree_with_each_other_and_any_viewer_reads_them(self):
        files, _ = self.files()
        header, *lines = files["totals.csv"].decode().splitlines()
        self.assertEqual(header, "step,trees,burning,cooling,grown,struck,caught")
        table = [dict(zip(header.split(","), map(int, line.split(",")))) for line in lines]
        self.assertEqual([row["step"] for row in table], list(range(1, STEPS + 1)))
        self.assertGreater(sum(row["caught"] for row in table), 100, "too little burns for these tests to show much")

        pixels = self.pixels(files["forest.png"])
        self.assertEqual(len(pixels), 2 * ROWS)
        self.assertEqual({len(line) for line in pixels}, {2 * COLUMNS})
        count = lambda states: sum(line.count(state) for line in pixels for state in states)
        self.assertEqual(count([1]), 4 * table[-1]["trees"])
        self.assertEqual(count([2, 3, 4]), 4 * table[-1]["burning"])
        self.assertEqual(count(range(5, 21)), 4 * table[-1]["cooling"])

        image = xml.etree.ElementTree.fromstring(files["curves.svg"])
        curves = image.findall("{http://www.w3.org/2000/svg}polyline")
        self.assertEqual([len(curve.get("points").split()) for curve in curves], [STEPS, STEPS])

    def pixels(self, png):
        """The lines of an indexed PNG, everything about it checked that a viewer might check."""
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        chunks, at = {}, 8
        while at < len(png):
            (size,) = struct.unpack_from(">I", png, at)
            kind, data = png[at + 4:at + 8], png[at + 8:at + 8 + size]
            self.assertEqual(struct.unpack_from(">I", png, at + 8 + size)[0], zlib.crc32(kind + data))
            self.assertNotIn(kind, chunks)
            chunks[kind] = data
            at += 12 + size
        self.assertEqual(list(chunks), [b"IHDR", b"PLTE", b"IDAT", b"IEND"])
        width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
        self.assertEqual(rest, [8, 3, 0, 0, 0])
        data = zlib.decompress(chunks[b"IDAT"])
        self.assertEqual(len(data), height * (1 + width))
        lines = [data[at:at + 1 + width] for at in range(0, len(data), 1 + width)]
        self.assertEqual({line[0] for line in lines}, {0})
        self.assertLess(max(map(max, lines)), len(chunks[b"PLTE"]) // 3)
        return [line[1:] for line in lines]


class Crashes(TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            command = [SIMULATION, *SMALL, *SEED, "--out", folder, "--show", "nothing"]
            subprocess.run(command, check=True, timeout=DEADLINE)
            cls.expected = {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}

    def assert_survived(self, crashes, restarts, *arguments):
        files, complaints = self.files("--crash", crashes, *arguments)
        self.assert_same(files, self.expected)
        back = re.findall(r"simulation: worker \d+ is back, and goes on after step (\d+)\n", complaints)
        self.assertEqual(len(back), restarts, complaints)
        return list(map(int, back))

    def test_change_nothing_whenever_they_happen(self):
        for moment in ("received", "computed", "sent"):
            for step in (1, STEPS // 2, STEPS - 1):
                with self.subTest(moment=moment, step=step):
                    after = self.assert_survived(f"{step}:1:{moment}", 1)
                    # What was sent may have arrived; otherwise the step cannot have been completed without it.
                    self.assertIn(after[0], {step - 1, step} if moment == "sent" else {step - 1})

    def test_of_all_workers_at_once_change_nothing(self):
        self.assert_survived("30:0,30:1,30:2,30:3", 4)

    def test_of_a_worker_that_crashes_again_in_its_next_life_change_nothing(self):
        self.assert_survived("30:2,30:2,30:2:received,31:2,40:2", 5)

    def test_of_the_only_worker_change_nothing(self):
        self.assert_survived("1:0,30:0,60:0", 3, "--workers", "1")

    def test_in_the_last_step_change_nothing(self):
        self.assert_survived(f"{STEPS}:3:received", 1)
        # Its strip may have arrived. Then there is nothing to come back for.
        files, _ = self.files("--crash", f"{STEPS}:3:sent")
        self.assert_same(files, self.expected)

    def test_from_outside_at_any_time_change_nothing(self):
        folder = self.folder()
        child = self.start(*SMALL, *SEED, "--out", str(folder), "--rate", "300", stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        killed, printed = 0, []
        for line in child.stdout:
            printed.append(line)
            if not line.startswith("step "):  # each tenth of the run; and by now all workers have started
                continue
            running = workers(child.pid)
            for victim in running[killed % 3::3]:
                with contextlib.suppress(ProcessLookupError):  # it has just ended, after the last step
                    os.kill(victim, signal.SIGKILL)
                    killed += 1
        self.assertEqual(child.wait(DEADLINE), 0, printed)
        self.assertGreater(killed, 5)
        self.assert_same(self.read(folder), self.expected)


class Progress(TestCase):
    def test_is_a_line_for_every_tenth_when_nobody_watches(self):
        printed, complaints = self.run_to_end(*SMALL, *SEED)
        first, *lines = printed.splitlines()
        self.assertEqual(first, f"forest of {ROWS} x {COLUMNS} cells, seed 3, 4 workers")
        self.assertEqual([int(re.match(r"step (\d+) of 60: \d+ trees, \d+ burning$", line)[1]) for line in lines],
                         list(range(6, STEPS + 1, 6)))
        self.assertEqual(complaints, "")

    def on_terminal(self, *arguments):
        """The program on a terminal, and the parts of what it shows there, until all its processes have ended."""
        terminal, theirs = pty.openpty()
        self.addCleanup(os.close, terminal)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        child = self.start(*arguments, stdout=theirs, stderr=theirs)
        os.close(theirs)

        def parts():
            with contextlib.suppress(OSError):  # how a terminal says that nobody is left
                while part := os.read(terminal, 65536):
                    yield part

        return child, parts()

    def test_is_a_picture_on_a_terminal_that_changes_in_place(self):
        child, parts = self.on_terminal(*SMALL, *SEED, "--rate", "200", "--crash", "20")
        text = b"".join(parts).decode().replace("\r\n", "\n")
        self.assertEqual(child.wait(DEADLINE), 0)
        header, *pictures = re.split(r"\x1b\[\?25l|\x1b\[\d+F", text)
        self.assertEqual(header, f"forest of {ROWS} x {COLUMNS} cells, seed 3, 4 workers\n")
        self.assertGreater(len(pictures), 3)
        self.assertEqual(text.count("\x1b[?25l"), 1)  # the cursor is hidden and comes back
        self.assertTrue(text.endswith("\x1b[?25h"), text[-80:])
        for picture in pictures:
            lines = picture.removesuffix("\x1b[?25h").removesuffix("\n").split("\n")
            self.assertLess(len(lines), 24)
            for line in lines:
                self.assertLessEqual(len(re.sub(r"\x1b\[[0-9;]*[mK]", "", line)), 80)
            self.assertRegex(lines[-1], r"^step \d+ of 60: \d+ trees, \d+ burning, 4 workers")
        self.assertRegex(pictures[-1], r"step 60 of 60: .*, 1 restarts")
        # Every picture covers the one before: the cursor goes up as many lines as were drawn.
        heights = {picture.removesuffix("\x1b[?25h").count("\n") for picture in pictures}
        self.assertEqual({int(up) for up in re.findall(r"\x1b\[(\d+)F", text)}, heights)

    def test_ends_with_an_interrupt_that_gives_the_terminal_back(self):
        child, parts = self.on_terminal(*SMALL, *SEED, "--rate", "1")
        shown, interrupted = b"", False
        for part in parts:
            shown += part
            if not interrupted and b"\x1b[?25l" in shown:  # it has begun to draw
                os.killpg(child.pid, signal.SIGINT)  # what a terminal sends for Ctrl-C
                interrupted = True
        self.assertEqual(child.wait(DEADLINE), -signal.SIGINT)
        self.assertTrue(shown.endswith(b"\x1b[?25h"), shown[-80:])


class Mistakes(TestCase):
    def assert_refused(self, code, says, *arguments):
        child = self.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        printed, complaints = child.communicate(timeout=DEADLINE)
        self.assertEqual(child.returncode, code)
        self.assertIn(says, complaints)
        self.assertEqual(printed, "")

    def test_in_options_are_told(self):
        for says, *arguments in [
            ("not a number from 1 to 64: 0", "--workers", "0"),
            ("not a number from 1 to 64: 65", "--workers", "65"),
            ("not a number from 1 to 64: 4x", "--workers", "4x"),
            ("more workers than rows of cells in 2x9", "--size", "2x9"),
            ("not a number from 1 to 4096:", "--size", "20"),
            ("not a number from 1 to 200: 201", "--crash", "201"),
            ("not a number from 0 to 3: 4", "--crash", "7:4"),
            ("no moment of a crash: never", "--crash", "7:1:never"),
            ("nothing that can be shown: all", "--show", "all"),
            ("unknown option --worker", "--worker", "4"),
        ]:
            with self.subTest(arguments):
                self.assert_refused(2, says, *arguments)

    def test_in_the_folder_are_told_before_anything_is_computed(self):
        with tempfile.NamedTemporaryFile() as file:
            self.assert_refused(1, file.name, "--out", f"{file.name}/inside")

    def test_of_a_worker_that_cannot_stay_alive_end_the_run(self):
        child = self.start(*SMALL, *SEED, "--crash", ",".join(["30"] * 12), "--show", "nothing", stderr=subprocess.PIPE)
        _, complaints = child.communicate(timeout=DEADLINE)
        self.assertEqual((child.returncode, complaints),
                         (1, "simulation: a worker has crashed too often; giving up\n"))


unittest.main(argv=sys.argv[:1] + sys.argv[2:])
