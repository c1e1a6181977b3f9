"""Tenon's proxies between peers of pyzmq: nothing in them is Tenon's but the proxy."""

import threading

import interop
import zmq
from interop import Json


class Proxy(interop.TestCase):
    kind = ""

    def start(self):
        """The proxy, the addresses of front and back, and a socket that steers."""
        program = self.program("workshop", self.kind)
        front, back, control = program.address(), program.address(), program.address()
        return program, front, back, self.socket(zmq.REQ, control)

    def steer(self, control, word):
        kind, data = self.ask(control, Json, word, None)
        self.assertEqual(kind, "statistics")
        return data

    def terminate(self, program, control):
        control.send(Json.encode("terminate", None))
        self.assertEqual(program.wait(), 0, program.stderr())


class Broker(Proxy):
    kind = "broker"

    def answering(self, kind, address):
        """A REP or ROUTER in a thread that answers requests, until the test ends, with what they ask, turned round."""
        worker = self.socket(kind, address)
        over = threading.Event()

        def work():
            while not over.is_set():
                if worker.poll(20):
                    *envelope, body = worker.recv_multipart()
                    worker.send_multipart([*envelope, body[::-1]])

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(over.set)

    def test_req_to_rep_with_any_content(self):
        program, front, back, control = self.start()
        self.answering(zmq.REP, back)
        req = self.socket(zmq.REQ, front)
        sizes = 0
        for body in [b"ab", b"", b"\0\xff\0", bytes(range(256)) * 1000]:
            req.send(body)
            self.assertEqual(req.recv(), body[::-1])
            sizes += len(body) + 5  # and the id of 5 bytes, by which a ROUTER knows its peer; the delimiter is empty
        flow = {"messages": 4, "bytes": sizes, "dropped": 0}
        self.assertEqual(
            self.steer(control, "get_statistics"), {"paused": False, "to_back": flow, "to_front": flow}
        )
        self.terminate(program, control)

    def test_dealers_with_parts_of_their_own_and_router_workers(self):
        program, front, back, control = self.start()
        self.answering(zmq.ROUTER, back)
        self.answering(zmq.ROUTER, back)
        dealers = [self.socket(zmq.DEALER, front) for _ in range(10)]
        for number in range(10):
            for each, dealer in enumerate(dealers):
                dealer.send_multipart([b"%d" % number, b"hop", b"", b"of %d" % each])
        for each, dealer in enumerate(dealers):
            replies = sorted(dealer.recv_multipart() for _ in range(10))
            self.assertEqual(replies, [[b"%d" % n, b"hop", b"", (b"of %d" % each)[::-1]] for n in range(10)])
        self.terminate(program, control)

    def test_in_a_row_with_a_proxy_of_pyzmq(self):
        program, front, back, control = self.start()
        context = zmq.Context()
        ahead, behind = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
        behind.connect(front)
        address = f"tcp://127.0.0.1:{ahead.bind_to_random_port('tcp://127.0.0.1')}"

        def forward():
            try:
                zmq.proxy(ahead, behind)
            except zmq.ContextTerminated:  # with the test
                ahead.close(linger=0)
                behind.close(linger=0)

        threading.Thread(target=forward, daemon=True).start()
        self.addCleanup(context.term)
        self.answering(zmq.REP, back)
        req = self.socket(zmq.REQ, address)
        for number in range(20):
            req.send(b"%d0" % number)
            self.assertEqual(req.recv(), (b"%d0" % number)[::-1])
        self.terminate(program, control)

    def test_requests_wait_for_a_worker_and_for_the_end_of_a_pause(self):
        program, front, back, control = self.start()
        req = self.socket(zmq.REQ, front)
        req.send(b"early")
        self.assertEqual(self.steer(control, "pause")["paused"], True)
        self.answering(zmq.REP, back)
        self.assertEqual(req.poll(100), 0)
        self.assertEqual(self.steer(control, "get_statistics")["to_front"]["messages"], 0)
        self.assertEqual(self.steer(control, "resume")["paused"], False)
        self.assertEqual(req.recv(), b"ylrae")
        self.terminate(program, control)

    def test_a_wrong_word_is_refused_and_the_broker_goes_on(self):
        program, _, _, control = self.start()
        for word in "stop", "PAUSE", "":
            self.assert_failure(self.ask(control, Json, word, None), interop.errc.unknown_message)
        self.assertEqual(self.steer(control, "get_statistics")["paused"], False)
        self.terminate(program, control)


class Forwarder(Proxy):
    kind = "forwarder"

    def test_subscriptions_pass_to_the_publishers_and_events_to_the_subscribers(self):
        program, front, back, control = self.start()
        publishers = [self.socket(zmq.XPUB, front) for _ in range(2)]
        subscribers = [self.socket(zmq.SUB, back) for _ in range(2)]
        for topic, sub in zip([b"a", b"ab"], subscribers):
            sub.subscribe(topic)
            for pub in publishers:
                self.assertEqual(pub.recv(), b"\1" + topic)
        for pub in publishers:
            for topic in b"a", b"b", b"abc":
                pub.send_multipart([topic, b"", b"body"])
        for expected, sub in zip([[b"a", b"abc"] * 2, [b"abc"] * 2], subscribers):
            messages = [sub.recv_multipart() for _ in expected]
            self.assertEqual(sorted(messages), sorted([topic, b"", b"body"] for topic in expected))
        seen = self.steer(control, "get_statistics")
        self.assertEqual(seen["to_back"]["messages"], 4, "publishers keep what nobody wants")
        self.assertEqual(seen["to_front"]["messages"], 2)
        self.terminate(program, control)


if __name__ == "__main__":
    interop.main()
