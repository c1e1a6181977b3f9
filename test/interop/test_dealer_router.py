"""ROUTER and DEALER ends of Tenon with pyzmq on the other side: envelopes, replies in any order, events."""

import interop
import zmq
from interop import Json, Msgpack, errc

CODECS = [Json, Msgpack]


def received(sock, codec=Json):
    """The frames of the next message, with the body decoded."""
    *envelope, body = sock.recv_multipart()
    return [*envelope, codec.decode(body)]


class Router(interop.TestCase):
    """workshop's router answers each second question before the first of the two."""

    def router(self, codec=Json):
        workshop = self.program("workshop", "router", codec.name)
        return workshop, workshop.address()

    def end(self, workshop, dealer, codec=Json):
        dealer.send(codec.encode("finish", None))
        self.assertEqual(workshop.wait(), 0, workshop.stderr())
        return workshop.printed()

    def test_envelopes_come_back_whole_and_replies_in_any_order(self):
        envelopes = [[], [b""], [b"id", b""], [b"\0\1", b"hop 2", b"hop 1", b""], [b"x" * 255] * 14 + [b""]]
        for codec in CODECS:
            workshop, address = self.router(codec)
            dealer = self.socket(zmq.DEALER, address)
            for first in envelopes:
                for second in envelopes:
                    dealer.send_multipart([*first, codec.encode("question", 1)])
                    dealer.send_multipart([*second, codec.encode("question", 2)])
                    self.assertEqual(received(dealer, codec), [*second, ["answer", 20]])
                    self.assertEqual(received(dealer, codec), [*first, ["answer", 10]])
            self.assertEqual(self.end(workshop, dealer, codec), ["wrong frames 0, undecodable 0, late 0"])

    def test_a_plain_req_and_a_dealer_are_answered_each_by_its_own_envelope(self):
        workshop, address = self.router()
        req, dealer = self.socket(zmq.REQ, address), self.socket(zmq.DEALER, address)
        for number in range(20):
            req.send(Json.encode("question", number))
            dealer.send_multipart([b"mine", b"", Json.encode("question", -number)])
            self.assertEqual(Json.decode(req.recv()), ["answer", 10 * number])
            self.assertEqual(received(dealer), [b"mine", b"", ["answer", -10 * number]])
        self.end(workshop, dealer)

    def test_events_reach_each_peer_that_signed_up_and_nobody_else(self):
        workshop, address = self.router()
        ann, bob, stranger = (self.socket(zmq.DEALER, address) for _ in range(3))
        ann.send_multipart([b"", Json.encode("sign_up", "ann")])
        self.assertEqual(received(ann), [b"", ["news", "ann"]])
        bob.send(Json.encode("sign_up", "bob"))
        for each in ann, bob:
            self.assertEqual(received(each), [b"", ["news", "bob"]])
        stranger.send_multipart([b"", Json.encode("question", 1)])
        stranger.send_multipart([b"", Json.encode("question", 2)])
        self.assertEqual(received(stranger), [b"", ["answer", 20]])
        self.end(workshop, stranger)

    def test_what_is_no_request_is_refused_with_its_envelope(self):
        workshop, address = self.router()
        dealer = self.socket(zmq.DEALER, address)
        for envelope, body, code in [
            ([b"1", b""], [b"garbage"], errc.malformed),
            ([b"2", b""], [Json.encode("question", "one")], errc.wrong_type),
            ([b"3", b""], [Json.encode("nobody", 1)], errc.unknown_message),
            ([b"4", b""], [Json.encode("question", 1), b"more"], errc.wrong_frames),
        ]:
            dealer.send_multipart([*envelope, *body])
            *returned, reply = dealer.recv_multipart()
            self.assertEqual(returned, envelope)
            self.assert_failure(Json.decode(reply), code)
        self.assertEqual(self.end(workshop, dealer), ["wrong frames 1, undecodable 3, late 0"])


class Dealer(interop.TestCase):
    """workshop's dealer signs up and asks three questions at once."""

    def dealer(self, codec=Json):
        router, address = self.bound(zmq.ROUTER)
        workshop = self.program("workshop", "dealer", codec.name, address)
        peer, _, delimiter, body = router.recv_multipart()
        self.assertEqual([delimiter, codec.decode(body)], [b"", ["sign_up", "me"]])
        questions = []
        for number in 1, 2, 3:
            sender, correlation, delimiter, body = router.recv_multipart()
            self.assertEqual([sender, delimiter, codec.decode(body)], [peer, b"", ["question", number]])
            questions.append(correlation)
        self.assertEqual(len(set(questions)), 3)
        return workshop, router, peer, questions

    def end(self, workshop, router, peer, codec=Json):
        router.send_multipart([peer, b"", codec.encode("news", "last")])
        self.assertEqual(workshop.wait(), 0, workshop.stderr())
        return workshop.printed()

    def test_replies_in_any_order_and_events_between_them(self):
        for codec in CODECS:
            with self.subTest(codec.name):
                workshop, router, peer, (one, two, three) = self.dealer(codec)
                router.send_multipart([peer, three, b"", codec.encode("answer", 30)])
                router.send_multipart([peer, b"", codec.encode("news", "with a delimiter")])
                router.send_multipart([peer, one, b"", codec.encode("failure", {"code": 7000, "text": "no"})])
                router.send_multipart([peer, codec.encode("news", "without one")])
                router.send_multipart([peer, two, b"", codec.encode("answer", 20)])
                self.assertEqual(
                    self.end(workshop, router, peer, codec),
                    [
                        "3: answer 30",
                        "news with a delimiter",
                        "1: failure 7000",
                        "news without one",
                        "2: answer 20",
                        "news last",
                        "wrong frames 0, undecodable 0, late 0",
                    ],
                )

    def test_replies_to_nobody_and_what_is_none_are_dropped_and_counted(self):
        workshop, router, peer, (one, two, three) = self.dealer()
        router.send_multipart([peer, one, b"", Json.encode("answer", 10)])
        router.send_multipart([peer, one, b"", Json.encode("answer", 11)])
        router.send_multipart([peer, b"8 bytes!", b"", Json.encode("answer", 12)])
        router.send_multipart([peer, b"no id", b"", Json.encode("answer", 13)])
        router.send_multipart([peer, two, b"", Json.encode("answer", 20), b"more"])
        router.send_multipart([peer, b"", b"garbage"])
        router.send_multipart([peer, two, b"", Json.encode("news", "no reply")])
        router.send_multipart([peer, three, b"", Json.encode("answer", 30)])
        printed = self.end(workshop, router, peer)
        # The second request ends when the peer was asked for its definition and says nothing: sooner or later.
        first, second, *others = sorted(printed)
        self.assertEqual(first, "1: answer 10")
        self.assertRegex(second, "2: failure .*")
        self.assertEqual(others, ["3: answer 30", "news last", "wrong frames 2, undecodable 2, late 2"])


if __name__ == "__main__":
    interop.main()
