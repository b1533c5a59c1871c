"""Decimals as people type them in their language, with its signs for groups and for the decimal point.

`1.000,50` is one thousand and a half in Vietnamese, `1,000.50` in English. A single group without a decimal part, such
as `1.500` in Vietnamese or `1,500` in English, may also be meant as one and a half: it is refused rather than guessed.
Beside that either sign is taken for the decimal point, as keyboards offer only one of them.
"""

import re
from typing import Final, NamedTuple

from registry.kernel.i18n import MINUS, _, current_locale
from registry.kernel.schema import DECIMAL
from registry.kernel.text import shown

ONE_SIGN: Final = re.compile(r"([+-]?[0-9]+)[.,]([0-9]+)")


class Signs(NamedTuple):
    """What stands between groups of three digits, and before the decimal part."""

    group: str
    point: str


VIETNAMESE, ENGLISH = Signs(".", ","), Signs(",", ".")


class Misread(ValueError):
    """A text that is no decimal here; says what to write."""


def signs() -> Signs:
    """The signs of the language of this request."""
    return VIETNAMESE if current_locale() == "vi" else ENGLISH


def plain(typed: str) -> str:
    """A typed decimal with a dot and without groups. Raises Misread, which names the value and the remedy."""
    typed = typed.replace(MINUS, "-")
    group, point = signs()
    first, *groups = re.split(re.escape(group), typed.partition(point)[0])
    grouped = bool(groups) and re.fullmatch(r"[+-]?[1-9][0-9]{0,2}", first) and all(map(_is_group, groups))
    if grouped and point in typed:
        fraction = typed.partition(point)[2]
        if fraction.isascii() and fraction.isdigit():
            return f"{first}{''.join(groups)}.{fraction}"
    elif grouped and len(groups) > 1:
        return first + "".join(groups)
    elif grouped:
        whole, fractional = typed.replace(group, ""), typed.replace(group, point)
        raise Misread(
            _(
                "“%(typed)s” can be read two ways; write %(plain)s or %(comma)s.",
                typed=typed,
                plain=whole,
                comma=fractional,
            )
        )
    if match := ONE_SIGN.fullmatch(typed):
        return f"{match[1]}.{match[2]}"
    if DECIMAL.fullmatch(typed):
        return typed
    example = f"1{group}234{point}50"
    raise Misread(
        _(
            "“%(typed)s” is no number as it is written here; write one such as %(example)s.",
            typed=shown(typed),
            example=example,
        )
    )


def _is_group(digits: str) -> bool:
    return re.fullmatch(r"[0-9]{3}", digits) is not None


def written(stored: str) -> str:
    """A stored decimal as a form shows it: with the decimal point of the language."""
    return stored.replace(".", signs().point)
