"""Each request of ours has exactly one outcome, even if a server answers late, twice, or to the wrong one."""

import interop
import zmq
from interop import Json, errc

IMPATIENT = "300"
PATIENT = str(interop.DEADLINE * 1000)


class Outcomes(interop.TestCase):
    ends = ("client", "port")

    def start(self, end, *timeouts, address=None):
        if address is None:
            self.server, address = self.bound(zmq.ROUTER)
        return self.program("asker", end, address, *timeouts)

    def request(self, count):
        """Receives request `count`; returns its envelope."""
        return self.receive(b'["ping",%d]' % count)

    def receive(self, expected):
        *envelope, body = self.server.recv_multipart()
        self.assertEqual(body, expected)
        self.assertEqual(len(envelope), 3)
        return envelope

    def reply(self, envelope, body):
        self.server.send_multipart([*envelope, body])

    def pong(self, envelope, count):
        self.reply(envelope, Json.encode("pong", count))

    def assert_told(self, asker, *lines):
        self.assertEqual(asker.wait(), 0, asker.stderr())
        self.assertEqual(asker.printed(), list(lines))

    def test_a_late_reply_is_not_taken_for_the_next_one(self):
        for end in self.ends:
            with self.subTest(end):
                asker = self.start(end, IMPATIENT, PATIENT)
                first = self.request(0)
                second = self.request(1)  # comes when the first has timed out
                self.pong(first, 0)
                self.pong(second, 1)
                self.assert_told(asker, f"0 failure {errc.timed_out}", "1 pong 1", "dropped 1")

    def test_the_second_reply_to_a_request_is_dropped(self):
        for end in self.ends:
            with self.subTest(end):
                asker = self.start(end, PATIENT, PATIENT)
                first = self.request(0)
                for _ in range(5):
                    self.pong(first, 0)
                self.pong(self.request(1), 1)
                self.assert_told(asker, "0 pong 0", "1 pong 1", "dropped 4")

    def test_a_reply_with_another_id_is_dropped(self):
        for end in self.ends:
            with self.subTest(end):
                asker = self.start(end, PATIENT)
                peer, request_id, delimiter = envelope = self.request(0)
                others = [bytes(8), b"\xff" * 8, request_id[::-1], request_id[:4], request_id * 2, b"x"]
                for other in others:
                    self.assertNotEqual(other, request_id)
                    self.reply([peer, other, delimiter], b'["pong",7]')
                self.pong(envelope, 0)
                self.assert_told(asker, "0 pong 0", f"dropped {len(others)}")

    def test_a_reply_with_wrong_frames_is_dropped(self):
        for end in self.ends:
            with self.subTest(end):
                asker = self.start(end, PATIENT)
                peer, request_id, delimiter = envelope = self.request(0)
                body = b'["pong",7]'
                wrong = (
                    [body],
                    [b"", body],
                    [request_id, body],
                    [request_id, b"", body, body],
                    [request_id, b"-", body],
                    [request_id, b""],
                    [b"", b"", body],
                )
                for frames in wrong:
                    self.server.send_multipart([peer, *frames])
                self.pong(envelope, 0)
                self.assert_told(asker, "0 pong 0", f"dropped {len(wrong)}")

    def test_replies_that_cannot_be_used_are_outcomes_too(self):
        bodies = [
            (b"\0garbage", errc.malformed),
            (b'["surprise",1]', errc.unexpected_reply),
            (b'["pong",1.5]', errc.wrong_type),
            (b'["failure",{"code":101,"text":"no"}]', errc.refused),
        ]
        asks_why = 1  # the first that may come of another definition; the answer is no help, so it asks no more
        for end in self.ends:
            with self.subTest(end):
                asker = self.start(end, *[PATIENT] * (len(bodies) + 1))
                for count, (body, _) in enumerate(bodies):
                    envelope = self.request(count)
                    self.reply(envelope, body)
                    self.pong(envelope, count)  # too late to be the outcome
                    if count == asks_why:
                        self.reply(self.receive(b'["tenon.describe",null]'), b'["failure",{"code":4,"text":"what?"}]')
                self.pong(self.request(len(bodies)), len(bodies))
                self.assert_told(
                    asker,
                    *(f"{count} failure {code}" for count, (_, code) in enumerate(bodies)),
                    f"{len(bodies)} pong {len(bodies)}",
                    f"dropped {len(bodies)}",
                )

    def test_silence_ends_each_request_once(self):
        for end in self.ends:
            with self.subTest(end):
                asker = self.start(end, "50", "50", "50", PATIENT)
                for count in range(3):
                    self.request(count)
                self.pong(self.request(3), 3)
                timed_out = (f"{count} failure {errc.timed_out}" for count in range(3))
                self.assert_told(asker, *timed_out, "3 pong 3", "dropped 0")

    def test_a_server_that_restarts_serves_the_next_request(self):
        for end in self.ends:
            with self.subTest(end):
                asker = self.start(end, PATIENT, IMPATIENT, PATIENT)
                address = self.server.last_endpoint.decode()
                self.pong(self.request(0), 0)
                self.request(1)
                self.server.close()  # request 1 dies with it
                self.assertEqual([asker.line(), asker.line()], ["0 pong 0", f"1 failure {errc.timed_out}"])
                self.server = self.socket(zmq.ROUTER)
                self.bind(self.server, address)
                self.pong(self.request(2), 2)
                self.assert_told(asker, "2 pong 2", "dropped 0")


if __name__ == "__main__":
    interop.main()
