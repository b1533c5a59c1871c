"""What somebody else saved of a draft while a form of it was open: who and when, and both texts beside each other."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from registry.calibration.content import digest
from registry.calibration.models import Calibration
from registry.web import decimals, proposing, using
from registry.web.forms import written

ROWS: Final = ("points", "environment")
NOT_SAID: Final = frozenset({"version", "standards", "proposed", *ROWS})


class Difference(NamedTuple):
    """A field that the two say differently, in a row of a group of them or in none; the row is counted from 1."""

    field: str
    group: str
    row: int
    theirs: str
    yours: str


class Meanwhile(NamedTuple):
    """Who saved the draft meanwhile, when, and what differs from what was typed."""

    name: str
    at: datetime
    differences: list[Difference]


def version(draft: Calibration) -> str:
    """What a form says it was drawn from; files that were hung on the draft are no part of the form."""
    return digest(draft, files=())


def changed(draft: Calibration, typed: Mapping[str, Any], numbers: frozenset[str]) -> Meanwhile:
    """What the draft says by now, beside what was typed."""
    theirs = written(proposing.written(draft), numbers)
    used = " ".join(use.asset.current_tag for use in draft.standards), " ".join(using.tags(dict(typed)))
    found = [*_between(theirs, using.without(typed), numbers)]
    if sorted(map(using.plain, used[0].split())) != sorted(used[1].split()):
        found.append(Difference("standards", "", 0, *used))
    for group in ROWS:
        rows = zip_longest(theirs.get(group) or [], typed.get(group) or [])
        for place, (their, your) in enumerate(rows, start=1):
            between = _between(their or {}, your or {}, numbers)
            found += [one._replace(group=group, row=place) for one in between]
    return Meanwhile(draft.recorded_by.name if draft.recorded_by else "registry", draft.recorded_at, found)


def _between(theirs: Mapping[str, Any], yours: Mapping[str, Any], numbers: frozenset[str]) -> Iterator[Difference]:
    for name in dict.fromkeys([*theirs, *yours]):
        if name not in NOT_SAID:
            their, your = _text(theirs.get(name)), _text(yours.get(name))
            if their != your and not (name in numbers and _number(their) == _number(your)):
                yield Difference(name, "", 0, their, your)


def _number(typed: str) -> str:
    """A decimal however its point is typed; what is none stays as it is."""
    try:
        return decimals.plain(typed)
    except decimals.Misread:
        return typed


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value or "").replace("\r\n", "\n").strip()
