"""The Python module that Tenon prints for a protocol, against Tenon's own programs: every kind of field, both sides."""

import json
import subprocess
import sys
import threading
import types

import interop

FORMATS = ("json", "json_triple", "msgpack")

TEXT = subprocess.run([interop.PROGRAMS["kinds"], "python"], check=True, capture_output=True, text=True).stdout
kinds = sys.modules["kinds"] = types.ModuleType("kinds")  # dataclasses look for it there
exec(compile(TEXT, "kinds.py", "exec"), kinds.__dict__)


def form(name):
    return getattr(kinds, name.upper())


def sample(**changes):
    values = dict(
        yes=True,
        least=-128,
        most=2**64 - 1,
        real=0.1,
        small=0.5,
        hue=4,
        text='h\u00e9 "\\\n\u0001',
        blob=b"\xff\0\7",
        pair_of_bytes=b"\1\2",
        path=[kinds.point(1, 2), kinds.point(-0.5, 1e300)],
        three=[1, 300, 65535],
        note=None,
        places={"home": kinds.point(3, 4), "": kinds.point(0, 0)},
        flags={-5: True, 0: False},
        choice=(2, kinds.point(5, 6)),
        row=(9, "nine"),
        time=1500,
        nothing=None,
        root=kinds.tree(1, [kinds.tree(2, []), kinds.tree(3, [kinds.tree(4, [])])]),
        lambda_="x",
        last=-1,
    )
    return kinds.everything(**{**values, **changes})


class Handler(kinds.Handler):
    """Does what the program `kinds serve` does."""

    def on_everything(self, message, peer):
        return message

    def on_ValueError_(self, message, peer):
        return message

    def on_single(self, message, peer):
        if message.text == "no":
            raise kinds.Failure(101, "not today")
        return kinds.single("not what is declared") if message.text == "wrong" else kinds.nothing()

    def on_nothing(self, message, peer):
        return kinds.single("something")

    def on_photo(self, message, peer):
        return kinds.photo(message.name, message.thumbnail, message.picture)

    def on_hang_up(self, message, peer):
        self.server.send(kinds.hanging(message.picture), peer)

    def on_sign_up(self, message, peer):
        self.server.send(kinds.news(message.name, "hello", 7), peer)
        self.server.send(kinds.headline("end"), peer)

    def on_finish(self, message, peer):
        self.server.stop()


