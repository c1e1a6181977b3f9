"""Events under multipart topics: Tenon publishes to pyzmq, pyzmq to Tenon, and a proxy of pyzmq stands in between."""

import struct
import threading

import interop
import zmq
from interop import Json, Msgpack, message_id

SENT = [("AAPL", 101), ("SAP", 202), ("BRK/B", 303), ("AAPL", 404)]


class Binary:
    name = "binary"
    price = message_id("price{symbol:str;cents:i32;}")
    closing = message_id("closing{}")

    @classmethod
    def encode(cls, kind, data):
        if kind == "closing":
            return struct.pack("<I", cls.closing)
        symbol = data["symbol"].encode()
        return struct.pack("<II", cls.price, len(symbol)) + symbol + struct.pack("<i", data["cents"])

    @classmethod
    def decode(cls, body):
        (kind,) = struct.unpack_from("<I", body)
        if kind == cls.closing:
            assert len(body) == 4, body
            return ["closing", None]
        assert kind == cls.price, body
        (size,) = struct.unpack_from("<I", body, 4)
        (cents,) = struct.unpack_from("<i", body, 8 + size)
        assert len(body) == 12 + size, body
        return ["price", {"symbol": body[8 : 8 + size].decode(), "cents": cents}]


CODECS = [Json, Msgpack, Binary]


def topic(kind, *keys):
    """The topic of an event: in a key '/' and '%' are written otherwise."""
    parts = [kind] + [key.replace("%", "%25").replace("/", "%2F") for key in keys]
    return "".join(part + "/" for part in parts).encode()


class Publisher(interop.TestCase):
    def received(self, sub, codec):
        """All events up to closing, as (topic, decoded body)."""
        events = []
        while not events or events[-1][1][0] != "closing":
            under, body, *rest = sub.recv_multipart()
            self.assertEqual([len(part) for part in rest], [16], "a number comes last, where nobody minds it")
            events.append((under, codec.decode(body)))
        return events

    def test_a_pyzmq_subscriber_gets_all_events_in_every_codec(self):
        for codec in CODECS:
            with self.subTest(codec.name):
                market = self.program("market", "publish", codec.name, "1")
                sub = self.socket(zmq.SUB, market.address())
                sub.subscribe(b"")
                expected = [
                    (topic("price", symbol), ["price", {"symbol": symbol, "cents": cents}]) for symbol, cents in SENT
                ]
                self.assertEqual(self.received(sub, codec), expected + [(b"closing/", ["closing", None])])
                self.assertEqual(market.wait(), 0, market.stderr())

    def test_a_pyzmq_subscriber_chooses_by_prefix(self):
        market = self.program("market", "publish", "json", "1")
        sub = self.socket(zmq.SUB, market.address())
        sub.subscribe(topic("price", "BRK/B"))
        sub.subscribe(topic("closing"))
        self.assertEqual([under for under, _ in self.received(sub, Json)], [b"price/BRK%2FB/", b"closing/"])

    def test_numbers_count_each_topic_by_itself(self):
        market = self.program("market", "publish", "json", "1")
        sub = self.socket(zmq.SUB, market.address())
        sub.subscribe(b"")
        messages = [sub.recv_multipart() for _ in range(5)]
        publishers, numbers = zip(*(struct.unpack("<QQ", number) for _, _, number in messages))
        self.assertEqual(numbers, (1, 1, 1, 2, 1))
        self.assertEqual(len(set(publishers)), 1)
        self.assertNotEqual(publishers[0], 0)

    def test_the_publisher_waits_for_all_of_its_subscribers(self):
        market = self.program("market", "publish", "json", "3")
        address = market.address()
        subs = [self.socket(zmq.SUB, address) for _ in range(3)]
        for sub in subs:
            sub.subscribe(b"closing/")
        for sub in subs:
            self.assertEqual(self.received(sub, Json), [(b"closing/", ["closing", None])])


