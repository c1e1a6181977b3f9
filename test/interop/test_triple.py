"""Messages as [type, args, kwargs], which Python unpacks into a call: `method(*args, **kwargs)`."""

import json

import interop
import zmq
from interop import errc


class Triple(interop.TestCase):
    def setUp(self):
        super().setUp()
        self.process = self.program("triple_pong")
        self.client = self.socket(zmq.REQ, self.process.address())

    def call(self, name, *args, **kwargs):
        return self.send(json.dumps([name, args, kwargs]).encode())

    def send(self, body):
        self.client.send(body)
        return json.loads(self.client.recv())

    def test_arguments_by_position_and_by_name_are_the_same(self):
        self.assertEqual(self.call("ping", 3), ["pong", [3], {}])
        self.assertEqual(self.call("ping", count=3), ["pong", [3], {}])

    def test_the_bytes(self):
        self.client.send(b'["ping",[3],{}]')
        self.assertEqual(self.client.recv(), b'["pong",[3],{}]')

    def test_a_python_method_takes_the_reply_as_it_is(self):
        class Handler:
            def pong(self, count):
                return count

        name, args, kwargs = self.call("ping", count=7)
        self.assertEqual(getattr(Handler(), name)(*args, **kwargs), 7)

    def test_arguments_that_do_not_fit_are_refused(self):
        for body, code in [
            (b'["ping",[],{}]', errc.missing_field),
            (b'["ping",[3],{"count":3}]', errc.duplicate_key),
            (b'["ping",[],{"count":3,"count":3}]', errc.duplicate_key),
            (b'["ping",[],{"echo-me":3}]', errc.unknown_key),
            (b'["ping",[3,4],{}]', errc.wrong_arity),
            (b'["ping",[3]]', errc.wrong_arity),
            (b'["ping",[3],{},null]', errc.wrong_arity),
            (b'["ping",3]', errc.wrong_type),
            (b'["ping",{},[3]]', errc.wrong_type),
            (b'["ping",[1.5],{}]', errc.wrong_type),
            (b'["ping",[],{"count":1000000000000}]', errc.out_of_range),
            (b'["echo-me",[3],{}]', errc.unknown_message),
        ]:
            with self.subTest(body):
                kind, (number, text), kwargs = self.send(body)
                self.assertEqual((kind, number, kwargs), ("failure", code, {}))
                self.assertNotIn("echo-me", text)
                self.assertEqual(self.call("ping", 3), ["pong", [3], {}])

    def test_a_command_without_arguments_ends_it(self):
        self.client.send(b'["plzdiekthxbye",[],{}]')
        self.assertEqual(self.process.wait(), 0)


if __name__ == "__main__":
    interop.main()
