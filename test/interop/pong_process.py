"""A pong in Python, in the three tiers of the article "Designing and Testing PyZMQ Applications".

`pong_process.py [json|msgpack|binary]` prints `listening on tcp://...` and serves until plzdiekthxbye.
"""

import multiprocessing
import sys

import interop
import zmq
from tornado.ioloop import IOLoop
from zmq.eventloop.zmqstream import ZMQStream


class ZmqProcess(multiprocessing.Process):
    """Tier 1: a process with a context, a loop and streams, all made within the new process."""

    def __init__(self):
        super().__init__()
        self.context = self.loop = None

    def setup(self):
        self.context = zmq.Context()
        self.loop = IOLoop()
        self.loop.make_current()

    def stream(self, kind, host):
        """A stream bound to a free port of `host`; returns it and the address."""
        sock = self.context.socket(kind)
        port = sock.bind_to_random_port(f"tcp://{host}")
        return ZMQStream(sock, self.loop), f"tcp://{host}:{port}"

    def run(self):
        interop.die_with_parent()
        self.setup()
        self.loop.start()
        self.context.destroy(linger=interop.DEADLINE * 1000)

    def stop(self):
        self.loop.stop()


class MessageHandler:
    """Tier 2, what all handlers share: decodes a message and calls the method of its name."""

    def __init__(self, codec):
        self.codec = codec

    def __call__(self, frames):
        name, data = self.codec.decode(frames[-1])
        if name.startswith("_"):
            raise AttributeError(f"{name} is private")
        getattr(self, name)(data)


class RepStreamHandler(MessageHandler):
    """Tier 2: what the pong process does with each message."""

    def __init__(self, codec, stream, stop, ping_handler):
        super().__init__(codec)
        self.stream, self.stop, self.ping_handler = stream, stop, ping_handler

    def ping(self, count):
        self.stream.send(self.codec.encode(*self.ping_handler.make_pong(count)))

    def plzdiekthxbye(self, _):
        self.stop()


class PingHandler:
    """Tier 3: the logic, which knows nothing of ZeroMQ."""

    def make_pong(self, count):
        print(f"Pong got request: ping {count}", flush=True)
        return "pong", count


class PongProc(ZmqProcess):
    def __init__(self, codec):
        super().__init__()
        self.codec = codec

    def setup(self):
        super().setup()
        stream, address = self.stream(zmq.REP, "127.0.0.1")
        stream.on_recv(RepStreamHandler(self.codec, stream, self.stop, PingHandler()))
        print(f"listening on {address}", flush=True)


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else "json"
    process = PongProc(next(codec for codec in interop.CODECS if codec.name == chosen))
    process.daemon = True  # ends with this one
    process.start()
    process.join()
    sys.exit(process.exitcode)
