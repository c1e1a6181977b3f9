"""What a pong program does with clients that send anything but pings: it says what is wrong, and goes on."""

import contextlib
import math
import socket
import struct

import interop
import msgpack
import zmq
from interop import Binary, Json, Msgpack, errc, message_id

MARKER = "echo-me"  # stands in the bad messages, and must not come back

JSON = [
    ("nothing", b"", errc.truncated),
    ("garbage", b"\x00\xff\xfe\x01" + MARKER.encode(), errc.malformed),
    ("text", MARKER.encode(), errc.malformed),
    ("another type than an array", b'{"ping":3}', errc.wrong_type),
    ("no elements", b"[]", errc.wrong_arity),
    ("one element", b'["ping"]', errc.wrong_arity),
    ("three elements", b'["ping",1,2]', errc.wrong_arity),
    ("the layout with kwargs", b'["ping",[3],{}]', errc.wrong_type),
    ("an unknown message", b'["echo-me",3]', errc.unknown_message),
    ("a private name", b'["__init__",3]', errc.unknown_message),
    ("a message of the other direction", b'["pong",3]', errc.unknown_message),
    ("a failure as request", b'["failure",{"code":1,"text":"echo-me"}]', errc.unknown_message),
    ("a name in other letters", b'["Ping",3]', errc.unknown_message),
    ("a name with a null in it", b'["ping\\u0000",3]', errc.unknown_message),
    ("a number as name", b"[3,3]", errc.wrong_type),
    ("NaN", Json.encode("ping", math.nan), errc.not_finite),
    ("infinity", Json.encode("ping", -math.inf), errc.not_finite),
    ("10^30", Json.encode("ping", 10**30), errc.out_of_range),
    ("one more than fits", Json.encode("ping", 2**31), errc.out_of_range),
    ("one less than fits", Json.encode("ping", -(2**31) - 1), errc.out_of_range),
    ("1.5", Json.encode("ping", 1.5), errc.wrong_type),
    ("1e3", b'["ping",1e3]', errc.wrong_type),
    ("a number as text", Json.encode("ping", "3"), errc.wrong_type),
    ("a bool", Json.encode("ping", True), errc.wrong_type),
    ("null", Json.encode("ping", None), errc.wrong_type),
    ("an array", b'["ping",[3]]', errc.wrong_type),
    ("an object", b'["ping",{"echo-me":3}]', errc.wrong_type),
    ("data for a message without fields", b'["plzdiekthxbye",0]', errc.wrong_type),
    ("a leading zero", b'["ping",03]', errc.malformed),
    ("a plus sign", b'["ping",+3]', errc.malformed),
    ("single quotes", b"['ping',3]", errc.malformed),
    ("a comment", b'["ping",/*echo-me*/3]', errc.malformed),
    ("a comma too many", b'["ping",3,]', errc.wrong_arity),
    ("no data", b'["ping",]', errc.malformed),
    ("a cut message", b'["ping",3', errc.truncated),
    ("a cut name", b'["pi', errc.truncated),
    ("something after the message", b'["ping",3]echo-me', errc.trailing_bytes),
    ("two messages in a frame", b'["ping",3]["ping",3]', errc.trailing_bytes),
    ("a byte order mark", b'\xef\xbb\xbf["ping",3]', errc.malformed),
    ("UTF-16", '["ping",3]'.encode("utf-16"), errc.malformed),
    ("bad UTF-8", b'["p\xc3ng",3]', errc.bad_utf8),
    ("overlong UTF-8", b'["\xc0\xaf",3]', errc.bad_utf8),
    ("half a surrogate pair", b'["\\ud800",3]', errc.bad_utf8),
    ("deep nesting", b"[" * 100_000, errc.too_deep),
    ("deep nesting, closed", b'["ping",' + b"[" * 100_000 + b"]" * 100_000 + b"]", errc.wrong_type),
    ("a number of a megabyte", b'["ping",' + b"9" * 1_000_000 + b"]", errc.out_of_range),
    ("a name of a megabyte", b'["' + b"p" * 1_000_000 + b'",3]', errc.unknown_message),
]

