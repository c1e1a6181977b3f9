"""CURVE between Tenon and pyzmq, with the certificates that pyzmq writes."""

import tempfile

import interop
import zmq
import zmq.auth
from interop import Json


class Curve(interop.TestCase):
    def setUp(self):
        super().setUp()
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.files, self.keys = {}, {}
        for name in ("tenon", "python", "stranger"):
            public, secret = zmq.auth.create_certificates(place.name, name)
            self.files[name] = {"public": public, "secret": secret}
            self.keys[name] = zmq.auth.load_certificate(secret)

    def client(self, name, address):
        """A REQ that uses the pair `name` towards the server with the pair of Tenon."""
        sock = self.socket(zmq.REQ)
        sock.curve_publickey, sock.curve_secretkey = self.keys[name]
        sock.curve_serverkey = self.keys["tenon"][0]
        sock.connect(address)
        return sock

    def serve(self):
        program = self.program("secured", "serve", self.files["tenon"]["secret"], self.files["python"]["public"])
        return program, program.address()

    def test_pyzmq_asks_a_process(self):
        program, address = self.serve()
        client = self.client("python", address)
        self.assertEqual(self.ask(client, Json, "ping", 3), ["pong", 3])
        client.send(Json.encode("plzdiekthxbye", None))
        self.assertEqual(program.wait(), 0, program.stderr())

    def test_a_stranger_and_a_client_without_curve_are_kept_out(self):
        program, address = self.serve()
        self.client("stranger", address).send(Json.encode("plzdiekthxbye", None))
        self.assertEqual(program.line(), "kept out: handshake_failed_auth")
        plain = self.socket(zmq.REQ, address)
        plain.send(Json.encode("plzdiekthxbye", None))
        while (line := program.line()) == "kept out: handshake_failed_auth":  # the stranger tries again
            pass
        # The plain client notices too: which of them hangs up first is open.
        self.assertIn(line, ["kept out: handshake_failed_protocol", "kept out: handshake_failed"])
        self.assertEqual(self.ask(self.client("python", address), Json, "ping", 4), ["pong", 4])

    def test_a_client_asks_pyzmq(self):
        server = self.socket(zmq.REP)
        server.curve_server = True
        server.curve_publickey, server.curve_secretkey = self.keys["python"]
        address = f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}"
        asker = self.program("secured", "ask", self.files["tenon"]["secret"], self.files["python"]["public"], address)
        self.assertEqual(Json.decode(server.recv()), ["ping", 3])
        server.send(Json.encode("pong", 3))
        self.assertEqual(asker.wait(), 0, asker.stderr())
        self.assertEqual(asker.printed(), ["pong 3"])


if __name__ == "__main__":
    interop.main()
