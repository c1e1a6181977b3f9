"""How the pong and ping programs begin and end: readiness, addresses, signals, options that make no sense."""

import os
import signal
import tempfile

import interop
import zmq
from interop import CODECS, Json


class PongEnds(interop.TestCase):
    def test_with_code_0_on_plzdiekthxbye(self):
        for codec in CODECS:
            with self.subTest(codec.name):
                pong, address = self.pong("--codec", codec.name)
                client = self.socket(zmq.REQ, address)
                self.assertEqual(self.ask(client, codec, "ping", 1), ["pong", 1])
                client.send(codec.encode("plzdiekthxbye", None))
                self.assertEqual(pong.wait(), 0)
                self.assertEqual(pong.stderr(), "")

    def test_with_code_0_on_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                pong, _ = self.pong()  # it has said that it listens, so it has to heed signals
                pong.process.send_signal(number)
                self.assertEqual(pong.wait(), 0)
                self.assertEqual(pong.stderr(), "")

    def test_with_code_0_on_a_signal_between_requests(self):
        pong, address = self.pong()
        client = self.socket(zmq.REQ, address)
        self.assertEqual(self.ask(client, Json, "ping", 1), ["pong", 1])
        pong.process.send_signal(signal.SIGTERM)
        self.assertEqual(pong.wait(), 0)

    def test_after_it_has_answered_what_came_before_the_end(self):
        pong, address = self.pong()
        client = self.socket(zmq.DEALER, address)
        for count in range(100):
            client.send_multipart([b"", Json.encode("ping", count)])
        client.send_multipart([b"", Json.encode("plzdiekthxbye", None)])
        for count in range(100):
            self.assertEqual(client.recv_multipart(), [b"", b'["pong",%d]' % count])
        self.assertEqual(pong.wait(), 0)

    def test_and_leaves_its_port_to_the_next(self):
        pong, address = self.pong()
        pong.process.send_signal(signal.SIGTERM)
        self.assertEqual(pong.wait(), 0)
        successor = self.program("pong", "--bind", address.removeprefix("tcp://"))
        self.assertEqual(successor.address(), address)


class PongBinds(interop.TestCase):
    def assert_serves(self, address):
        self.assertEqual(self.ask(self.socket(zmq.REQ, address), Json, "ping", 1), ["pong", 1])

    def test_a_host_alone_and_tells_the_real_port(self):
        addresses = {self.pong()[1] for _ in range(2)}
        self.assertEqual(len(addresses), 2)
        for address in addresses:
            self.assertRegex(address, r"^tcp://127\.0\.0\.1:[1-9][0-9]+$")
            self.assert_serves(address)

    def test_a_host_and_a_port(self):
        address = self.free_address()
        pong = self.program("pong", "--bind", address.removeprefix("tcp://"))
        self.assertEqual(pong.address(), address)
        self.assert_serves(address)

    def test_an_ipc_path(self):
        with tempfile.TemporaryDirectory() as folder:
            address = f"ipc://{folder}/pong"
            pong = self.program("pong", "--bind", address)
            self.assertEqual(pong.address(), address)
            self.assert_serves(address)
            pong.process.send_signal(signal.SIGTERM)
            self.assertEqual(pong.wait(), 0)
            self.assertFalse(os.path.exists(f"{folder}/pong"))


class Mistakes(interop.TestCase):
    def assert_refused(self, name, *options, says, code=None):
        program = self.program(name, *options)
        ended = program.wait()
        if code is None:
            self.assertGreater(ended, 0)
        else:
            self.assertEqual(ended, code)
        self.assertEqual(program.printed(), [])
        for word in says:
            self.assertIn(word, program.stderr())

    def test_options_that_make_no_sense_are_answered_with_the_usage(self):
        for name, options, says in [
            ("pong", [], "--bind"),
            ("pong", ["--bind"], "--bind"),
            ("pong", ["--bind", "127.0.0.1", "--codec"], "--codec"),
            ("pong", ["--bind", "127.0.0.1", "--codec", "xml"], "xml"),
            ("pong", ["--bind", "127.0.0.1", "--verbose"], "--verbose"),
            ("pong", ["127.0.0.1"], "127.0.0.1"),
            ("ping", [], "--connect"),
            ("ping", ["--connect", "127.0.0.1:1", "--count", "many"], "many"),
            ("ping", ["--connect", "127.0.0.1:1", "--count", "-1"], "-1"),
            ("ping", ["--connect", "127.0.0.1:1", "--count", ""], "--count"),
            ("ping", ["--connect", "127.0.0.1:1", "--timeout", "1s"], "1s"),
            ("ping", ["--connect", "127.0.0.1:1", "--codec", "xml"], "xml"),
            ("ping", ["--connect", "127.0.0.1:1", "--cuont", "3"], "--cuont"),
        ]:
            with self.subTest(program=name, options=options):
                self.assert_refused(name, *options, says=[says, "usage: "], code=2)

    def test_addresses_that_cannot_be_used_are_named(self):
        for name, option, address in [
            ("pong", "--bind", "127.0.0.1:99999"),
            ("pong", "--bind", "127.0.0.1:http"),
            ("pong", "--bind", "192.0.2.1"),  # TEST-NET-1, RFC 5737: nobody's interface
            ("pong", "--bind", "carrier-pigeon://coop"),
            ("pong", "--bind", "ipc:///nowhere/at/all"),
            ("pong", "--bind", "*"),  # open to the network, without the word for it
            ("ping", "--connect", "127.0.0.1"),
            ("ping", "--connect", "127.0.0.1:0"),
            ("ping", "--connect", "carrier-pigeon://coop"),
        ]:
            with self.subTest(address):
                self.assert_refused(name, option, address, says=[f"{name}: ", address.split(":")[0]])

    def test_an_address_in_use_is_named(self):
        pong, address = self.pong()
        self.assert_refused("pong", "--bind", address, says=["pong: ", address, "in use"])
        self.assertEqual(self.ask(self.socket(zmq.REQ, address), Json, "ping", 1), ["pong", 1])

    def test_a_live_ipc_path_is_not_taken_over(self):
        with tempfile.TemporaryDirectory() as folder:
            address = f"ipc://{folder}/pong"
            pong = self.program("pong", "--bind", address)
            self.assertEqual(pong.address(), address)
            self.assert_refused("pong", "--bind", address, says=["pong: ", address])
            self.assertEqual(self.ask(self.socket(zmq.REQ, address), Json, "ping", 1), ["pong", 1])


if __name__ == "__main__":
    interop.main()