class Subscriber(interop.TestCase):
    def publish(self, codec, *messages, symbols=()):
        """Publishes to the market program as soon as it has subscribed; returns what it prints."""
        pub, address = self.bound(zmq.XPUB)
        market = self.program("market", "subscribe", codec.name, address, *symbols)
        expected = [topic("price", symbol) for symbol in symbols] or [topic("price")]
        self.assertEqual({pub.recv() for _ in range(len(expected) + 1)}, {b"\1" + t for t in [*expected, b"closing/"]})
        for message in messages:
            pub.send_multipart(message)
        pub.send_multipart([b"closing/", codec.encode("closing", None)])
        self.assertEqual(market.wait(), 0, market.stderr())
        return market.printed()

    @staticmethod
    def price(codec, symbol, cents):
        return [topic("price", symbol), codec.encode("price", {"symbol": symbol, "cents": cents})]

    def test_a_pyzmq_publisher_is_understood_in_every_codec(self):
        for codec in CODECS:
            with self.subTest(codec.name):
                printed = self.publish(codec, *(self.price(codec, *each) for each in SENT))
                expected = [f"price {symbol} {cents}" for symbol, cents in SENT]
                self.assertEqual(printed, [*expected, "wrong frames 0, undecodable 0"])

    def test_only_what_was_chosen_arrives(self):
        prices = [self.price(Json, *each) for each in [*SENT, ("AAPLX", 5), ("BRK", 6)]]
        printed = self.publish(Json, *prices, symbols=["AAPL", "BRK/B"])
        expected = ["price AAPL 101", "price BRK/B 303", "price AAPL 404"]
        self.assertEqual(printed, [*expected, "wrong frames 0, undecodable 0"])

    def test_a_pyzmq_publisher_may_number_its_events(self):
        def numbered(symbol, cents, number):
            return [*self.price(Json, symbol, cents), struct.pack("<QQ", 7, number)]

        printed = self.publish(Json, numbered("SAP", 1, 10), numbered("SAP", 2, 11), numbered("SAP", 3, 15))
        self.assertEqual(printed[:-1], ["price SAP 1", "price SAP 2", "gap price/SAP/ 3", "price SAP 3"])

    def test_what_is_no_event_is_counted_and_passed_over(self):
        under, body = self.price(Json, "AAPL", 1)
        printed = self.publish(
            Json,
            [under],
            [under, body, b"not a number"],
            [under, body, bytes(16)],
            [under, body, b"0123456789abcdef", b""],
            [under + b"x" * 250, body],
            [under, b""],
            [under, b"\xff\xfe"],
            [under, b'["price",{"symbol":"AAPL"}]'],
            [under, body],
        )
        self.assertEqual(printed, ["price AAPL 1", "wrong frames 5, undecodable 3"])


class Proxy(interop.TestCase):
    def test_subscriptions_and_events_pass_a_proxy_of_pyzmq(self):
        market = self.program("market", "publish", "json", "1")
        context = zmq.Context()
        back, front = context.socket(zmq.XSUB), context.socket(zmq.XPUB)
        back.connect(market.address())
        address = f"tcp://127.0.0.1:{front.bind_to_random_port('tcp://127.0.0.1')}"

        def forward():
            try:
                zmq.proxy(front, back)
            except zmq.ContextTerminated:  # with the test
                front.close(linger=0)
                back.close(linger=0)

        threading.Thread(target=forward, daemon=True).start()
        self.addCleanup(context.term)
        subscriber = self.program("market", "subscribe", "json", address, "AAPL")
        self.assertEqual(subscriber.wait(), 0, subscriber.stderr())
        self.assertEqual(
            subscriber.printed(), ["price AAPL 101", "price AAPL 404", "wrong frames 0, undecodable 0"]
        )
        self.assertEqual(market.wait(), 0, market.stderr())


if __name__ == "__main__":
    interop.main()
