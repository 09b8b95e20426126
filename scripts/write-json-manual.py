#!/usr/bin/env python3
"""Writes sonde-json(5), in mdoc(7), from schema/sonde.schema.json to standard output."""

import json
import pathlib
import re
import textwrap

SCHEMA = json.loads((pathlib.Path(__file__).parent.parent / "schema/sonde.schema.json").read_text())
DEFINITIONS = SCHEMA["$defs"]

HEAD = """\
.\\" Written by scripts/write-json-manual.py: make json-manual
.Dd November 27, 2026
.Dt SONDE-JSON 5
.Os
.Sh NAME
.Nm sonde-json
.Nd the objects that sonde writes with \\-\\-json
.Sh DESCRIPTION
With
.Fl -json
.Xr sonde 1
writes one JSON object per line (NDJSON, UTF-8) as results appear.
The field
.Li type
names the kind of object.
Every object has every field of its kind; null marks what does not apply.
Later versions may add fields and kinds; they keep the names and meanings of
those that are here.
Names that end in
.Li _ms
are milliseconds; other times are seconds since the epoch unless stated.
.Pp
The same is in
.Pa /usr/local/share/sonde/sonde.schema.json ,
a JSON Schema (2020-12), to check output or to generate types from."""

TAIL = """\
.Sh EXAMPLES
The ports that are not open, with the reason:
.Pp
.Dl sonde probe --json example.org 22,80,443 | jq -r 'select(.state != \\(dqopen\\(dq) | .reason'
.Pp
Check a line against the schema:
.Pp
.Dl sonde probe --json localhost 22 >lines
.Dl head -1 lines | python3 -m jsonschema -i /dev/stdin sonde.schema.json
.Sh SEE ALSO
.Xr sonde 1 ,
.Xr sonde-addrs 1 ,
.Xr sonde-capture 1 ,
.Xr sonde-echo 1 ,
.Xr sonde-explain 1 ,
.Xr sonde-get 1 ,
.Xr sonde-probe 1 ,
.Xr sonde-serve 1 ,
.Xr sonde-sockets 1 ,
.Xr sonde-trace 1 ,
.Xr sonde-reasons 7"""


def escaped(text):
    """Text of a line: no macro at its beginning, dashes as dashes."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return "\\&" + text if text[:1] in ".'" else text


def prose(text):
    """One sentence per line, as mdoc wants it, and lines of at most 80 columns."""
    for sentence in re.split(r"(?<=[.;]) ", text):
        yield from (escaped(line) for line in textwrap.wrap(sentence, 72, break_on_hyphens=False))


def type_words(schema):
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        definition = DEFINITIONS[name]
        if "properties" in definition:
            return f"object {name}"
        return "port number" if name == "port" else type_words(definition)
    if "oneOf" in schema:
        return " or ".join("null" if part.get("type") == "null" else type_words(part) for part in schema["oneOf"])
    if "enum" in schema:
        values = ["null" if value is None else value for value in schema["enum"]]
        return ", ".join(values[:-1]) + " or " + values[-1]
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    words = [f"array, each {type_words(schema['items'])}" if kind == "array" else kind for kind in types]
    return " or ".join(words)


def write_fields(definition):
    print(".Bl -tag -width Ds")
    fields = [(name, rule) for name, rule in definition["properties"].items() if name != "type"]
    while fields:
        # Neighbours that share type and meaning are described once.
        rule = fields[0][1]
        names = [name for name, other in fields if other == rule]
        fields = [(name, other) for name, other in fields if other != rule]
        # Several items share the text below the last of them.
        for part in range(0, len(names), 4):
            print(".It Li " + " , ".join(names[part : part + 4]))
        for line in prose(rule["description"]):
            print(line)
        kind = f"({type_words(rule)})"
        for line in textwrap.wrap(kind, 72, break_on_hyphens=False):
            print(escaped(line))
    print(".El")


def main():
    print(HEAD)
    objects = [reference["$ref"].removeprefix("#/$defs/") for reference in SCHEMA["oneOf"]]
    parts = [name for name in DEFINITIONS if name not in objects and "properties" in DEFINITIONS[name]]
    print(".Sh OBJECTS")
    for name in objects:
        definition = DEFINITIONS[name]
        print(".Ss " + escaped(name))
        summary, _, commands = definition["description"].partition(". ")
        print(f"The type is\n.Li {definition['properties']['type']['const']} .")
        for line in prose(summary + "."):
            print(line)
        if commands:
            print("Written by")
            print(".Ic " + escaped(commands).replace(", sonde", " ,\n.Ic sonde") + " .")
        write_fields(definition)
    print(".Sh PARTS OF OBJECTS")
    for name in parts:
        print(".Ss " + escaped(name))
        for line in prose(DEFINITIONS[name]["description"]):
            print(line)
        write_fields(DEFINITIONS[name])
    print(TAIL)


main()
