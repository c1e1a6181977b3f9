"""The replay program: what it shows, and a recording played to the pong program."""

import os
import tempfile

import interop

HEAD = "tenon-recording 1 pong_app json 4711\nport requests REP\n"


def exchange(count, answer):
    return (
        f'{count}.000000000 received requests ping "[\\"ping\\",{count}]"\n'
        f'{count}.000100000 sent requests pong "[\\"pong\\",{answer}]"\n'
    )


class Replay(interop.TestCase):
    def recording(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "pong_app.4711.recording")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def replay(self, *arguments):
        """The program's exit code and what it printed."""
        program = self.program("replay", *arguments)
        return program.wait(), program.printed(), program.stderr()

    def test_shows_a_conversation(self):
        path = self.recording(
            HEAD
            + exchange(1, 1)
            + '2.000000000 dropped requests ping 100 "no such account"\n'
            + '3.000000000 connection requests handshake_failed_auth 400 "tcp://127.0.0.1:5555"\n'
            + "4.000000000 sent requests pong hex:00ff\n"
            + "5.000000000 sent requ"
        )
        code, lines, _ = self.replay(path)
        self.assertEqual(code, 0)
        self.assertEqual(
            lines,
            [
                "pong_app, process 4711, speaks json",
                "  port requests: REP",
                '   1.000000000  requests  <-- ping  ["ping",1]',
                '   1.000100000  requests  --> pong  ["pong",1]',
                "   2.000000000  requests  !!! ping  handler failed: no such account",
                "   3.000000000  requests  ... handshake_failed_auth  tcp://127.0.0.1:5555: not authorised (400)",
                "   4.000000000  requests  --> pong  hex:00ff",
                "(the last line was not finished)",
            ],
        )

    def test_plays_it_to_a_live_process(self):
        _, address = self.pong()
        path = self.recording(HEAD + exchange(1, 1) + exchange(2, 2))
        code, lines, errors = self.replay(path, "--to", address, "--port", "requests")
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(
            lines,
            [
                'same:       ["pong",1]',
                'same:       ["pong",2]',
                "sent 2; of the answers 2 as recorded, 0 different, 0 missing, 0 unexpected",
            ],
        )

    def test_tells_what_is_different(self):
        _, address = self.pong()
        path = self.recording(HEAD + exchange(1, 1) + exchange(2, 3))
        code, lines, _ = self.replay(path, "--to", address, "--port", "requests")
        self.assertEqual(code, 1)
        self.assertEqual(lines[1:3], ['different:  ["pong",2]', '  recorded: ["pong",3]'])

    def test_says_what_it_cannot_do(self):
        path = self.recording(HEAD)
        for arguments, word in [
            ([], "usage"),
            ([path, "--too", "x"], "unknown option"),
            ([path, "--to", "tcp://127.0.0.1:1"], "missing option --port"),
            ([path, "--to", "tcp://127.0.0.1:1", "--port", "nothing"], "has no port nothing"),
            ([path + "x"], "No such file"),
            ([self.recording("hello\n")], "is no recording"),
        ]:
            with self.subTest(word):
                code, _, errors = self.replay(*arguments)
                self.assertEqual(code, 2)
                self.assertIn(word, errors)


if __name__ == "__main__":
    interop.main()