MSGPACK = [
    ("nothing", b"", errc.truncated),
    ("JSON", b'["ping",3]', errc.wrong_type),
    ("another type than an array", msgpack.packb({"ping": 3}), errc.wrong_type),
    ("no elements", msgpack.packb([]), errc.wrong_arity),
    ("one element", msgpack.packb(["ping"]), errc.wrong_arity),
    ("three elements", msgpack.packb(["ping", 1, 2]), errc.wrong_arity),
    ("an unknown message", Msgpack.encode(MARKER, 3), errc.unknown_message),
    ("bytes as name", Msgpack.encode(b"ping", 3), errc.wrong_type),
    ("NaN", Msgpack.encode("ping", math.nan), errc.wrong_type),
    ("1.5", Msgpack.encode("ping", 1.5), errc.wrong_type),
    ("more than fits", Msgpack.encode("ping", 2**64 - 1), errc.out_of_range),
    ("a number as text", Msgpack.encode("ping", "3"), errc.wrong_type),
    ("an extension", Msgpack.encode("ping", msgpack.ExtType(5, b"echo-me")), errc.wrong_type),
    ("a timestamp", Msgpack.encode("ping", msgpack.Timestamp(3)), errc.wrong_type),
    ("a cut message", Msgpack.encode("ping", 100_000)[:-1], errc.truncated),
    ("something after the message", Msgpack.encode("ping", 3) + b"\0", errc.trailing_bytes),
    ("four billion elements", b"\xdd\xff\xff\xff\xff\xa4ping\x03", errc.wrong_arity),
    ("four gigabytes of name", b"\x92\xdb\xff\xff\xff\xffping", errc.truncated),
    ("deep nesting", b"\x92\xa4ping" + b"\x91" * 100_000, errc.wrong_type),
    ("the byte that is never used", b"\xc1", errc.malformed),
]

BINARY = [
    ("nothing", b"", errc.truncated),
    ("less than an id", b"\xad\x4f", errc.truncated),
    ("JSON", b'["ping",3]', errc.unknown_message),
    ("a message of the other direction", Binary.encode("pong", 3), errc.unknown_message),
    ("another definition", struct.pack("<Iq", message_id("ping{count:i64;}"), 3), errc.unknown_message),
    ("the other byte order", struct.pack(">Ii", Binary.ids["ping"], 3), errc.unknown_message),
    ("a cut message", Binary.encode("ping", 3)[:-1], errc.truncated),
    ("no fields", Binary.encode("ping", None), errc.truncated),
    ("something after the message", Binary.encode("ping", 3) + b"\0", errc.trailing_bytes),
    ("fields for a message without", Binary.encode("plzdiekthxbye", 3), errc.trailing_bytes),
]

BODY = b'["ping",3]'

# What a DEALER sends, and what comes back before the failure.
FRAMES = [
    ("two bodies", [b"", BODY, BODY], [b""]),
    ("two bodies behind an id", [b"id", b"", BODY, BODY], [b"id", b""]),
    ("a hundred bodies", [b""] + [BODY] * 100, [b""]),
    ("an empty second body", [b"", BODY, b""], [b""]),
    ("no body", [b""], [b""]),
    ("no body behind an id", [b"id", b""], [b"id", b""]),
]


