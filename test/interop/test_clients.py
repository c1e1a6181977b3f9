"""Python's clients of every kind and the pong program: REQ, DEALER with and without ids, through proxies."""

import contextlib
import queue
import threading

import interop
import zmq
from interop import CODECS, Json


class Clients(interop.TestCase):
    def test_a_req_client_gets_its_pong_in_every_codec(self):
        for codec in CODECS:
            with self.subTest(codec.name):
                pong, address = self.pong("--codec", codec.name)
                client = self.socket(zmq.REQ, address)
                for count in (3, 0, -1, 2**31 - 1, -(2**31)):
                    self.assertEqual(self.ask(client, codec, "ping", count), ["pong", count])
                    self.assertEqual(pong.line(), f"Pong got request: ping {count}")

    def test_the_bytes_of_the_articles_messages(self):
        for codec, request, reply in [
            ("json", b'["ping",3]', b'["pong",3]'),
            ("json", b' [ "ping" , 3 ] \n', b'["pong",3]'),
            ("json", b'["\\u0070ing", 3]', b'["pong",3]'),
            ("msgpack", b"\x92\xa4ping\x03", b"\x92\xa4pong\x03"),
            ("msgpack", b"\xdc\x00\x02\xd9\x04ping\xd3\0\0\0\0\0\0\0\x03", b"\x92\xa4pong\x03"),
            ("binary", b"\xad\x4f\x4c\x5e\x03\0\0\0", b"\x53\x77\x83\x7a\x03\0\0\0"),
        ]:
            with self.subTest(codec=codec, request=request):
                _, address = self.pong("--codec", codec)
                client = self.socket(zmq.REQ, address)
                client.send(request)
                self.assertEqual(client.recv_multipart(), [reply])

    def test_a_req_client_with_correlation_gets_its_pong(self):
        _, address = self.pong()
        client = self.socket(zmq.REQ)
        client.req_correlate = client.req_relaxed = True
        client.connect(address)
        for count in range(5):
            self.assertEqual(self.ask(client, Json, "ping", count), ["pong", count])

    def test_a_dealer_gets_its_envelope_back_whole(self):
        _, address = self.pong()
        client = self.socket(zmq.DEALER, address)
        for envelope in (
            [],  # no id, only the delimiter
            [b"id"],
            [b"\0\0\0\0"],
            [b"route 1", b"route 2", b"id"],
            [bytes([hop + 1]) for hop in range(12)],
            [b"i" * 100_000],
        ):
            with self.subTest(hops=len(envelope)):
                client.send_multipart([*envelope, b"", Json.encode("ping", 3)])
                self.assertEqual(client.recv_multipart(), [*envelope, b"", b'["pong",3]'])

    def test_a_dealer_without_delimiter_is_answered_without_delimiter(self):
        _, address = self.pong()
        client = self.socket(zmq.DEALER, address)
        client.send(Json.encode("ping", 3))
        self.assertEqual(client.recv_multipart(), [b'["pong",3]'])

    def test_many_requests_under_way_are_answered_in_order(self):
        _, address = self.pong()
        client = self.socket(zmq.DEALER, address)
        for count in range(500):
            client.send_multipart([b"%d" % count, b"", Json.encode("ping", count)])
        for count in range(500):
            self.assertEqual(client.recv_multipart(), [b"%d" % count, b"", b'["pong",%d]' % count])

    def test_a_req_client_behind_two_proxies_gets_its_pong(self):
        _, address = self.pong()
        for _ in range(2):
            address = self.proxy(address)
        clients = [self.socket(zmq.REQ, address) for _ in range(3)]
        for count in range(5):
            for client in clients:
                client.send(Json.encode("ping", count))
            for client in clients:
                self.assertEqual(Json.decode(client.recv()), ["pong", count])

    def test_the_ping_program_behind_two_proxies_gets_its_pongs(self):
        pong, address = self.pong()
        ping = self.program("ping", "--connect", self.proxy(self.proxy(address)), "--count", "5", "--stop")
        self.assertEqual(ping.wait(), 0, ping.stderr())
        self.assertEqual(ping.printed(), [f"Ping got reply: pong {count}" for count in range(5)])
        self.assertEqual(pong.wait(), 0)

    def proxy(self, address):
        """A QUEUE device in a thread, in front of `address`; returns its own address."""
        bound = queue.Queue()

        def pass_on():
            with self.context.socket(zmq.ROUTER) as front, self.context.socket(zmq.DEALER) as back:
                front.linger = back.linger = 0
                back.connect(address)
                front.bind("tcp://127.0.0.1:*")
                bound.put(front.last_endpoint.decode())
                with contextlib.suppress(zmq.ContextTerminated):  # how it ends
                    zmq.proxy(front, back)

        threading.Thread(target=pass_on).start()
        return bound.get(timeout=interop.DEADLINE)


if __name__ == "__main__":
    interop.main()
