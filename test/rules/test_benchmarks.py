"""What the scripts in benchmarks/ share, and the table of the bars, on small examples."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCHMARKS = pathlib.Path(__file__).resolve().parents[2] / "benchmarks"

sys.dont_write_bytecode = True
sys.path.insert(0, str(BENCHMARKS))
import callgrind  # noqa: E402
import markdown  # noqa: E402


class Numbers(unittest.TestCase):
    def test_three_digits_without_an_exponent(self):
        for number, text in ((0.01234, "0.0123"), (0, "0"), (12.34, "12.3"), (999.6, "1 000"), (36666, "36 700")):
            self.assertEqual(markdown.short(number), text)

    def test_a_spread_is_the_median_and_the_ends(self):
        self.assertEqual(markdown.spread([3, 1, 2]), "2 (1–3)")


class Pages(unittest.TestCase):
    def test_an_update_keeps_what_is_around_the_marks(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text("before\n<!-- one: begin (by hand) -->\nold\n<!-- one: end -->\nafter\n")
            markdown.update(page, "unused", "one", "new\n")
            self.assertEqual(page.read_text(),
                             "before\n<!-- one: begin (by hand) -->\nnew\n<!-- one: end -->\nafter\n")
            with self.assertRaises(SystemExit):
                markdown.update(page, "unused", "another", "new\n")

    def test_a_page_that_is_not_there_gets_a_title(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            markdown.update(page, "Some title", "one", "new\n")
            self.assertTrue(page.read_text().startswith("# Some title\n"))
            self.assertEqual(markdown.region(page.read_text(), "one")[1], "new\n")


class Callgrind(unittest.TestCase):
    # Two calls of malloc, whose name stands where its number comes first; one of another function; three of calloc.
    FILE = """events: Ir
fn=(1) main
16 5
cfn=(2) malloc
calls=2 10
17 80
cfn=(3) memcpy
calls=1 10
18 7
cfn=(4) calloc'2
calls=3 10
19 60
totals: 152
"""

    def test_calls_that_allocate_are_counted_by_the_name_of_the_callee(self):
        self.assertEqual(callgrind.allocations(self.FILE), 5)
        self.assertEqual(callgrind.allocations(self.FILE.replace("malloc", "memset")), 3)

    def test_what_a_program_does_once_cancels_out(self):
        self.assertEqual(callgrind.instructions(self.FILE), 152)
        fewer, more = callgrind.Counts(1100, 7), callgrind.Counts(1400, 13)
        self.assertEqual(more.per_operation(fewer, 3), callgrind.Counts(100, 2))


class Summary(unittest.TestCase):
    def run_summary(self, folder, *options):
        return subprocess.run([sys.executable, BENCHMARKS / "summary", "--results", folder, *options],
                              capture_output=True, text=True)

    def results(self, folder, ratio):
        rows = {"client | blocking recv": {"ratio": ratio, "allocations": {"tenon": 0, "by_hand": 0}}}
        pathlib.Path(folder, "instructions.json").write_text(json.dumps({"machine": "some machine", "rows": rows}))

    def test_a_bar_is_met_or_not_or_not_measured(self):
        with tempfile.TemporaryDirectory() as folder:
            for ratio, told in ((1.05, "| 1.05 × | ≤ 1.05 × | yes |"), (1.051, "| 1.051 × | ≤ 1.05 × | **no** |")):
                self.results(folder, ratio)
                done = self.run_summary(folder)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(told, done.stdout)
                self.assertIn("not measured", done.stdout)

    def test_a_table_that_is_older_than_the_results_is_reported(self):
        with tempfile.TemporaryDirectory() as folder:
            self.results(folder, 1.02)
            self.run_summary(folder)
            self.assertEqual(self.run_summary(folder, "--check").returncode, 0)
            self.results(folder, 1.03)
            done = self.run_summary(folder, "--check")
            self.assertEqual(done.returncode, 1)
            self.assertIn("README.md", done.stdout)


unittest.main()
