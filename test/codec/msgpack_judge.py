"""Python's msgpack and json judge our bytes: each side reads what the other encodes, with the same values.

usage: msgpack_judge.py <peer program>
"""

import json
import math
import random
import struct
import subprocess
import sys

import msgpack

dice = random.Random(20240229)

# What Python 3 encodes, and with which type on the other side.
ALPHABET = "abc XYZ\"\\/\n\t\x00\x7f\u00e9\u20ac\U0001f600"


def text():
    return "".join(dice.choice(ALPHABET) for _ in range(dice.choice([0, 1, 5, 31, 32, 40, 256])))


def integer(bits, signed):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    edges = [low, high, 0, 1, 127, 128, 255, 256, 65535, 65536, -1, -32, -33, -128, -129, -32769]
    return dice.choice([v for v in edges if low <= v <= high] + [dice.randint(low, high)] * 4)


def real():
    while True:
        value = dice.choice(
            [0.0, -0.0, 0.1, 1.0, 1e300, 5e-324, 1.7976931348623157e308, dice.uniform(-1e6, 1e6), 123456789.0,
             struct.unpack("<d", struct.pack("<Q", dice.getrandbits(64)))[0]])
        if math.isfinite(value):
            return value


def maybe(make):
    return dice.choice([None, make()])


def some(make, most=6):
    return [make() for _ in range(dice.choice([0, 1, 2, most, 20]))]


def item():
    return {"sku": text(), "price": maybe(real)}


def in_order(entries):
    """As std::map has them: by the bytes of the key."""
    return dict(sorted(entries.items(), key=lambda entry: entry[0].encode()))


def fields_of(name):
    if name == "nothing":
        return {}
    if name == "ping":
        return {"count": integer(32, True)}
    if name == "numbers":
        fields = {"flag": dice.random() < 0.5}
        for bits in (8, 16, 32, 64):
            fields[f"i{bits}"] = integer(bits, True)
            fields[f"u{bits}"] = integer(bits, False)
        fields["real"] = real()
        return fields
    if name == "order":
        return {
            "id": integer(64, False),
            "items": some(item),
            "stock": in_order({text(): some(lambda: integer(32, True)) for _ in range(dice.randrange(4))}),
            "box": [integer(16, True), integer(16, True)],
            "pair": [dice.random() < 0.5, text()],
            "choice": dice.choice([[0, None], [1, integer(32, True)], [2, text()]]),
            "paint": dice.randrange(3),
            "extra": maybe(item),
        }
    return {
        "bytes": dice.randbytes(dice.choice([0, 1, 255, 256, 70000])),
        "names": {integer(32, True): text() for _ in range(dice.randrange(5))},
        "real": struct.unpack("<f", struct.pack("<f", dice.uniform(-1e9, 1e9)))[0],
    }


ORDER = {
    "nothing": [],
    "ping": ["count"],
    "numbers": ["flag", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "real"],
    "order": ["id", "items", "stock", "box", "pair", "choice", "paint", "extra"],
    "blobs": ["bytes", "names", "real"],
}


def laid_out(name, fields, triple, as_written=False):
    """The message as [type, data] or [type, args, kwargs]; the keys in any order unless as we write them."""
    names = ORDER[name]
    if triple:
        split = len(names) if as_written else dice.randint(0, len(names))
        named = {key: fields[key] for key in shuffled(names[split:])}
        return [name, [fields[key] for key in names[:split]], named]
    if not names:
        return [name, None]
    if len(names) == 1:
        return [name, fields[names[0]]]
    return [name, {key: fields[key] for key in (names if as_written else shuffled(names))}]


def shuffled(names):
    return dice.sample(names, len(names))


def exact(value, one_kind_of_number):
    """Distinguishes 1, 1.0 and True, and 0.0 from -0.0, which == does not.

    With one_kind_of_number 1 and 1.0 are the same, as in JSON: the shortest text of 1.0 is 1.
    """
    if isinstance(value, dict):
        return {key: exact(inner, one_kind_of_number) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [exact(inner, one_kind_of_number) for inner in value]
    if one_kind_of_number and type(value) is float and value.is_integer() and repr(value) != "-0.0":
        value = int(value)
    return (type(value).__name__, repr(value))


class Peer:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, codec, name, frame):
        self.process.stdin.write(f"{codec} {name} {frame.hex()}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n")
        return answer if answer.startswith("error") or not answer else bytes.fromhex(answer)


def pack_json(value):
    # json.dumps writes \u escapes or UTF-8, with or without spaces.
    escaped, tight = dice.random() < 0.5, dice.random() < 0.5
    return json.dumps(value, ensure_ascii=escaped, separators=(",", ":") if tight else None).encode()


def pack_msgpack(value):
    return msgpack.packb(value, use_bin_type=True)


def unpack_msgpack(frame):
    return msgpack.unpackb(frame, raw=False, strict_map_key=False)


def unpack_json(frame):
    return json.loads(frame, parse_int=lambda digits: -0.0 if digits == "-0" else int(digits))


def main():
    peer = Peer(sys.argv[1])
    checked = failures = 0
    for codec, pack, unpack in (
        ("msgpack", pack_msgpack, unpack_msgpack),
        ("msgpack_triple", pack_msgpack, unpack_msgpack),
        ("json", pack_json, unpack_json),
        ("json_triple", pack_json, unpack_json),
    ):
        triple = codec.endswith("triple")
        is_json = codec.startswith("json")
        for name in ORDER:
            if name == "blobs" and is_json:
                continue  # base64 and float have no counterpart in json.dumps
            for _ in range(10 if name in ("nothing", "ping") else 150):
                fields = fields_of(name)
                frame = pack(laid_out(name, fields, triple))
                answer = peer.ask(codec, name, frame)
                wanted = laid_out(name, fields, triple, as_written=True)
                problem = None
                if isinstance(answer, str):
                    problem = answer or "the peer has ended"
                elif exact(unpack(answer), is_json) != exact(wanted, is_json):
                    problem = f"answered {unpack(answer)!r}"
                elif not is_json and name != "blobs" and answer != pack_msgpack(wanted):
                    # The same smallest forms, byte by byte; a float (blobs) is a double in Python.
                    problem = f"other bytes than msgpack.packb: {answer.hex()}"
                checked += 1
                if problem:
                    failures += 1
                    if failures <= 10:
                        print(f"{codec} {name}: sent {frame.hex()[:800]}\n    {problem[:800]}")
                    if not answer:
                        return 1
    peer.process.stdin.close()
    print(f"{checked} messages, {failures} failures")
    return 0 if failures == 0 and checked > 1000 and peer.process.wait(timeout=10) == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
