"""Typed dictionaries read as JSON schema, and a check of data against such a schema.

Only what `view/protocol.py` needs of JSON schema is here: type, const, enum, pattern,
minimum, items, prefixItems, required, properties, additionalProperties, anyOf and $ref
into $defs. A union of dictionaries is told apart by its key `t`, so a fault is reported
for the branch that was meant.
"""

import inspect
import math
import re
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = dict[str, Any]

PLAIN: dict[type, str] = {str: "string", int: "integer", float: "number"}


def of(document: type) -> Schema:
    """The JSON schema of a typed dictionary, with those it uses under `$defs`."""
    definitions: dict[str, Schema] = {}
    schema = _object(document, definitions)
    return {**schema, "$defs": definitions}


def _object(cls: type, definitions: dict[str, Schema]) -> Schema:
    hints = get_type_hints(cls, include_extras=True)
    optional: set[str] = set(vars(cls)["__optional_keys__"])
    return {
        "description": inspect.getdoc(cls) or "",
        "type": "object",
        "required": [name for name in hints if name not in optional],
        "properties": {
            name: _schema(hint, definitions) for name, hint in hints.items()
        },
    }


def _schema(hint: Any, definitions: dict[str, Schema]) -> Schema:
    """The schema of one annotation; typed dictionaries are defined once."""
    if is_typeddict(hint):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            definitions[hint.__name__] = _object(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if isinstance(hint, type) and hint in PLAIN:
        return {"type": PLAIN[hint]}
    args = get_args(hint)
    origin = get_origin(hint)
    if origin in (Required, NotRequired):
        return _schema(args[0], definitions)
    if origin is Annotated:
        return {**_schema(args[0], definitions), **args[1]}
    if origin is Literal:
        return {"const": args[0]} if len(args) == 1 else {"enum": list(args)}
    if origin is list:
        return {"type": "array", "items": _schema(args[0], definitions)}
    if origin is tuple:
        items = [_schema(arg, definitions) for arg in args]
        return {
            "type": "array",
            "prefixItems": items,
            "minItems": len(items),
            "items": False,
        }
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(args[1], definitions)}
    return {"anyOf": [_schema(arg, definitions) for arg in args]}


def fault(data: object, schema: Schema) -> str | None:
    """The first place where `data` breaks `schema`, and how; None where it is sound."""
    return _fault(data, schema, schema["$defs"], "document")


def _fault(
    data: Any, schema: Schema, definitions: dict[str, Schema], at: str
) -> str | None:
    """`fault` below one place; `at` is its path."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        return _fault_of_union(data, schema["anyOf"], definitions, at)
    if "const" in schema or "enum" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        return (
            None if data in allowed else f"{at}: {_say(data)} is not one of {allowed}"
        )
    match schema["type"]:
        case "object":
            return _fault_of_object(data, schema, definitions, at)
        case "array":
            return _fault_of_array(data, schema, definitions, at)
        case kind:
            return _fault_of_scalar(data, kind, schema, at)


def _fault_of_scalar(data: Any, kind: str, schema: Schema, at: str) -> str | None:
    if kind == "string":
        if not isinstance(data, str):
            return f"{at}: expected a string, found {_say(data)}"
        if not re.search(schema.get("pattern", ""), data):
            return f"{at}: {_say(data)} does not look like {schema['pattern']}"
        return None
    classes = (int,) if kind == "integer" else (int, float)
    if (
        isinstance(data, bool)
        or not isinstance(data, classes)
        or not math.isfinite(data)
    ):
        return f"{at}: expected a finite {kind}, found {_say(data)}"
    if data < schema.get("minimum", data):
        return f"{at}: {data} is below {schema['minimum']}"
    return None


def _fault_of_object(
    data: Any, schema: Schema, definitions: dict[str, Schema], at: str
) -> str | None:
    if not isinstance(data, dict):
        return f"{at}: expected an object, found {_say(data)}"
    for name in schema.get("required", ()):
        if name not in data:
            return f"{at}: the key {name!r} is missing"
    known: Schema = schema.get("properties", {})
    other: Schema | None = schema.get("additionalProperties")
    for name, value in cast("dict[Any, Any]", data).items():
        part = known.get(name, other)
        if not isinstance(name, str):
            return f"{at}: the key {name!r} is not a string"
        found = _fault(value, part, definitions, f"{at}.{name}") if part else None
        if found:
            return found
    return None


def _fault_of_array(
    data: Any, schema: Schema, definitions: dict[str, Schema], at: str
) -> str | None:
    if not isinstance(data, (list, tuple)):
        return f"{at}: expected an array, found {_say(data)}"
    values = list(cast("list[Any]", data))
    parts: list[Schema] = schema.get("prefixItems", [schema["items"]] * len(values))
    if len(parts) != len(values):
        return f"{at}: expected {len(parts)} elements, found {len(values)}"
    for i, (value, part) in enumerate(zip(values, parts, strict=True)):
        found = _fault(value, part, definitions, f"{at}[{i}]")
        if found:
            return found
    return None


def _fault_of_union(
    data: Any, branches: list[Schema], definitions: dict[str, Schema], at: str
) -> str | None:
    if isinstance(data, dict) and "t" in data:
        said: Any = cast("dict[str, Any]", data)["t"]
        meant = [b for b in branches if _tag(b, definitions) == said]
        if not meant:
            return f"{at}.t: no event is of type {_say(said)}"
        return _fault(data, meant[0], definitions, at)
    faults = [_fault(data, branch, definitions, at) for branch in branches]
    return None if None in faults else faults[0]


def _tag(branch: Schema, definitions: dict[str, Schema]) -> str | None:
    """The `t` of the dictionaries that a branch of a union admits."""
    name: str = branch.get("$ref", "").rsplit("/", 1)[-1]
    properties: Schema = definitions.get(name, {}).get("properties", {})
    return properties.get("t", {}).get("const")


def _say(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 60 else f"{text[:57]}..."
