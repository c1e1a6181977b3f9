"""What the interop tests share: programs as children, sockets with deadlines, the wire formats in Python.

A test is started as `test_x.py name=/path/to/program ...`. Whatever it starts ends with it, however it ends.
"""

import ctypes
import json
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

import msgpack
import zmq

DEADLINE = 10  # seconds; generous, since it is only waited for when something is wrong

PROGRAMS = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)


class errc:
    """The codes of tenon::errc, as far as they are needed here. They are wire format, hence written out."""

    malformed = 1
    truncated = 2
    trailing_bytes = 3
    unknown_message = 4
    wrong_type = 5
    out_of_range = 6
    wrong_arity = 7
    bad_utf8 = 8
    duplicate_key = 9
    unknown_key = 10
    missing_field = 11
    not_finite = 12
    too_deep = 13
    refused = 101
    wrong_frames = 102
    unexpected_reply = 103
    timed_out = 104


class Json:
    name = "json"

    @staticmethod
    def encode(kind, data):
        return json.dumps([kind, data]).encode()

    @staticmethod
    def decode(body):
        return json.loads(body)


class Msgpack:
    name = "msgpack"

    @staticmethod
    def encode(kind, data):
        return msgpack.packb([kind, data])

    @staticmethod
    def decode(body):
        return msgpack.unpackb(body)


def message_id(description):
    """FNV-1a, 32 bits, over a message's name and its fields: how the binary format tells messages apart."""
    state = 2166136261
    for byte in description.encode():
        state = (state ^ byte) * 16777619 % 2**32
    return state


class Binary:
    name = "binary"
    ids = {
        "ping": message_id("ping{count:i32;}"),
        "pong": message_id("pong{count:i32;}"),
        "plzdiekthxbye": message_id("plzdiekthxbye{}"),
        "failure": message_id("failure{code:u16;text:str;}"),
    }

    @classmethod
    def encode(cls, kind, data):
        fields = b"" if data is None else struct.pack("<i", data)
        return struct.pack("<I", cls.ids[kind]) + fields

    @classmethod
    def decode(cls, body):
        (number,) = struct.unpack_from("<I", body)
        kind = next(name for name, known in cls.ids.items() if known == number)
        if kind == "plzdiekthxbye":
            assert len(body) == 4, body
            return [kind, None]
        if kind != "failure":
            return [kind, *struct.unpack("<i", body[4:])]
        code, size = struct.unpack_from("<HI", body, 4)
        text = body[10:]
        assert len(text) == size, body
        return [kind, {"code": code, "text": text.decode()}]


CODECS = [Json, Msgpack, Binary]


def die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Program:
    """A child whose output is read line by line, always with a deadline."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
        )
        self.lines = queue.Queue()
        self.errors = []
        self.readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.lines.put), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.errors.append), daemon=True),
        ]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _read(stream, keep):
        with stream:
            for line in stream:
                keep(line.rstrip("\n"))

    def line(self):
        """The next line that the program prints."""
        try:
            return self.lines.get(timeout=DEADLINE)
        except queue.Empty:
            raise AssertionError(f"nothing was printed in time; stderr: {self.stderr()}") from None

    def address(self):
        """The address in the line that says that the program listens."""
        line = self.line()
        assert line.startswith("listening on "), line
        return line[len("listening on ") :]

    def wait(self):
        """Waits for the end; returns the exit code, negative for a signal."""
        code = self.process.wait(DEADLINE)
        for reader in self.readers:
            reader.join(DEADLINE)
        return code

    def printed(self):
        """All lines that were printed and not fetched yet; after `wait`."""
        lines = []
        while not self.lines.empty():
            lines.append(self.lines.get())
        return lines

    def stderr(self):
        return "\n".join(self.errors)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.wait()


class TestCase(unittest.TestCase):
    """Programs, sockets and threads that are cleaned up behind each test."""

    def setUp(self):
        self.context = zmq.Context()
        self.addCleanup(self.context.term)  # ends what threads do with their sockets

    def program(self, name, *arguments):
        child = Program(PROGRAMS[name], *arguments)
        self.addCleanup(child.end)
        return child

    def python(self, *command):
        child = Program(sys.executable, *command)
        self.addCleanup(child.end)
        return child

    def pong(self, *arguments):
        """A pong program that listens; returns it and its address."""
        child = self.program("pong", "--bind", "127.0.0.1", *arguments)
        return child, child.address()

    def socket(self, kind, connect=None):
        sock = self.context.socket(kind)
        self.addCleanup(sock.close)
        sock.linger = 0
        sock.rcvtimeo = sock.sndtimeo = DEADLINE * 1000
        if connect:
            sock.connect(connect)
        return sock

    def bound(self, kind):
        """A socket that listens on a free port, and its address."""
        sock = self.socket(kind)
        return sock, f"tcp://127.0.0.1:{sock.bind_to_random_port('tcp://127.0.0.1')}"

    def bind(self, sock, address):
        """Binds to a port that somebody has just left: libzmq lets go of it in the background."""
        end = time.monotonic() + DEADLINE
        while True:
            try:
                return sock.bind(address)
            except zmq.ZMQError as error:
                if error.errno != zmq.EADDRINUSE or time.monotonic() > end:
                    raise

    def free_address(self):
        """An address where nobody listens."""
        with socket.create_server(("127.0.0.1", 0)) as spare:
            return f"tcp://127.0.0.1:{spare.getsockname()[1]}"

    def ask(self, sock, codec, kind, data):
        """A REQ's request; returns the decoded reply."""
        sock.send(codec.encode(kind, data))
        return codec.decode(sock.recv())

    def assert_failure(self, reply, code):
        kind, data = reply
        self.assertEqual(kind, "failure", reply)
        self.assertEqual(data["code"], code, reply)
        self.assertEqual(set(data), {"code", "text"})
        self.assertGreater(len(data["text"]), 0)


def main():
    unittest.main(argv=[sys.argv[0]] + [word for word in sys.argv[1:] if "=" not in word])
