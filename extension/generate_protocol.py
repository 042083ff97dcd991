"""Writes `src/protocol.ts` from `teachgraph/view/protocol.py`; prints it when told `-`.

python extension/generate_protocol.py
"""

import json
import sys
from pathlib import Path
from typing import Any

from teachgraph.view import protocol

Schema = dict[str, Any]

TARGET = Path(__file__).parent / "src" / "protocol.ts"

HEAD = """\
// The format of a document, written by extension/generate_protocol.py from
// teachgraph/view/protocol.py. Change that file, not this one.
"""

SHAPE = """\
/** What a place in a document may hold, for a reader that meets unknown data. */
export type Shape =
  | "string"
  | "number"
  | "integer"
  | { readonly one: readonly unknown[] }
  | { readonly list: Shape }
  | { readonly tuple: readonly Shape[] }
  | { readonly map: Shape }
  | { readonly name: string }
  | { readonly union: readonly Shape[] }
  | {
      readonly fields: Readonly<Record<string, Shape>>;
      readonly required: readonly string[];
    };"""


def typescript() -> str:
    """The module: constants, an interface for each dictionary, and the same as data."""
    schema = protocol.schema()
    definitions: dict[str, Schema] = {**schema["$defs"], "Document": schema}
    constants = {
        "MIME": protocol.MIME,
        "VERSION": protocol.VERSION,
        "MINOR": protocol.MINOR,
        "MAX_NODES": protocol.MAX_NODES,
        "MAX_EVENTS": protocol.MAX_EVENTS,
        "MAX_BYTES": protocol.MAX_BYTES,
    }
    lines = [f"export const {name} = {json.dumps(v)};" for name, v in constants.items()]
    events = definitions["Document"]["properties"]["timeline"]["items"]
    blocks = [HEAD + "\n" + "\n".join(lines)]
    blocks += [_interface(name, schema) for name, schema in sorted(definitions.items())]
    blocks += [f"export type Event = {_type(events)};", SHAPE]
    shapes = {name: _shape(schema) for name, schema in sorted(definitions.items())}
    blocks += [
        "export const SHAPES: Readonly<Record<string, Shape>> = {\n"
        + "".join(f"  {name}: {json.dumps(shape)},\n" for name, shape in shapes.items())
        + "};"
    ]
    return "\n\n".join(blocks) + "\n"


def _interface(name: str, schema: Schema) -> str:
    doc = schema["description"].splitlines()
    comment = ["/**", *(f" * {line}".rstrip() for line in doc), " */"]
    fields = [
        f"  readonly {key}{'' if key in schema['required'] else '?'}: {_type(part)};"
        for key, part in schema["properties"].items()
    ]
    return "\n".join([*comment, f"export interface {name} {{", *fields, "}"])


def _type(schema: Schema) -> str:
    """The TypeScript type of what a schema admits; patterns and minima are left out."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " | ".join(map(_type, schema["anyOf"]))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    if "prefixItems" in schema:
        return f"readonly [{', '.join(map(_type, schema['prefixItems']))}]"
    if schema["type"] == "array":
        inner = _type(schema["items"])
        return (
            f"readonly ({inner})[]" if "|" in inner else f"readonly {_bracket(inner)}[]"
        )
    if schema["type"] == "object":
        return f"Readonly<Record<string, {_type(schema['additionalProperties'])}>>"
    return "string" if schema["type"] == "string" else "number"


def _shape(schema: Schema) -> str | Schema:
    """The same as data, in the grammar of `Shape`."""
    if "$ref" in schema:
        return {"name": schema["$ref"].rsplit("/", 1)[1]}
    if "anyOf" in schema:
        return {"union": [_shape(branch) for branch in schema["anyOf"]]}
    if "const" in schema or "enum" in schema:
        return {"one": schema.get("enum", [schema.get("const")])}
    if "prefixItems" in schema:
        return {"tuple": [_shape(part) for part in schema["prefixItems"]]}
    if "properties" in schema:
        parts = {name: _shape(part) for name, part in schema["properties"].items()}
        return {"fields": parts, "required": schema["required"]}
    if schema["type"] == "array":
        return {"list": _shape(schema["items"])}
    if schema["type"] == "object":
        return {"map": _shape(schema["additionalProperties"])}
    return schema["type"]


def _bracket(inner: str) -> str:
    return f"({inner})" if " " in inner else inner


if __name__ == "__main__":
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(typescript())
    else:
        TARGET.write_text(typescript(), encoding="utf-8")
