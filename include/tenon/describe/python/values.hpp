// The part of a printed Python module that is the same for all protocols: values, and their kinds on the wire.
#pragma once

#include <string_view>

namespace tenon::description::detail {

inline constexpr std::string_view python_values = R"python(class Failure(Exception):
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
)python";

}  // namespace tenon::description::detail
