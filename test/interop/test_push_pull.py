"""Commands over PUSH and PULL, from pyzmq to Tenon and from Tenon to pyzmq, in every codec."""

import struct

import interop
import zmq
from interop import Json, Msgpack, message_id


class Binary:
    name = "binary"
    ids = {"job": message_id("job{number:i32;}"), "finish": message_id("finish{}")}

    @classmethod
    def encode(cls, kind, data):
        return struct.pack("<I", cls.ids[kind]) + (b"" if data is None else struct.pack("<i", data))

    @classmethod
    def decode(cls, body):
        (number,) = struct.unpack_from("<I", body)
        kind = next(name for name, known in cls.ids.items() if known == number)
        if kind == "finish":
            assert len(body) == 4, body
            return [kind, None]
        return [kind, *struct.unpack("<i", body[4:])]


CODECS = [Json, Msgpack, Binary]


class Pull(interop.TestCase):
    def test_what_pyzmq_pushes_is_handled_in_order(self):
        for codec in CODECS:
            with self.subTest(codec.name):
                workshop = self.program("workshop", "pull", codec.name)
                push = self.socket(zmq.PUSH, workshop.address())
                for number in [3, 1, -2]:
                    push.send(codec.encode("job", number))
                push.send(codec.encode("finish", None))
                self.assertEqual(workshop.wait(), 0, workshop.stderr())
                self.assertEqual(
                    workshop.printed(), ["job 3", "job 1", "job -2", "wrong frames 0, undecodable 0, late 0"]
                )

    def test_several_pushers_share_one_puller(self):
        workshop = self.program("workshop", "pull", "json")
        address = workshop.address()
        pushers = [self.socket(zmq.PUSH, address) for _ in range(10)]
        for number, push in enumerate(pushers):
            for _ in range(20):
                push.send(Json.encode("job", number))
        lines = [workshop.line() for _ in range(200)]
        self.assertEqual(sorted(lines), sorted(f"job {number}" for number in range(10) for _ in range(20)))
        pushers[0].send(Json.encode("finish", None))
        self.assertEqual(workshop.wait(), 0, workshop.stderr())

    def test_what_is_no_command_is_counted_and_passed_over(self):
        workshop = self.program("workshop", "pull", "json")
        push = self.socket(zmq.PUSH, workshop.address())
        for message in [
            [Json.encode("job", 1), b"more"],
            [b"", Json.encode("job", 1)],
            [b""],
            [b"\xff"],
            [Json.encode("job", "one")],
            [Json.encode("nobody", 1)],
            [Json.encode("job", 2)],
            [Json.encode("finish", None)],
        ]:
            push.send_multipart(message)
        self.assertEqual(workshop.wait(), 0, workshop.stderr())
        self.assertEqual(workshop.printed(), ["job 2", "wrong frames 2, undecodable 4, late 0"])


class Push(interop.TestCase):
    def test_pyzmq_pulls_what_tenon_pushes(self):
        for codec in CODECS:
            with self.subTest(codec.name):
                pull, address = self.bound(zmq.PULL)
                workshop = self.program("workshop", "push", codec.name, address)
                messages = [pull.recv_multipart() for _ in range(4)]
                self.assertEqual({len(message) for message in messages}, {1})
                self.assertEqual(
                    [codec.decode(body) for (body,) in messages], [["job", 1], ["job", 2], ["job", 3], ["finish", None]]
                )
                self.assertEqual(workshop.wait(), 0, workshop.stderr())


if __name__ == "__main__":
    interop.main()
