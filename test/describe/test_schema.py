"""Holds JSON Schema and AsyncAPI document of a protocol against what codec::json writes: test_schema.py SCHEMA_PEER

The judge is python3-jsonschema: the schema has to be one, every frame has to be valid, and frames that codec::json
refuses must not be.
"""

import json
import re
import subprocess
import sys

import jsonschema

WRONG = [
    '["pong",3]',  # unknown message
    '["count"]',
    '["count",3,4]',
    '["count","3"]',
    '["count",2147483648]',
    '["count",true]',
    '["count",{"value":3}]',
    '["empty",{}]',
    '["note",3]',
    '["numbers",{"flag":true,"small":128,"low":0,"high":0,"f":0,"d":0}]',
    '["numbers",{"flag":true,"small":0,"low":0,"high":-1,"f":0,"d":0}]',
    '["numbers",{"flag":1,"small":0,"low":0,"high":0,"f":0,"d":0}]',
    '["numbers",{"flag":true}]',
    '["texts",{"plain":"","blob":"","tag":"AAAA"}]',  # three bytes, not four
    '["enums",{"c":3,"l":0}]',
    '["enums",{"c":1,"l":32768}]',
    '["lists",{"each":[{"value":1}],"three":[1,2],"bits":[]}]',
    '["maybe",{"a":"3"}]',
    '["maybe",{"c":3}]',
    '["maps",{"by_name":{},"by_number":{"03":"x"}}]',
    '["maps",{"by_name":{"a":"b"},"by_number":{}}]',
    '["choice",{"one":[3,3],"two":[0,""],"none":[]}]',
    '["choice",{"one":[1,3],"two":[0,""],"none":[]}]',
    '["choice",{"one":[0,3],"two":[0],"none":[]}]',
    '["choice",{"one":[0,3],"two":[0,""],"none":[1]}]',
    '["spans",{"wait":1.5,"from":{"x":1,"y":2},"to":{"x":1,"y":2,"z":3}}]',
    '["spans",{"wait":1,"from":{"x":1,"y":2},"to":{"x":1,"y":2}}]',
    '["tree",{"name":"root","below":[{"name":"leaf"}]}]',
    '["photo",{"name":"cat","picture":"bytes"}]',
    '["photo",{"name":"cat","picture":-1}]',
]


# The keys of channels, operations and components (AsyncAPI 3.0.0, "Components Object").
KEY = re.compile(r"[A-Za-z0-9_.-]+")
OPERATIONS = {
    "everything.empty": ("receive", ["count", "failure"]),
    "everything.note": ("receive", ["numbers", "failure"]),
    "everything.texts": ("receive", ["enums", "failure"]),
    "everything.lists": ("receive", None),
    "everything.maybe": ("receive", None),
    "everything.maps": ("send", None),
    "everything.choice": ("send", None),
    "everything.spans": ("send", None),
    "everything.tree": ("send", None),
    "everything.photo": ("send", None),
    "trees.tree": ("send", None),
}


def check_frames(validator, frames):
    for text in frames:
        if not validator.is_valid(json.loads(text)):
            yield f"refused: {text}"
    for text in WRONG:
        if validator.is_valid(json.loads(text)):
            yield f"taken, but wrong: {text}"


def check_schema(schema, frames):
    jsonschema.Draft202012Validator.check_schema(schema)
    yield from check_frames(jsonschema.Draft202012Validator(schema), frames)
    names = {json.loads(text)[0] for text in frames}
    for name in sorted(set(message_names(schema)) - names):
        yield f"no frame of message {name}"


def resolve(document, reference):
    at = document
    for key in reference.removeprefix("#/").split("/"):
        at = at[key]
    return at


def references_in(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references_in(each)


def check_async_api(document, frames):
    if document["asyncapi"] != "3.0.0" or document["info"] != {"title": 'Everything "at once"', "version": "2.1.0"}:
        yield "asyncapi: version or info"
    for reference in references_in(document):
        resolve(document, reference)  # a KeyError says which one leads nowhere
    for part in ("channels", "operations"):
        yield from (f"asyncapi: key {key}" for key in document[part] if not KEY.fullmatch(key))

    messages = document["components"]["messages"]
    choices = [message["payload"] for message in messages.values()]
    schema = {"oneOf": choices, "components": document["components"]}
    jsonschema.Draft7Validator.check_schema(schema)
    yield from check_frames(jsonschema.Draft7Validator(schema), frames)

    found = {}
    for key, operation in document["operations"].items():
        channel = operation["channel"]["$ref"] + "/messages/"
        replies = [each["$ref"].removeprefix(channel) for each in operation.get("reply", {}).get("messages", [])]
        found[key] = (operation["action"], replies or None)
        if operation["messages"] != [{"$ref": channel + key.partition(".")[2]}]:
            yield f"asyncapi: {key} has messages {operation['messages']}"
    if found != OPERATIONS:
        yield f"asyncapi: operations are {found}"


def main():
    output = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout
    lines = [line.split(" ", 1) for line in output.splitlines()]
    frames = [text for what, text in lines if what == "frame"]
    documents = {what: json.loads(text) for what, text in lines if what != "frame"}
    problems = list(check_schema(documents["schema"], frames))
    problems += check_async_api(documents["asyncapi"], frames)
    print("\n".join(problems) or f"{len(frames)} frames are valid, {len(WRONG)} are not")
    sys.exit(1 if problems else 0)


def message_names(schema):
    for each in schema["oneOf"]:
        yield schema["$defs"][each["$ref"].removeprefix("#/$defs/")]["prefixItems"][0]["const"]


main()
