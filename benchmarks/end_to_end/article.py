#!/usr/bin/python3
"""The ends of the benchmarks as the article "Designing and Testing PyZMQ Applications" writes them: ZMQStream and JSON.

usage: article.py answer|pull ADDRESS | article.py ask|push ADDRESS COUNT
"""
import json
import sys
import time

import zmq
from tornado.ioloop import IOLoop
from zmq.eventloop.zmqstream import ZMQStream


class Process:
    """Tier 1: a context, a loop and a stream."""

    def __init__(self, kind, address, handler):
        self.context = zmq.Context()
        self.loop = IOLoop()
        self.loop.make_current()
        socket = self.context.socket(kind)
        socket.bind(address)
        print(socket.get_string(zmq.LAST_ENDPOINT), flush=True)
        self.stream = ZMQStream(socket, self.loop)
        self.stream.on_recv(handler(self))

    def run(self):
        self.loop.start()
        self.stream.close()
        self.context.term()


class Handler:
    """Tier 2: decodes a message and calls the method of its name."""

    def __init__(self, process):
        self.process = process
        self.received = 0
        self.start = 0.0

    def __call__(self, frames):
        name, data = json.loads(frames[-1])
        getattr(self, name)(data)

    def ping(self, count):
        self.process.stream.send_json(["pong", count])

    def sample(self, _):
        if self.received == 0:
            self.start = time.perf_counter()
        self.received += 1

    def last(self, _):
        print(json.dumps({"mean": (time.perf_counter() - self.start) * 1e9 / max(self.received - 1, 1)}), flush=True)
        self.process.loop.stop()

    def halt(self, _):
        self.process.stream.send_json(["halted", None])
        self.process.stream.flush()
        self.process.loop.stop()


def ask(address, count):
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.connect(address)
        times = []
        for number in range(-1, count):
            start = time.perf_counter()
            socket.send_json(["ping", number])
            assert socket.recv_json() == ["pong", number]
            times.append((time.perf_counter() - start) * 1e9)
        socket.send_json(["halt", None])
        socket.recv_json()
        times = sorted(times[1:])
        at = {f"p{share}": times[int(share / 100 * (count - 1))] for share in (50, 99, 99.9)}
        print(json.dumps({"mean": sum(times) / count, **at}))


def push(address, count):
    with zmq.Context() as context, context.socket(zmq.PUSH) as socket:
        socket.connect(address)
        for number in range(count):
            socket.send_json(["sample", number])
        socket.send_json(["last", None])


role, address = sys.argv[1:3]
if role == "answer":
    Process(zmq.REP, address, Handler).run()
elif role == "pull":
    Process(zmq.PULL, address, Handler).run()
elif role == "ask":
    ask(address, int(sys.argv[3]))
else:
    push(address, int(sys.argv[3]))
