"""The ping-pong, for peers in Python.

Printed by Tenon from the protocol's C++ types; do not edit. Needs pyzmq, and msgpack for the format of that name.
"""

from __future__ import annotations

import base64
import collections
import dataclasses
import json
import math
import re
import time
import traceback

import zmq

try:
    import msgpack
except ImportError:
    msgpack = None

# The protocol in Tenon's words, and their hash: what peers compare.
DEFINITION = (
    "request ping{count:i32;} pong{count:i32;}\n"
    "command plzdiekthxbye{}\n"
)
FINGERPRINT = 1366838766247640001


class Failure(Exception):
    """A request that ended without its reply; `code` is one of tenon::errc (docs/wire-formats.md)."""

    def __init__(self, code, text):
        super().__init__(code, text)
        self.code, self.text = code, text


MALFORMED, UNKNOWN_MESSAGE, WRONG_TYPE, OUT_OF_RANGE, WRONG_ARITY = 1, 4, 5, 6, 7
BAD_UTF8, DUPLICATE_KEY, UNKNOWN_KEY, MISSING_FIELD, NOT_FINITE = 8, 9, 10, 11, 12
HANDLER_FAILED, WRONG_FRAMES, TIMED_OUT = 100, 102, 104


class _Format:
    """json or msgpack, in the layout pair, [name, data], or triple, [name, args, kwargs]."""

    def __init__(self, is_json, is_triple):
        self.is_json, self.is_triple = is_json, is_triple

    def dump(self, value):
        if not self.is_json:
            return msgpack.packb(value)
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()

    def load(self, body):
        try:
            if not self.is_json:
                return msgpack.unpackb(body, strict_map_key=False, object_pairs_hook=_unique)
            return json.loads(bytes(body).decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
        except (ValueError, TypeError, RecursionError):
            raise Failure(MALFORMED, "malformed message") from None


def _unique(pairs):
    members = dict(pairs)
    _check(len(members) == len(pairs), DUPLICATE_KEY, "duplicate key")
    return members


def _no_constant(_):
    raise Failure(NOT_FINITE, "NaN or infinity")


def _check(condition, code, text):
    if not condition:
        raise Failure(code, text)


JSON, JSON_TRIPLE = _Format(True, False), _Format(True, True)
MSGPACK, MSGPACK_TRIPLE = _Format(False, False), _Format(False, True)


class _Plain:
    """Values that are the same in Python and on the wire; the base of all kinds of fields."""

    types = ()

    def write(self, value, form):
        self.check(value)
        return value

    def read(self, value, form):
        self.check(value)
        return value

    def check(self, value):
        _check(type(value) in self.types, WRONG_TYPE, "value of the wrong type")


class _Bool(_Plain):
    types = (bool,)


class _Null(_Plain):
    types = (type(None),)


class _Int(_Plain):
    def __init__(self, low, high):
        self.low, self.high = low, high

    def check(self, value):
        _check(isinstance(value, int) and not isinstance(value, bool), WRONG_TYPE, "value of the wrong type")
        _check(self.low <= value <= self.high, OUT_OF_RANGE, "value out of range")


class _Enum(_Int):
    def __init__(self, *values):
        super().__init__(min(values), max(values))
        self.values = values

    def check(self, value):
        super().check(value)
        _check(value in self.values, OUT_OF_RANGE, "value out of range")


class _Float(_Plain):
    types = (float, int)

    def write(self, value, form):
        self.check(value)
        _check(math.isfinite(value) or not form.is_json, NOT_FINITE, "NaN or infinity")
        return float(value)

    def read(self, value, form):
        return self.write(value, form)


class _Text(_Plain):
    types = (str,)

    def check(self, value):
        super().check(value)
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Failure(BAD_UTF8, "text is not valid UTF-8") from None


class _Blob(_Plain):
    types = (bytes,)

    def __init__(self, size=None):
        self.size = size

    def check(self, value):
        super().check(value)
        _check(self.size in (None, len(value)), WRONG_ARITY, "wrong number of elements")

    def write(self, value, form):
        self.check(value)
        return base64.b64encode(value).decode() if form.is_json else value

    def read(self, value, form):
        if form.is_json:
            _check(isinstance(value, str), WRONG_TYPE, "value of the wrong type")
            try:
                value = base64.b64decode(value, validate=True)
            except ValueError:
                raise Failure(MALFORMED, "malformed message") from None
        self.check(value)
        return value


class _Several(_Plain):
    """Kinds made of others: `change` is how these are written or read."""

    def write(self, value, form):
        return self.change(value, lambda kind, inner: kind.write(inner, form))

    def read(self, value, form):
        return self.change(value, lambda kind, inner: kind.read(inner, form))


class _List(_Several):
    types = (list, tuple)

    def __init__(self, kind, size=None):
        self.kind, self.size = kind, size

    def change(self, value, each):
        self.check(value)
        _check(self.size in (None, len(value)), WRONG_ARITY, "wrong number of elements")
        return [each(self.kind, inner) for inner in value]


class _Row(_Several):
    types = (list, tuple)

    def __init__(self, *kinds):
        self.kinds = kinds

    def change(self, value, each):
        self.check(value)
        _check(len(value) == len(self.kinds), WRONG_ARITY, "wrong number of elements")
        return tuple(each(kind, inner) for kind, inner in zip(self.kinds, value))


class _Variant(_Several):
    """A pair of which alternative it is, counted from 0, and its value."""

    types = (list, tuple)

    def __init__(self, *kinds):
        self.kinds = kinds

    def change(self, value, each):
        self.check(value)
        _check(len(value) == 2, WRONG_ARITY, "wrong number of elements")
        _Int(0, len(self.kinds) - 1).check(value[0])
        return value[0], each(self.kinds[value[0]], value[1])


class _Attachment(_Plain):
    """Bytes that travel as a frame behind the body, in which is written how many they are."""

    types = (bytes, bytearray, memoryview)

    def write(self, value, form):
        self.check(value)
        return memoryview(value).nbytes

    def read(self, value, form):
        _Int(0, 2**64 - 1).check(value)
        return value


class _Optional(_Several):
    def __init__(self, kind):
        self.kind = kind

    def change(self, value, each):
        return None if value is None else each(self.kind, value)


class _Map(_Plain):
    types = (dict,)

    def __init__(self, key, kind):
        self.key, self.kind = key, kind

    def write(self, value, form):
        self.check(value)
        made = {self.key.write(key, form): self.kind.write(inner, form) for key, inner in value.items()}
        return {str(key): inner for key, inner in made.items()} if form.is_json else made

    def read(self, value, form):
        self.check(value)
        return {self._key(key, form): self.kind.read(inner, form) for key, inner in value.items()}

    def _key(self, key, form):
        if form.is_json and isinstance(self.key, _Int):
            _check(re.fullmatch("0|-?[1-9][0-9]*", key), MALFORMED, "malformed message")
            key = int(key)
        return self.key.read(key, form)


class _Struct(_Plain):
    types = (dict,)

    def __init__(self, made):
        self.made = made

    def write(self, value, form):
        _check(isinstance(value, self.made), WRONG_TYPE, "value of the wrong type")
        return {wire: kind.write(getattr(value, own), form) for wire, own, kind in self.made.FIELDS}

    def read(self, value, form):
        self.check(value)
        _check(value.keys() <= {wire for wire, _, _ in self.made.FIELDS}, UNKNOWN_KEY, "unknown key")
        members = {}
        for wire, own, kind in self.made.FIELDS:
            _check(wire in value or isinstance(kind, _Optional), MISSING_FIELD, "missing field")
            members[own] = kind.read(value.get(wire), form)
        return self.made(**members)


@dataclasses.dataclass
class ping:
    count: int  # i32

    NAME = "ping"
    KEYS = ()


@dataclasses.dataclass
class pong:
    count: int  # i32

    NAME = "pong"
    KEYS = ()


@dataclasses.dataclass
class plzdiekthxbye:
    NAME = "plzdiekthxbye"
    KEYS = ()


@dataclasses.dataclass
class failure:
    code: int  # u16
    text: str  # str

    NAME = "failure"
    KEYS = ()


@dataclasses.dataclass
class tenon_describe:
    NAME = "tenon.describe"
    KEYS = ()


@dataclasses.dataclass
class tenon_definition:
    text: str  # str

    NAME = "tenon.definition"
    KEYS = ()


ping.FIELDS = (
    ("count", "count", _Int(-2147483648, 2147483647)),
)
pong.FIELDS = (
    ("count", "count", _Int(-2147483648, 2147483647)),
)
plzdiekthxbye.FIELDS = ()
failure.FIELDS = (
    ("code", "code", _Int(0, 65535)),
    ("text", "text", _Text()),
)
tenon_describe.FIELDS = ()
tenon_definition.FIELDS = (
    ("text", "text", _Text()),
)

REPLIES = {
    ping: pong,
    tenon_describe: tenon_definition,
}
COMMANDS = [
    plzdiekthxbye,
]
EVENTS = [
]
MESSAGES = [*REPLIES, *REPLIES.values(), *COMMANDS, *EVENTS, failure]


def encode(message, form=JSON):
    """The body of one message: all of it but its attachments."""
    made = type(message)
    members = _Struct(made).write(message, form)
    if form.is_triple:
        return form.dump([made.NAME, list(members.values()), {}])
    if len(members) == 1:
        return form.dump([made.NAME, *members.values()])
    return form.dump([made.NAME, members or None])


def multipart(message, form=JSON):
    """The frames of one message, for send_multipart: the body, and the attachments behind it."""
    return [encode(message, form), *(getattr(message, own) for own in _attachments(type(message)))]


def decode(body, form=JSON, expected=None, attached=()):
    """The message in `body`, one of the classes `expected`, by default any of the protocol's. `attached` are the frames
    behind it. Raises Failure."""
    frame = form.load(body)
    _check(isinstance(frame, (list, tuple)) and frame and isinstance(frame[0], str), MALFORMED, "malformed message")
    made = {each.NAME: each for each in expected or MESSAGES}.get(frame[0])
    _check(made, UNKNOWN_MESSAGE, "unknown message")
    _check(len(frame) == (3 if form.is_triple else 2), WRONG_ARITY, "wrong number of elements")
    names = [wire for wire, _, _ in made.FIELDS]
    if form.is_triple:
        members = _members_of_triple(names, *frame[1:])
    elif len(names) == 1:
        members = {names[0]: frame[1]}
    elif not names:
        _Null().check(frame[1])
        members = {}
    else:
        members = frame[1]
    message, fields = _Struct(made).read(members, form), _attachments(made)
    _check([getattr(message, own) for own in fields] == [len(each) for each in attached], WRONG_FRAMES, _WRONG_FRAMES)
    for own, each in zip(fields, attached):
        setattr(message, own, bytes(each))
    return message


_WRONG_FRAMES = "behind the body stands one frame for each attachment, as long as the body says, and nothing else"


def _attachments(made):
    return [own for _, own, kind in made.FIELDS if isinstance(kind, _Attachment)]


def _members_of_triple(names, args, kwargs):
    _check(isinstance(args, list) and isinstance(kwargs, dict), WRONG_TYPE, "value of the wrong type")
    _check(len(args) <= len(names), WRONG_ARITY, "wrong number of elements")
    members = dict(zip(names, args))
    _check(not members.keys() & kwargs.keys(), DUPLICATE_KEY, "duplicate key")
    return members | kwargs


def topic(event):
    """The first frame of a published event: its name and its keys."""
    parts = [type(event).NAME]
    for key in type(event).KEYS:
        value = getattr(event, key)
        parts.append(str(value).lower() if isinstance(value, bool) else str(value))
    return "".join(part.replace("%", "%25").replace("/", "%2F") + "/" for part in parts).encode()


class Client:
    """The client side, towards a rep or router port. For one thread; a context manager."""

    def __init__(self, address, form=JSON, context=None):
        self.socket = (context or zmq.Context.instance()).socket(zmq.DEALER)
        self.socket.linger = 1000
        self.socket.connect(address)
        self.form, self._asked, self._events = form, 0, collections.deque(maxlen=1000)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def request(self, question, timeout=5.0):
        """Asks, and returns the reply. Raises Failure: the server's, or TIMED_OUT after `timeout` seconds."""
        reply = REPLIES[type(question)]
        number = self._send(question)
        for frames in self._arrivals(timeout):
            if len(frames) > 2 and frames[:2] == [number, b""]:
                answer = decode(frames[2], self.form, [reply, failure], frames[3:])
                if isinstance(answer, failure):
                    raise Failure(answer.code, answer.text)
                return answer
            self._keep(frames)
        raise Failure(TIMED_OUT, "no reply from the server within the time given")

    def send(self, command):
        """Tells a command; nobody answers."""
        _check(type(command) in COMMANDS, UNKNOWN_MESSAGE, "this protocol has no such command")
        self._send(command)

    def next_event(self, timeout=5.0):
        """The next event of a router that knows this client from a message. Raises Failure."""
        if not self._events:
            for frames in self._arrivals(timeout):
                self._keep(frames)
                if self._events:
                    break
            else:
                raise Failure(TIMED_OUT, "no event from the server within the time given")
        body, *attached = self._events.popleft()
        return decode(body, self.form, EVENTS, attached)

    def definition(self, timeout=5.0):
        """The server's own definition of the protocol: hold it against DEFINITION."""
        return self.request(tenon_describe(), timeout).text

    def _send(self, message):
        frames = multipart(message, self.form)
        self._asked += 1
        number = self._asked.to_bytes(8, "little")
        self.socket.send_multipart([number, b"", *frames])
        return number

    def _keep(self, frames):
        if len(frames) == 1 or frames[0] == b"":
            self._events.append(frames[-1:] if len(frames) == 1 else frames[1:])

    def _arrivals(self, timeout):
        end = time.monotonic() + timeout
        while self.socket.poll(max(0, math.ceil(1000 * (end - time.monotonic())))):
            yield self.socket.recv_multipart()


class Server:
    """The server side for req and dealer ports and clients: calls a Handler's methods, whose `server` it is."""

    def __init__(self, handler, address, form=JSON, context=None):
        self.socket = (context or zmq.Context.instance()).socket(zmq.ROUTER)
        self.socket.linger = 1000
        self.socket.bind(address)
        self.address = self.socket.last_endpoint.decode()
        self.handler, self.form, self._running = handler, form, False
        handler.server = self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def serve(self):
        """Handles messages until a handler calls `stop`."""
        self._running = True
        while self._running:
            self.handle_one()

    def stop(self):
        self._running = False

    def handle_one(self, timeout=None):
        """Handles the next message; False if none comes within `timeout` seconds. What a handler raises is the asker's
        failure, and is not raised here."""
        if not self.socket.poll(None if timeout is None else 1000 * timeout):
            return False
        frames = self.socket.recv_multipart()
        # What stands up to the delimiter is given back as it came; a DEALER may leave the delimiter out.
        body = frames.index(b"", 1) + 1 if b"" in frames[1:] else 1
        answer = self._answer(frames[body:], frames[0])
        if answer is not None:
            self.socket.send_multipart([*frames[:body], *multipart(answer, self.form)])
        return True

    def send(self, event, peer):
        """Sends an event to a peer that a handler was told."""
        self.socket.send_multipart([peer, b"", *multipart(event, self.form)])

    def _answer(self, bodies, peer):
        try:
            one = len(bodies) == 1 or (bodies and any(map(_attachments, [*REPLIES, *COMMANDS])))
            _check(one, WRONG_FRAMES, "a request is one frame after the empty delimiter, and its attachments")
            message = decode(bodies[0], self.form, [*REPLIES, *COMMANDS], bodies[1:])
        except Failure as refusal:
            return failure(refusal.code, refusal.text)
        if isinstance(message, tenon_describe):
            return tenon_definition(DEFINITION)
        try:
            answer = getattr(self.handler, "on_" + type(message).__name__)(message, peer)
            if type(message) in COMMANDS:
                return None
            _check(isinstance(answer, REPLIES[type(message)]), HANDLER_FAILED, "the handler of the request failed")
            encode(answer, self.form)
            return answer
        except Failure as refusal:
            return None if type(message) in COMMANDS else failure(refusal.code, refusal.text)
        except Exception:
            traceback.print_exc()
            return None if type(message) in COMMANDS else failure(HANDLER_FAILED, "the handler of the request failed")


class Handler:
    """What a server does with what it gets. `peer` is whom `self.server.send` sends events to. A method that raises
    Failure refuses the request with it."""

    server = None

    def on_ping(self, message: ping, peer) -> pong:
        raise NotImplementedError

    def on_plzdiekthxbye(self, message: plzdiekthxbye, peer) -> None:
        raise NotImplementedError
