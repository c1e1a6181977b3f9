"""Breaks each rule of scripts/rules in a small tree of files and looks whether the script says so."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

RULES = pathlib.Path(__file__).resolve().parents[2] / "scripts/rules"


def header(*includes, body="namespace tenon {}"):
    lines = ["// One subject.", "#pragma once", *(f"#include <{include}>" for include in includes), body]
    return "\n".join(lines) + "\n"


class RuleTest(unittest.TestCase):
    rule = ""
    below = "."  # what the script is given, from the tree's root
    clean = {}  # a tree that keeps the rule: path -> text

    def run_rule(self, changes, *options):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in (self.clean | changes).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, "utf-8")
            command = [sys.executable, RULES / self.rule, *options, root / self.below]
            done = subprocess.run(command, capture_output=True, text=True)
            self.files = {name: (root / name).read_text("utf-8") for name in self.clean | changes}
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def assert_kept(self, changes):
        code, said = self.run_rule(changes)
        self.assertEqual(code, 0, said)

    def assert_reported(self, expected, changes):
        code, said = self.run_rule(changes)
        self.assertEqual(code, 1, f"not reported: {expected}")
        self.assertIn(expected, said)


class Layers(RuleTest):
    rule = "layers"
    below = "include/tenon"
    clean = {
        f"include/tenon/{name}": header(*includes)
        for name, includes in {
            "fwd.hpp": ["cstdint"],
            "detail/list.hpp": ["boost/hana/tuple.hpp"],
            "core/error.hpp": ["tenon/detail/list.hpp", "string"],
            "message/reflect.hpp": ["tenon/core/error.hpp", "boost/pfr/core.hpp", "boost/version.hpp"],
            "protocol/protocol.hpp": ["tenon/message/reflect.hpp"],
            "codec/json.hpp": ["tenon/protocol/protocol.hpp"],
            "transport/zmq.hpp": ["tenon/transport/concept.hpp", "zmq.h"],
            "transport/concept.hpp": ["sys/types.h"],
            "process/process.hpp": ["tenon/codec/json.hpp", "tenon/transport/concept.hpp", "tenon/fwd.hpp"],
            "testing/world.hpp": ["tenon/process/process.hpp"],
            "tenon.hpp": ["tenon/process/process.hpp"],
        }.items()
    }

    def broken(self, name, *includes):
        return {f"include/tenon/{name}": header(*includes)}

    def test_a_clean_tree_passes(self):
        self.assert_kept({})

    def test_a_lower_layer_includes_a_higher_one(self):
        self.assert_reported("of a higher layer", self.broken("core/error.hpp", "tenon/message/reflect.hpp"))

    def test_siblings_include_each_other(self):
        self.assert_reported("codec/ may not include transport/",
                             self.broken("codec/json.hpp", "tenon/transport/concept.hpp"))

    def test_a_cycle_inside_a_folder(self):
        self.assert_reported(
            "include each other: core/a.hpp -> core/b.hpp -> core/a.hpp",
            self.broken("core/a.hpp", "tenon/core/b.hpp") | self.broken("core/b.hpp", "tenon/core/a.hpp"))

    def test_zmq_outside_its_place(self):
        self.assert_reported("includes zmq.h; only", self.broken("core/error.hpp", "zmq.h"))

    def test_zmq_in_two_headers(self):
        self.assert_reported("zmq.h is to be included by exactly one header",
                             self.broken("transport/zmq/socket.hpp", "zmq.h"))

    def test_zmq_in_no_header(self):
        self.assert_reported("not by: none", self.broken("transport/zmq.hpp"))

    def test_pfr_in_two_headers(self):
        self.assert_reported("boost/pfr is to be included by exactly one header",
                             self.broken("message/id.hpp", "boost/pfr/core.hpp"))

    def test_pfr_outside_message(self):
        self.assert_reported("only message/ may", self.broken("codec/json.hpp", "boost/pfr/core.hpp"))

    def test_all_of_hana(self):
        self.assert_reported("boost/hana.hpp", self.broken("detail/list.hpp", "boost/hana.hpp"))

    def test_hana_outside_its_folders(self):
        self.assert_reported("only detail/ and protocol/ may", self.broken("codec/json.hpp", "boost/hana/tuple.hpp"))

    def test_catch2_outside_its_header(self):
        self.assert_reported("only testing/catch2.hpp may", self.broken("testing/world.hpp", "catch2/catch.hpp"))

    def test_catch2_in_its_header(self):
        self.assert_kept(self.broken("testing/catch2.hpp", "catch2/catch_tostring.hpp"))

    def test_other_libraries(self):
        self.assert_reported("does not depend on", self.broken("codec/json.hpp", "nlohmann/json.hpp"))
        self.assert_reported("does not depend on", self.broken("transport/zmq.hpp", "zmq.hpp", "zmq.h"))
        self.assert_reported("of Boost only", self.broken("codec/json.hpp", "boost/json.hpp"))

    def test_fwd_includes_more_than_std(self):
        self.assert_reported("standard library only", self.broken("fwd.hpp", "tenon/core/error.hpp"))

    def test_the_umbrella_includes_zmq(self):
        self.assert_reported(
            "reaches transport/zmq.hpp", self.broken("process/process.hpp", "tenon/transport/zmq.hpp"))

    def test_the_umbrella_reaches_what_is_dear(self):
        self.assert_reported("core/error.hpp: includes <memory>, which every user would pay for",
                             self.broken("core/error.hpp", "memory"))

    def test_zmq_reaches_what_is_dear(self):
        self.assert_reported("transport/zmq.hpp: includes <thread>",
                             self.broken("transport/zmq.hpp", "tenon/transport/concept.hpp", "zmq.h", "thread"))

    def test_what_is_apart_may_include_what_is_dear(self):
        self.assert_kept(self.broken("launch/thread.hpp", "thread", "memory"))

    def test_a_part_of_the_standard_library(self):
        self.assert_kept(self.broken("core/chrono.hpp", "bits/chrono.h", "chrono")
                         | self.broken("tenon.hpp", "tenon/core/chrono.hpp", "tenon/process/process.hpp"))
        self.assert_reported("includes bits/chrono.h; only core/chrono.hpp may",
                             self.broken("core/error.hpp", "bits/chrono.h"))

    def test_the_umbrella_includes_testing(self):
        self.assert_reported("includes <tenon/testing/world.hpp>",
                             self.broken("tenon.hpp", "tenon/process/process.hpp", "tenon/testing/world.hpp"))

    def test_the_umbrella_forgets_a_header(self):
        self.assert_reported("tenon.hpp: does not include codec/binary.hpp", self.broken("codec/binary.hpp"))

    def test_an_inner_header_includes_the_umbrella(self):
        self.assert_reported("which is for users", self.broken("testing/world.hpp", "tenon/tenon.hpp"))

    def test_an_unknown_folder(self):
        self.assert_reported("stands in no layer", self.broken("misc/things.hpp"))

    def test_a_relative_include(self):
        self.assert_reported("write <tenon/...>", {
            "include/tenon/core/error.hpp": '// One subject.\n#pragma once\n#include "list.hpp"\n'})


class Headers(RuleTest):
    rule = "headers"
    clean = {
        "include/tenon/core/error.hpp": header("string"),
        "include/tenon/tenon.hpp": "// All of it.\n#pragma once\n",
        "test/core/error.cpp": "std::this_thread::sleep" "_for(1s);  // sleep: the clock itself is under test\n",
    }

    def broken(self, text):
        return {"include/tenon/core/error.hpp": text}

    def test_a_clean_tree_passes(self):
        self.assert_kept({})

    def test_no_subject(self):
        self.assert_reported("one subject", self.broken(header().partition("\n")[2]))

    def test_no_pragma_once(self):
        self.assert_reported("#pragma once", self.broken(header().replace("#pragma once\n", "")))

    def test_too_long(self):
        self.assert_reported("more than one subject", self.broken(header(body="namespace tenon {}" + "\n" * 500)))

    def test_left_for_later(self):
        self.assert_reported("do it, or open an issue", self.broken(header(body="namespace tenon {}  // TO" "DO")))

    def test_names_outside_the_namespace(self):
        self.assert_reported("namespace tenon", self.broken(header(body="struct error {};")))

    def test_a_macro_without_prefix(self):
        self.assert_reported("TENON_", self.broken(header(body="#define ERROR 1\nnamespace tenon {}")))

    def test_a_heavy_include(self):
        self.assert_reported("compile time", self.broken(header("iostream")))

    def test_an_inherited_using(self):
        self.assert_reported("using namespace", self.broken(header(body="namespace tenon {}\nusing namespace std;")))

    def test_sleeps_in_tests(self):
        for call in ("std::this_thread::sleep" "_for(1ms);", "::usleep" "(10);", "time.sleep" "(1)"):
            self.assert_reported("error.cpp:1: sleeps", {"test/core/error.cpp": call + "\n"})

    def test_a_coroutine_may_wait_in_tests(self):
        self.assert_kept({"test/core/error.cpp": "co_await process.sleep(1ms);\n"})


class Snippets(RuleTest):
    rule = "snippets"
    page = "# Use\n\n<!-- from: examples/use.cpp#main -->\n```cpp\nuse();\n```\n\n```sh\n./use\n```\n"
    clean = {
        "examples/use.cpp": "int main() {\n    // [main]\n    use();\n    // [/main]\n}\n",
        "docs/guide/use.md": page,
    }

    def broken(self, old, new):
        self.assertIn(old, self.page)
        return {"docs/guide/use.md": self.page.replace(old, new)}

    def test_a_clean_tree_passes(self):
        self.assert_kept({})

    def test_other_code_than_in_the_file(self):
        self.assert_reported("docs/guide/use.md:4: is not what stands in the file", self.broken("use();", "abuse();"))

    def test_code_from_nowhere(self):
        self.assert_reported("comes from no compiled file", self.broken("<!-- from: examples/use.cpp#main -->", ""))
        self.assert_reported("comes from no compiled file", {"README.md": "```python\nuse()\n```\n"})

    def test_a_file_that_is_not_there(self):
        self.assert_reported("does not exist", self.broken("examples/use.cpp", "examples/abuse.cpp"))

    def test_a_file_that_nobody_compiles(self):
        self.assert_reported("not in a folder", self.broken("examples/use.cpp", "docs/use.cpp"))

    def test_a_part_that_is_not_there(self):
        self.assert_reported("no single pair", self.broken("#main", "#other"))

    def test_no_language(self):
        self.assert_reported("has no language", self.broken("```sh", "```"))

    def test_fix_rewrites_the_block(self):
        code, _ = self.run_rule(self.broken("use();", "abuse();\nabuse();"), "--fix")
        self.assertEqual(code, 0)
        self.assertEqual(self.files["docs/guide/use.md"], self.page)

    def test_a_whole_file(self):
        page = self.page.replace("#main", "").replace("use();", "int main() {\n    use();\n}")
        self.assert_kept({"docs/guide/use.md": page})


unittest.main()
