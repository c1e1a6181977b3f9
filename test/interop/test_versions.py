"""Two builds of one program, an old and a new one, over real sockets: what may change, and what is said of the rest."""

import interop

OTHER_DEFINITION = 108


class Versions(interop.TestCase):
    def outcomes(self, asker, server, codec):
        """What becomes of each request of one build to the other: its name and what was printed of it."""
        serving = self.program(f"versions_{server}", "serve", codec)
        asking = self.program(f"versions_{asker}", "ask", codec, serving.address())
        self.assertEqual(asking.wait(), 0, asking.stderr())
        self.assertEqual(serving.wait(), 0, serving.stderr())
        return dict(line.split(": ", 1) for line in asking.printed())

    def assert_differs(self, outcome, difference):
        code, text = outcome.split(" ", 1)
        self.assertEqual(int(code), OTHER_DEFINITION, outcome)
        self.assertIn(f"the server was built from another definition: {difference} (", text)

    def test_one_build_speaks_to_itself(self):
        for build in ("old", "new"):
            got = self.outcomes(build, build, "json")
            self.assertEqual(set(got.values()), {"ok"}, got)

    def test_optional_fields_may_be_added_at_the_end_where_readers_are_lenient(self):
        for codec in ("json_lenient", "msgpack_lenient"):
            for asker, server in (("old", "new"), ("new", "old")):
                with self.subTest(codec=codec, asker=asker):
                    got = self.outcomes(asker, server, codec)
                    self.assertEqual(got["store"], "ok")
                    self.assertEqual(got["same"], "ok")

    def test_a_strict_reader_of_the_old_build_names_the_new_field(self):
        got = self.outcomes("old", "new", "json")
        self.assert_differs(got["store"], "message store: field tags.language (str?) is only there")
        got = self.outcomes("new", "old", "json")
        self.assert_differs(got["store"], "message store: field tags.language (str?) is only here")

    def test_binary_takes_no_change_and_names_it(self):
        got = self.outcomes("old", "new", "binary")
        self.assert_differs(got["store"], "message store: field tags.language (str?) is only there")
        self.assert_differs(got["load"], "message loaded: field size is str there and u32 here")
        self.assertEqual(got["same"], "ok")
        got = self.outcomes("new", "old", "binary")
        self.assert_differs(got["store"], "message store: field tags.language (str?) is only here")
        self.assert_differs(got["load"], "message loaded: field size is u32 there and str here")
        self.assert_differs(got["only_new"], "message only_new is only here")
        self.assertEqual(got["same"], "ok")

    def test_a_field_of_another_type_is_named(self):
        for codec in ("json", "json_lenient", "msgpack_lenient"):
            with self.subTest(codec=codec):
                got = self.outcomes("old", "new", codec)
                self.assert_differs(got["load"], "message loaded: field size is str there and u32 here")
                got = self.outcomes("new", "old", codec)
                self.assert_differs(got["load"], "message loaded: field size is u32 there and str here")

    def test_a_message_that_the_server_does_not_have_is_named(self):
        got = self.outcomes("new", "old", "json")
        self.assert_differs(got["only_new"], "message only_new is only here")

    def test_python_is_told_the_definition_too(self):
        serving = self.program("versions_old", "serve", "json")
        sock = self.socket(interop.zmq.REQ, serving.address())
        kind, text = self.ask(sock, interop.Json, "tenon.describe", None)
        self.assertEqual(kind, "tenon.definition")
        lines = text.splitlines()
        self.assertIn("request load{id:u64;all:bool;} loaded{id:u64;size:u32;}", lines)


if __name__ == "__main__":
    interop.main()
