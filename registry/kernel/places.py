"""Where a value stands in a JSON text: the line of every place such as `rows.3.budget.P1`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')
OPENS, CLOSES = frozenset("{["), frozenset("}]")


@dataclass
class _Open:
    """An object or list that is being read: the name or place reached, and the names it had."""

    step: str | int | None
    names: set[str] = field(default_factory=set)


def lines(text: str) -> dict[str, int]:
    """The line (from 1) at which each place of a well-formed JSON text begins; the whole is at place ""."""
    found: dict[str, int] = {}
    for place, line, _again in _begun(text):
        found.setdefault(place, line)
    return found


def repeated(text: str) -> list[tuple[str, int]]:
    """Place and line (from 1) of every name that its object had already, in a well-formed JSON text."""
    return [(place, line) for place, line, again in _begun(text) if again]


def too_deep(text: str, most: int) -> int | None:
    """The line (from 1) on which a JSON text first opens more than `most` objects and lists in each other."""
    line, depth = 1, 0
    for sign in map(str, TOKEN.findall(text)):
        line += sign == "\n"
        depth += (sign in OPENS) - (sign in CLOSES)
        if depth > most:
            return line
    return None


def _begun(text: str) -> Iterator[tuple[str, int, bool]]:
    """Place and line of every name and value in order, and whether it is a name that stands there again."""
    steps: list[_Open] = []
    line, awaits_name = 1, False
    for sign in TOKEN.findall(text):
        if sign == "\n":
            line += 1
            continue
        if sign in CLOSES:
            steps.pop()
            awaits_name = False
        elif sign == ",":
            last = steps[-1]
            awaits_name = not isinstance(last.step, int)
            last.step = last.step + 1 if isinstance(last.step, int) else last.step
        elif sign == ":":
            awaits_name = False
        elif awaits_name:
            last, name = steps[-1], json.loads(sign)
            last.step = name
            yield _place(steps), line, name in last.names
            last.names.add(name)
        else:
            yield _place(steps), line, False
            if sign in OPENS:
                steps.append(_Open(0 if sign == "[" else None))
                awaits_name = sign == "{"


def line_of(place: str, known: dict[str, int]) -> int:
    """The line of a place, or of the nearest thing around it that the text has."""
    while place and place not in known:
        place = place.rpartition(".")[0]
    return known.get(place, 1)


def _place(steps: list[_Open]) -> str:
    return ".".join(str(opened.step) for opened in steps if opened.step is not None)
