"""Schemas compiled into plain functions: what marshmallow says of one thing, said of thousands in the time it takes.

A function is made from the schema itself, so that the two cannot drift apart. It reads attributes, as schemas do. Our
enumerations are of texts, which JSON says as they are.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from marshmallow import Schema, fields

from registry.kernel.schema import Exact
from registry.kernel.text import digits

Dump = Callable[[Any], Any]


def compiled(schema: Schema) -> Dump:
    """A function that gives what `schema.dump` gives of one thing."""
    names = tuple(field.data_key or name for name, field in schema.fields.items())
    said = {name: _said(field) for name, field in zip(names, schema.fields.values(), strict=True)}
    says = [(name, say) for name, say in said.items() if say is not None]
    methods = [
        (name, getattr(schema, str(field.serialize_method_name)))
        for name, field in zip(names, schema.fields.values(), strict=True)
        if isinstance(field, fields.Method)
    ]
    attributes = [_attribute(name, field) for name, field in schema.fields.items()]
    spare = next(attribute for attribute in attributes if attribute is not None)
    read = attrgetter(*(attribute or spare for attribute in attributes), spare)  # of two attributes at least: a tuple

    def dump(thing: object) -> dict[str, Any]:
        values = dict(zip(names, read(thing), strict=False))
        for name, say in says:
            value = values[name]
            if value is not None:
                values[name] = say(value)
        for name, method in methods:
            values[name] = method(thing)
        return values

    return dump


def _attribute(name: str, field: fields.Field[Any]) -> str | None:
    """Where a field's value is read off a thing; a method reads for itself."""
    return None if isinstance(field, fields.Method) else field.attribute or name


def _said(field: fields.Field[Any]) -> Dump | None:
    """How a value that is there is said; None when it says itself."""
    match field:
        case fields.Nested():
            say: Dump | None = compiled(field.schema)
        case fields.List():
            inner = _said(field.inner)
            say = list if inner is None else lambda values: [inner(value) for value in values]
        case Exact():
            say = _decimal
        case fields.Date():
            say = _day
        case fields.String() | fields.Integer() | fields.Boolean() | fields.Enum() | fields.Method():
            say = None
        case _:
            say = lambda value: field._serialize(value, None, None)  # noqa: E731, SLF001 — any other says it itself
    return say


def _decimal(value: Decimal | str) -> str:
    """A decimal, or one that was left as it is stored, which is how it is said."""
    return value if isinstance(value, str) else digits(value)


def _day(value: date) -> str:
    return value.isoformat()
