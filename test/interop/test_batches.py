"""Batches, packed and unpacked by pyzmq."""

import struct

import interop
import zmq
from interop import Json


# [batches]
def pack(messages):
    return b"\xc1tb1" + b"".join(struct.pack("<I", len(m)) + m for m in messages)


def unpack(body):
    assert body[:4] == b"\xc1tb1"
    at = 4
    while at < len(body):
        (length,) = struct.unpack_from("<I", body, at)
        yield body[at + 4 : at + 4 + length]
        at += 4 + length
# [/batches]


class Batches(interop.TestCase):
    def test_pyzmq_reads_what_a_port_packs(self):
        pull, address = self.bound(zmq.PULL)
        pusher = self.program("batches", "push", address)
        self.assertEqual(pull.recv(), b'\xc1tb1\x09\0\0\0["job",1]\x09\0\0\0["job",2]')
        rest = [Json.decode(message) for message in unpack(pull.recv())]
        self.assertEqual(rest, [["job", 3], ["finish", None]])
        self.assertEqual(pusher.wait(), 0, pusher.stderr())

    def test_a_port_reads_what_pyzmq_packs(self):
        puller = self.program("batches", "pull")
        push = self.socket(zmq.PUSH, puller.address())
        push.send(pack([Json.encode("job", 1), Json.encode("job", 2)]))
        push.send(Json.encode("job", 3))
        push.send(pack([Json.encode("job", 4)])[:-1])
        push.send(pack([Json.encode("job", 5), Json.encode("finish", None)]))
        self.assertEqual(puller.wait(), 0, puller.stderr())
        self.assertEqual(puller.printed(), ["job 1", "job 2", "job 3", "job 5", "wrong frames 1"])


if __name__ == "__main__":
    interop.main()
