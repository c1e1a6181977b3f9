// The part of a printed Python module that is the same for all protocols: encode and decode, client and server.
#pragma once

#include <string_view>

namespace tenon::description::detail {

inline constexpr std::string_view python_peers = R"python(def encode(message, form=JSON):
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
)python";

}  // namespace tenon::description::detail
