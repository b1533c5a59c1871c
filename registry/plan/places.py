"""Where a value stands in a JSON text: the line of every place such as `rows.3.budget.P1`."""

import json
import re

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')


def lines(text: str) -> dict[str, int]:
    """The line (from 1) at which each place of a well-formed JSON text begins; the whole is at place ""."""
    found: dict[str, int] = {}
    steps: list[str | int | None] = []
    line, awaits_name = 1, False
    for sign in TOKEN.findall(text):
        if sign == "\n":
            line += 1
            continue
        if sign in "}]":
            steps.pop()
            awaits_name = False
        elif sign == ",":
            last = steps[-1]
            awaits_name = not isinstance(last, int)
            steps[-1] = last + 1 if isinstance(last, int) else last
        elif sign == ":":
            awaits_name = False
        elif awaits_name:
            steps[-1] = json.loads(sign)
            found.setdefault(_place(steps), line)
        else:
            found.setdefault(_place(steps), line)
            if sign in "{[":
                steps.append(0 if sign == "[" else None)
                awaits_name = sign == "{"
    return found


def line_of(place: str, known: dict[str, int]) -> int:
    """The line of a place, or of the nearest thing around it that the text has."""
    while place and place not in known:
        place = place.rpartition(".")[0]
    return known.get(place, 1)


def _place(steps: list[str | int | None]) -> str:
    return ".".join(str(step) for step in steps if step is not None)