class HostileClients(interop.TestCase):
    def check_bodies(self, codec, bodies):
        pong, address = self.pong("--codec", codec.name)
        culprit, bystander = (self.socket(zmq.REQ, address) for _ in range(2))
        for count, (what, body, code) in enumerate(bodies):
            with self.subTest(what):
                culprit.send(body)
                frames = culprit.recv_multipart()
                self.assertEqual(len(frames), 1)
                self.assertNotIn(MARKER.encode(), frames[0])
                self.assert_failure(codec.decode(frames[0]), code)
                self.assertLess(len(frames[0]), 200)
            for client in (culprit, bystander):
                self.assertEqual(self.ask(client, codec, "ping", count), ["pong", count])
                self.assertEqual(pong.line(), f"Pong got request: ping {count}")
        self.assert_good_end(pong, culprit, codec, incidents=len(bodies))

    def assert_good_end(self, pong, client, codec, incidents):
        client.send(codec.encode("plzdiekthxbye", None))
        self.assertEqual(pong.wait(), 0)
        self.assertEqual(pong.printed(), [])
        self.assertEqual(len(pong.errors), incidents, pong.stderr())  # its observer logs each as a line
        self.assertNotIn(MARKER, pong.stderr())

    def test_bad_json_is_refused_by_its_reason(self):
        self.check_bodies(Json, JSON)

    def test_bad_msgpack_is_refused_by_its_reason(self):
        self.check_bodies(Msgpack, MSGPACK)

    def test_bad_binary_is_refused_by_its_reason(self):
        self.check_bodies(Binary, BINARY)

    def test_wrong_frames_are_refused(self):
        pong, address = self.pong()
        culprit, bystander = self.socket(zmq.DEALER, address), self.socket(zmq.REQ, address)
        for count, (what, frames, envelope) in enumerate(FRAMES):
            with self.subTest(what):
                culprit.send_multipart(frames)
                *before, reply = culprit.recv_multipart()
                self.assertEqual(before, envelope)
                self.assert_failure(Json.decode(reply), errc.wrong_frames)
            self.assert_serves(culprit, bystander, count)
        bystander.send(Json.encode("plzdiekthxbye", None))
        self.assertEqual(pong.wait(), 0)

    def test_frames_without_delimiter_are_refused(self):
        _, address = self.pong()
        culprit, bystander = self.socket(zmq.DEALER, address), self.socket(zmq.REQ, address)
        for count, frames in enumerate(([BODY, BODY], [b"id", b"id", BODY], [b"hop"] * 100)):
            with self.subTest(frames=len(frames)):
                culprit.send_multipart(frames)
                self.assert_failure(Json.decode(culprit.recv_multipart()[-1]), errc.wrong_frames)
            self.assert_serves(culprit, bystander, count)

    def test_an_envelope_that_is_too_long_is_refused(self):
        _, address = self.pong()
        culprit, bystander = self.socket(zmq.DEALER, address), self.socket(zmq.REQ, address)
        culprit.send_multipart([b"hop"] * 100 + [b"", BODY])
        self.assert_failure(Json.decode(culprit.recv_multipart()[-1]), errc.wrong_frames)
        self.assert_serves(culprit, bystander, 3)

    def test_a_peer_that_leaves_before_its_reply_harms_nobody(self):
        pong, address = self.pong()
        bystander = self.socket(zmq.REQ, address)
        for count in range(20):
            with self.context.socket(zmq.DEALER) as leaving:
                leaving.linger = interop.DEADLINE * 1000
                leaving.connect(address)
                for body in (b"garbage", BODY):
                    leaving.send_multipart([b"", body])
            self.assertEqual(pong.line(), "Pong got request: ping 3")
            self.assertEqual(self.ask(bystander, Json, "ping", count), ["pong", count])
            self.assertEqual(pong.line(), f"Pong got request: ping {count}")
        bystander.send(Json.encode("plzdiekthxbye", None))
        self.assertEqual(pong.wait(), 0)

    def test_bytes_that_are_not_zmtp_harm_nobody(self):
        pong, address = self.pong()
        bystander = self.socket(zmq.REQ, address)
        for count, garbage in enumerate(
            (
                b"",
                b"\0",
                b"GET / HTTP/1.1\r\nHost: echo-me\r\n\r\n",
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2,
                bytes(range(256)) * 256,
                b"\xff" * 4096,
            )
        ):
            with self.subTest(garbage[:8]), self.raw(address) as peer:
                with contextlib.suppress(ConnectionError):
                    peer.sendall(garbage)
                self.assertEqual(self.ask(bystander, Json, "ping", count), ["pong", count])
        bystander.send(Json.encode("plzdiekthxbye", None))
        self.assertEqual(pong.wait(), 0)
        self.assertNotIn(MARKER, pong.stderr())

    def test_a_frame_that_announces_terabytes_ends_its_connection(self):
        pong, address = self.pong()
        bystander = self.socket(zmq.REQ, address)
        for count, size in enumerate((2**62, 2**40, 64 * 2**20 + 1)):
            with self.subTest(size=size), self.zmtp(address) as peer:
                peer.sendall(b"\x02" + struct.pack(">Q", size))  # a long last frame, RFC 23/ZMTP
                self.assert_closed(peer)
                self.assertEqual(self.ask(bystander, Json, "ping", count), ["pong", count])
        with open(f"/proc/{pong.process.pid}/status", encoding="ascii") as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        self.assertLess(peak, 512 * 1024, "kilobytes")

    def test_a_raw_peer_that_speaks_zmtp_is_served(self):
        # Shows that the test above is refused for the size, not for its ZMTP.
        _, address = self.pong()
        with self.zmtp(address) as peer:
            peer.sendall(b"\x01\x00" + b"\x00" + bytes([len(BODY)]) + BODY)
            expected = b'\x01\x00\x00\x0a["pong",3]'
            self.assertEqual(self.read(peer, len(expected)), expected)

    def assert_serves(self, dealer, req, count):
        dealer.send_multipart([b"", Json.encode("ping", count)])
        self.assertEqual(dealer.recv_multipart(), [b"", b'["pong",%d]' % count])
        self.assertEqual(self.ask(req, Json, "ping", count), ["pong", count])

    def raw(self, address):
        host, port = address.removeprefix("tcp://").split(":")
        return socket.create_connection((host, int(port)), interop.DEADLINE)

    def zmtp(self, address):
        """A TCP connection that has shaken hands as a DEALER does (RFC 23/ZMTP 3.0, NULL mechanism)."""
        peer = self.raw(address)
        self.addCleanup(peer.close)
        peer.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32))
        greeting = self.read(peer, 64)
        self.assertEqual(greeting[12:32].rstrip(b"\0"), b"NULL")
        ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
        peer.sendall(b"\x04" + bytes([len(ready)]) + ready)
        flags, size = self.read(peer, 2)
        self.assertEqual(flags, 4)
        self.assertIn(b"READY", self.read(peer, size))
        return peer

    @staticmethod
    def read(peer, size):
        data = b""
        while len(data) < size:
            piece = peer.recv(size - len(data))
            assert piece, "the connection was closed"
            data += piece
        return data

    def assert_closed(self, peer):
        """The other side ends the connection at once, not because its heartbeats have no answer."""
        with contextlib.suppress(ConnectionResetError):
            self.assertEqual(peer.recv(4096), b"")


if __name__ == "__main__":
    interop.main()
