"""The ping program and Python's servers: good ones of every kind, and bad ones."""

import pathlib

import interop
import msgpack
import zmq
from interop import CODECS, Binary, Json

PONGS = [f"Ping got reply: pong {count}" for count in range(5)]


class GoodServers(interop.TestCase):
    def test_the_articles_pong_process_answers_in_every_codec_until_it_is_told_to_die(self):
        for codec in CODECS:
            with self.subTest(codec.name):
                pong = self.python(str(pathlib.Path(__file__).with_name("pong_process.py")), codec.name)
                ping = self.program(
                    "ping", "--connect", pong.address(), "--count", "5", "--codec", codec.name, "--stop"
                )
                self.assertEqual(ping.wait(), 0, ping.stderr())
                self.assertEqual(ping.printed(), PONGS)
                self.assertEqual(pong.wait(), 0, pong.stderr())
                self.assertEqual(pong.printed(), [f"Pong got request: ping {count}" for count in range(5)])

    def test_a_router_that_echoes_the_envelope_is_a_server(self):
        server, address = self.bound(zmq.ROUTER)
        ping = self.program("ping", "--connect", address, "--count", "5", "--stop")
        ids = set()
        for count in range(5):
            peer, request_id, delimiter, body = server.recv_multipart()
            self.assertEqual((delimiter, body), (b"", b'["ping",%d]' % count))
            self.assertNotIn(request_id, ids, "each request has an id of its own")
            ids.add(request_id)
            server.send_multipart([peer, request_id, b"", Json.encode("pong", count)])
        self.assertEqual(server.recv_multipart()[2:], [b"", b'["plzdiekthxbye",null]'])
        self.assertEqual(ping.wait(), 0, ping.stderr())
        self.assertEqual(ping.printed(), PONGS)

    def test_a_dealer_that_echoes_the_envelope_is_a_server(self):
        server, address = self.bound(zmq.DEALER)
        ping = self.program("ping", "--connect", address, "--count", "1")
        *envelope, body = server.recv_multipart()
        self.assertEqual(body, b'["ping",0]')
        server.send_multipart([*envelope, b'["pong",0]'])
        self.assertEqual(ping.wait(), 0, ping.stderr())

    def test_a_server_may_start_after_its_client(self):
        address = self.free_address()
        ping = self.program("ping", "--connect", address, "--count", "1")
        server = self.socket(zmq.REP)
        self.bind(server, address)
        self.assertEqual(server.recv(), b'["ping",0]')
        server.send(b'["pong",0]')
        self.assertEqual(ping.wait(), 0, ping.stderr())


class BadServers(interop.TestCase):
    def assert_gives_up(self, answer, says, codec=Json, timeout=None):
        """The ping program ends with code 1 and a text, if a server answers its first request so."""
        server, address = self.bound(zmq.REP)
        options = [] if timeout is None else ["--timeout", str(timeout)]
        ping = self.program("ping", "--connect", address, "--count", "5", "--codec", codec.name, *options)
        self.assertEqual(server.recv(), self.canonical_ping(codec))
        if answer is not None:
            server.send_multipart(answer)
            while ping.process.poll() is None:  # the program may ask what the server's protocol is
                if server.poll(10):
                    server.recv()
                    server.send_multipart(answer)
        self.assertEqual(ping.wait(), 1)
        self.assertEqual(ping.printed(), [])
        self.assertEqual(len(ping.errors), 1, ping.stderr())
        self.assertTrue(ping.stderr().startswith("ping: "), ping.stderr())
        self.assertIn(says, ping.stderr())
        self.assertNotIn("echo-me", ping.stderr())

    @staticmethod
    def canonical_ping(codec):
        return b'["ping",0]' if codec is Json else codec.encode("ping", 0)

    def test_bad_replies_end_the_ping_program_with_the_reason(self):
        for body, says in [
            (b"", "ends too early"),
            (b"\xff\xfeecho-me", "malformed message"),
            (b'["echo-me",0]', "unknown message"),
            (b'["ping",0]', "unknown message"),
            (b'["plzdiekthxbye",null]', "unknown message"),
            (b"[]", "wrong number of elements"),
            (b'["pong"]', "wrong number of elements"),
            (b'["pong",0,"echo-me"]', "wrong number of elements"),
            (b'["pong","echo-me"]', "wrong type"),
            (b'["pong",NaN]', "NaN"),
            (b'["pong",2147483648]', "out of range"),
            (b'["pong",0]echo-me', "after the end"),
            (b'["failure",{"code":7}]', "missing field"),
            (b'["failure","echo-me"]', "wrong type"),
        ]:
            with self.subTest(body):
                self.assert_gives_up([body], says)

    def test_bad_replies_in_other_codecs_end_the_ping_program_too(self):
        for codec, body, says in [
            (interop.Msgpack, b"\xc1", "malformed message"),
            (interop.Msgpack, msgpack.packb(["pong", 0.5]), "wrong type"),
            (interop.Msgpack, b'["pong",0]', "wrong type"),
            (Binary, b'["pong",0]', "unknown message"),
            (Binary, Binary.encode("pong", 0)[:-1], "ends too early"),
        ]:
            with self.subTest(body):
                self.assert_gives_up([body], says, codec)

    def test_a_servers_failure_is_told_in_the_servers_words(self):
        failure = b'["failure",{"code":101,"text":"no pongs on Sundays"}]'
        self.assert_gives_up([failure], "no pongs on Sundays")

    def test_a_failure_of_an_unknown_code_is_still_a_failure(self):
        failure = b'["failure",{"code":65535,"text":"from the future"}]'
        self.assert_gives_up([failure], "from the future")

    def test_a_failure_without_text_is_told_by_its_code(self):
        self.assert_gives_up([b'["failure",{"code":101,"text":""}]'], "request refused")

    def test_a_reply_of_two_frames_is_none(self):
        self.assert_gives_up([b'["pong",0]', b'["pong",0]'], "no reply", timeout=300)

    def test_a_server_that_is_silent_is_not_waited_for_longer_than_told(self):
        self.assert_gives_up(None, "no reply", timeout=300)

    def test_a_server_that_is_not_there_is_not_waited_for_longer_than_told(self):
        ping = self.program("ping", "--connect", self.free_address(), "--timeout", "300")
        self.assertEqual(ping.wait(), 1)
        self.assertIn("no reply", ping.stderr())

    def test_a_server_of_another_kind_is_no_server(self):
        for kind in (zmq.PULL, zmq.PUB, zmq.PAIR):
            with self.subTest(kind=kind):
                _, address = self.bound(kind)
                ping = self.program("ping", "--connect", address, "--timeout", "300")
                self.assertEqual(ping.wait(), 1)
                self.assertIn("no reply", ping.stderr())


if __name__ == "__main__":
    interop.main()
