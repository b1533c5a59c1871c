"""The catalogue that ships with the registry: legally controlled types, each with its document and where it was read.

It holds only what was checked against a source. What a source did not show is null, never guessed.
"""

import json
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from marshmallow import ValidationError, fields

from registry.assets.types import rules
from registry.assets.types.rules import ControlGroup, VersionValues
from registry.kernel.errors import Invalid, flat_messages
from registry.kernel.schema import Code, Day, Flag, Schema, Text, Whole

FILE = Path(__file__).parent / "data" / "group_2.json"
LONGEST_PERIOD = 600


class ShippedType(TypedDict):
    """A type of group 2 as the file says it."""

    code: str
    name_vi: str
    name_en: str
    versions: list[VersionValues]


class VersionPart(Schema):
    """A version; the control measures must be said, null where they are not known."""

    valid_from = Day(required=True)
    valid_to = Day()
    circular = Text(100, required=True)
    source = Text(500, required=True)
    type_approval = Flag(required=True, allow_none=True)
    initial = Flag(required=True, allow_none=True)
    periodic = Flag(required=True, allow_none=True)
    after_repair = Flag(required=True, allow_none=True)
    period_months = Whole(1, LONGEST_PERIOD, required=True, allow_none=True)
    note = Text(500, load_default="")


class TypePart(Schema):
    """A type with its versions, oldest first."""

    code = Code(required=True)
    name_vi = Text(required=True)
    name_en = Text(required=True)
    versions = fields.List(fields.Nested(VersionPart), required=True)


class FilePart(Schema):
    """The whole file."""

    types = fields.List(fields.Nested(TypePart), required=True)


@cache
def types() -> tuple[ShippedType, ...]:
    """What ships with the registry, read and checked once."""
    return tuple(parse(FILE.read_text(encoding="utf-8")))


def parse(text: str) -> list[ShippedType]:
    """The types a file says. Raises Invalid with every place that is wrong: `{types.3.code: [message]}`."""
    try:
        said = cast("list[ShippedType]", FilePart().loads(text)["types"])
    except ValidationError as error:
        raise Invalid(flat_messages(error.messages)) from error
    except json.JSONDecodeError as error:
        raise Invalid({"file": [str(error)]}) from error
    called: set[str] = set()
    for place, one in enumerate(said):
        _check_versions(f"types.{place}", one["versions"])
        words = rules.words(one["code"], one["name_vi"], one["name_en"]).keys()
        if called & words:
            raise Invalid({f"types.{place}.code": [f"called like another type: {sorted(called & words)}"]})
        called |= words
    return said


def _check_versions(place: str, versions: list[VersionValues]) -> None:
    """Each version belongs to group 2 and begins after the one before has ended."""
    last = None
    for number, version in enumerate(versions):
        at = f"{place}.versions.{number}"
        try:
            rules.check_version(ControlGroup.TWO, version)
        except Invalid as fault:
            raise Invalid({f"{at}.{field}": messages for field, messages in (fault.errors or {}).items()}) from fault
        if number and (last is None or version["valid_from"] <= last):
            raise Invalid({f"{at}.valid_from": ["the version before has not ended"]})
        last = version.get("valid_to")
        if last is not None and last < version["valid_from"]:
            raise Invalid({f"{at}.valid_to": ["ends before it begins"]})