class PythonModule(interop.TestCase):
    def serving(self, name):
        """A server in Python in a thread of its own; returns its address and the thread."""
        server = kinds.Server(Handler(), "tcp://127.0.0.1:*", form(name), self.context)

        def serve():
            with server:
                server.serve()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        return server.address, thread

    def assert_ends(self, thread):
        thread.join(interop.DEADLINE)
        self.assertFalse(thread.is_alive())

    def client(self, address, name="json"):
        client = kinds.Client(address, form(name), self.context)
        self.addCleanup(client.close)
        return client

    def assert_fails(self, code, call, *arguments):
        with self.assertRaises(kinds.Failure) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.code, code, caught.exception)

    def test_the_client_speaks_to_a_tenon_process(self):
        for name in FORMATS:
            with self.subTest(name):
                program = self.program("kinds", "serve", name)
                client = self.client(program.address(), name)
                self.assertEqual(client.request(sample()), sample())
                for alternative in ((0, -7), (1, "text")):
                    self.assertEqual(client.request(sample(choice=alternative)).choice, alternative)
                self.assertEqual(client.request(sample(note="n", last=None)), sample(note="n", last=None))
                self.assertEqual(client.request(kinds.ValueError_(1, 2, 3, 4)), kinds.ValueError_(1, 2, 3, 4))
                self.assertEqual(client.request(kinds.single("yes")), kinds.nothing())
                self.assertEqual(client.request(kinds.nothing()), kinds.single("something"))
                self.assert_fails(101, client.request, kinds.single("no"))
                for large, small in ((bytes(100_000), b""), (b"x", b"yz")):
                    self.assertEqual(
                        client.request(kinds.photo("cat", large, small)), kinds.photo("cat", small, large)
                    )
                client.send(kinds.hang_up(memoryview(b"abc")))
                self.assertEqual(client.next_event(interop.DEADLINE), kinds.hanging(b"abc"))
                client.send(kinds.sign_up("me"))
                self.assertEqual(client.next_event(interop.DEADLINE), kinds.news("me", "hello", 7))
                self.assertEqual(client.next_event(interop.DEADLINE), kinds.headline("end"))
                self.assertEqual(client.definition(interop.DEADLINE), kinds.DEFINITION)
                client.send(kinds.finish())
                self.assertEqual(program.wait(), 0, program.stderr())

    def test_a_tenon_client_speaks_to_the_server(self):
        for name in FORMATS:
            with self.subTest(name):
                address, thread = self.serving(name)
                program = self.program("kinds", "ask", name, address)
                self.assertEqual(program.wait(), 0, program.stderr())
                self.assert_ends(thread)

    def test_attachments_are_frames_that_a_peer_by_hand_finds_natural(self):
        program = self.program("kinds", "serve", "json")
        peer = self.socket(interop.zmq.REQ, program.address())
        for picture in (b"four", bytes(1_000_000)):
            # [attachments]
            photo = {"name": "cat", "picture": len(picture), "thumbnail": 2}
            peer.send_multipart([json.dumps(["photo", photo]).encode(), picture, b"ab"])
            body, thumbnail, same_picture = peer.recv_multipart()
            # [/attachments]
            self.assertEqual(json.loads(body), ["photo", {**photo, "picture": 2, "thumbnail": len(picture)}])
            self.assertEqual([thumbnail, same_picture], [b"ab", picture])
        for wrong in ([b"four"], [b"four", b"a"], [b"four", b"ab", b""], [b"four", b"", b"ab"]):
            peer.send_multipart([b'["photo",{"name":"cat","picture":4,"thumbnail":2}]', *wrong])
            self.assert_failure(interop.json.loads(peer.recv()), interop.errc.wrong_frames)
        peer.send(b'["nothing",null]')
        self.assertEqual(peer.recv(), b'["single","something"]')

    def test_attachments_that_are_wrong_are_refused(self):
        address, thread = self.serving("json")
        peer = self.socket(interop.zmq.REQ, address)
        for wrong in ([], [b"four", b"a"], [b"four", b"ab", b""]):
            peer.send_multipart([b'["photo",{"name":"cat","picture":4,"thumbnail":2}]', *wrong])
            self.assert_failure(interop.json.loads(peer.recv()), interop.errc.wrong_frames)
        client = self.client(address)
        self.assert_fails(5, client.request, kinds.photo("cat", "text", b""))
        client.send(kinds.finish())
        self.assert_ends(thread)

    def test_the_client_speaks_to_the_server(self):
        address, thread = self.serving("msgpack")
        client = self.client(address, "msgpack")
        self.assertEqual(client.request(sample()), sample())
        self.assert_fails(101, client.request, kinds.single("no"))
        self.assert_fails(100, client.request, kinds.single("wrong"))
        self.assertEqual(client.definition(interop.DEADLINE), kinds.DEFINITION)
        client.send(kinds.finish())
        self.assert_ends(thread)

    def test_a_request_has_a_timeout(self):
        _, address = self.bound(interop.zmq.ROUTER)
        client = self.client(address)
        self.assert_fails(104, client.request, kinds.nothing(), 0.02)
        self.assert_fails(104, client.next_event, 0.02)

    def test_a_late_reply_is_not_taken_for_the_next_one(self):
        peer, address = self.bound(interop.zmq.ROUTER)
        client = self.client(address)
        self.assert_fails(104, client.request, kinds.nothing(), 0.02)
        late = peer.recv_multipart()
        answers = []
        asking = threading.Thread(target=lambda: answers.append(client.request(kinds.nothing(), interop.DEADLINE)))
        asking.start()
        now = peer.recv_multipart()
        peer.send_multipart([*late[:-1], b'["single","late"]'])
        peer.send_multipart([*now[:-1], b'["single","now"]'])
        asking.join()
        self.assertEqual(answers, [kinds.single("now")])

    def test_the_server_refuses_what_it_cannot_read_and_goes_on(self):
        address, thread = self.serving("json")
        sock = self.socket(interop.zmq.REQ, address)
        bodies = {
            b"garbage": interop.errc.malformed,
            b"\xff": interop.errc.malformed,
            b"[]": interop.errc.malformed,
            b"[" * 100000: interop.errc.malformed,
            b'["other",1]': interop.errc.unknown_message,
            b'["single"]': interop.errc.wrong_arity,
            b'["single",7]': interop.errc.wrong_type,
            b'["single","\\ud800"]': interop.errc.bad_utf8,
            b'["nothing",[]]': interop.errc.wrong_type,
            b'["everything",{}]': interop.errc.missing_field,
            b'["everything",{"x":1}]': interop.errc.unknown_key,
            b'["everything",{"x":1,"x":1}]': interop.errc.duplicate_key,
            b'["everything",{"real":NaN}]': interop.errc.not_finite,
        }
        for body, code in bodies.items():
            sock.send(body)
            self.assert_failure(interop.json.loads(sock.recv()), code)
        self.assertEqual(self.ask(sock, interop.Json, "nothing", None), ["single", "something"])
        sock.send_multipart([b'["nothing",null]', b"and more"])
        self.assert_failure(interop.json.loads(sock.recv()), interop.errc.wrong_frames)
        bare = self.socket(interop.zmq.DEALER, address)
        bare.send(b'["nothing",null]')
        self.assertEqual(bare.recv_multipart(), [b'["single","something"]'])
        bare.send(b'["finish",null]')
        self.assert_ends(thread)

    def test_values_are_checked_before_they_are_sent(self):
        changes = [
            (5, dict(yes=1)),
            (5, dict(text=b"bytes")),
            (6, dict(least=-129)),
            (6, dict(hue=3)),
            (7, dict(pair_of_bytes=b"123")),
            (7, dict(three=[1, 2])),
            (6, dict(choice=(3, 1))),
            (8, dict(text="\ud800")),
            (12, dict(real=float("nan"))),
        ]
        for code, change in changes:
            with self.subTest(change):
                self.assert_fails(code, kinds.encode, sample(**change))
        self.assert_fails(4, self.client("tcp://127.0.0.1:9").send, kinds.single("x"))

    def test_published_events_have_topics(self):
        self.assertEqual(kinds.topic(kinds.news("a/b%", "x", 7)), b"news/a%2Fb%25/7/")
        self.assertEqual(kinds.topic(kinds.headline("x")), b"headline/")

    def test_names_that_python_or_the_module_has_are_others_there(self):
        self.assertEqual(kinds.__doc__.splitlines()[0], 'All """kinds""" of \\fields.')
        odd = kinds.ValueError_(a_b=1, a_b_2=2, say_____=3, class_=4)
        self.assertEqual(kinds.encode(odd), b'["ValueError",{"a-b":1,"a_b":2,"say \\"\\\\\\"\\t":3,"class":4}]')
        self.assertEqual(kinds.decode(kinds.encode(odd)), odd)

    def test_messages_decode_in_every_layout(self):
        for name in (*FORMATS, "msgpack_triple"):
            body = kinds.encode(sample(), form(name))
            self.assertEqual(kinds.decode(body, form(name)), sample())
        split = b'["news",["t"],{"number":7,"text":"x"}]'
        self.assertEqual(kinds.decode(split, kinds.JSON_TRIPLE), kinds.news("t", "x", 7))
        self.assert_fails(9, kinds.decode, b'["news",["t"],{"topic":"t"}]', kinds.JSON_TRIPLE)


if __name__ == "__main__":
    interop.main()
