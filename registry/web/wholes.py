"""Whole numbers as people type them: in groups of three, as every page and paper prints them, and money with its sign.

`125.000.000 đ` is one hundred and twenty-five million đồng in Vietnamese, `125,000,000` in English, `125 000 000` in
both. The decimal point of the language before a single group, such as `1,500` in Vietnamese, may be meant either way:
it is refused rather than guessed. Years are not grouped.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields

from registry.kernel.i18n import MINUS, _, said_number
from registry.kernel.schema import Dong, Year
from registry.web.decimals import Misread, signs

PLAIN: Final = re.compile(r"[+-]?[0-9]{1,18}")
GROUPED: Final = re.compile(r"([+-]?[1-9][0-9]{0,2})((?P<sign>[., ])[0-9]{3}(?:(?P=sign)[0-9]{3}){0,4})")
BLANKS: Final = re.compile(r"[\s\u00a0\u2009\u202f]+")
CURRENCY: Final = re.compile(r"\s*(?:đ|₫|đồng|vnđ|vnd)\.?$", re.IGNORECASE)


def read(field: fields.Integer, typed: str) -> int | None:
    """The number that was typed in a field; None for what is none. Raises Misread for what can be read two ways."""
    text = BLANKS.sub(" ", typed).strip().replace(MINUS, "-")
    if isinstance(field, Dong):
        text = CURRENCY.sub("", text)
    if PLAIN.fullmatch(text):
        return int(text)
    found = None if isinstance(field, Year) else GROUPED.fullmatch(text)
    if found is None:
        return None
    first, rest, sign = found[1], found[2], found["sign"]
    whole = int(first + rest.replace(sign, ""))
    if sign == signs().point and len(rest) == len(".000"):
        fraction = f"{first}{sign}{rest[1:]}".rstrip("0").rstrip(sign)
        raise Misread(
            _(
                "“%(typed)s” can be read as %(whole)s or as %(fraction)s; write %(plain)s if the first is meant.",
                typed=typed.strip(),
                whole=said_number(whole),
                fraction=fraction,
                plain=str(whole),
            )
        )
    return whole


def faults(schema: Schema, said: Mapping[str, Any], path: str = "") -> dict[str, list[str]]:
    """What can be read two ways among the whole numbers of a form, beside their fields."""
    found: dict[str, list[str]] = {}
    for name, value in said.items():
        field = schema.fields.get(name)
        if isinstance(field, fields.Integer) and isinstance(value, str):
            try:
                read(field, value)
            except Misread as misread:
                found[path + name] = [str(misread)]
        elif isinstance(field, fields.List) and isinstance(field.inner, fields.Nested) and isinstance(value, list):
            for place, row in enumerate(value):
                found |= faults(field.inner.schema, row, f"{path}{name}.{place}.")
    return found
