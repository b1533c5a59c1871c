"""Plan files: found by name or path, read, checked, every error with its place and line. Nothing is stored here."""

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from registry.kernel.errors import Invalid, flat_messages
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.plan import checks, places
from registry.plan.document import Document
from registry.plan.form import DocumentPart

PACKAGED = Path(__file__).parent / "data"
MOST_BYTES = 5 * 2**20
MOST_DEPTH = 20
MOST_DIGITS = 30


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place of the file, such as `rows.3.budget.P1`, on a line (from 1)."""

    place: str
    line: int
    message: str

    def __str__(self) -> str:
        return _("line %(line)s, %(place)s: %(fault)s", line=self.line, place=self.place, fault=self.message)


@dataclass(frozen=True)
class PlanFile:
    """A plan file without faults: what it says, the same as plain data, and a hash that spacing does not change."""

    document: Document
    data: dict[str, Any]
    content_hash: str


def names() -> list[str]:
    """The plans that ship with the registry."""
    return sorted(path.stem for path in PACKAGED.glob("*.json"))


def read(source: str | Path) -> PlanFile:
    """The plan file of a name or path. Raises Invalid with every error: `{place: [line …: message]}`."""
    return parse(_text_of(source))


def parse(text: str) -> PlanFile:
    """A plan file from its text. Raises Invalid as `read` does."""
    data, document, found = _examined(text)
    if found or document is None:
        raise Invalid(_by_place(found))
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return PlanFile(document, data, hashlib.sha256(canonical.encode()).hexdigest())


def check(source: str | Path) -> list[Problem]:
    """Everything that is wrong with a plan file, in the order of its lines; raises Invalid when it cannot be opened."""
    return _examined(_text_of(source))[2]


def _text_of(source: str | Path) -> str:
    path = PACKAGED / f"{source}.json" if str(source) in names() else Path(source)
    try:
        if not path.is_file():  # a device or a pipe may never end
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Invalid({"file": [_("A plan file is at most 5 MB; this is not one.")]})
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid({"file": [_("%(file)s is not text in UTF-8.", file=shown(source))]}) from error
    except (OSError, ValueError) as error:
        known = ", ".join(names())
        message = _("%(file)s cannot be opened; give a file, or one of: %(known)s.", file=shown(source), known=known)
        raise Invalid({"file": [message]}) from error


def _examined(text: str) -> tuple[dict[str, Any], Document | None, list[Problem]]:
    deep = places.too_deep(text, MOST_DEPTH)
    if deep is not None:
        message = _("More than %(most)s objects and lists stand in each other; no plan needs that.", most=MOST_DEPTH)
        return {}, None, [Problem("file", deep, message)]
    try:
        data = json.loads(text, parse_constant=_refused, parse_int=_whole)
    except json.JSONDecodeError as error:
        message = _("This is not JSON: %(reason)s (column %(column)s).", reason=error.msg, column=error.colno)
        return {}, None, [Problem("file", error.lineno, message)]
    except ValueError as error:
        return {}, None, [Problem("file", 1, str(error))]
    twice = places.repeated(text)
    if twice:
        return {}, None, [Problem(place, line, _said_twice(place)) for place, line in twice]
    try:
        document: Document = DocumentPart().load(data)
    except ValidationError as error:
        flat = [(place, message) for place, messages in flat_messages(error.messages).items() for message in messages]
        return {}, None, _placed(flat, text)
    return data, document, _placed(checks.problems(document), text)


def _said_twice(place: str) -> str:
    return _("“%(name)s” stands twice in one object.", name=shown(place))


def _whole(digits: str) -> float:
    """A whole number; one with more digits than any field takes is endless, which the field refuses at its place."""
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


def _refused(constant: str) -> object:
    raise ValueError(_("%(constant)s is not a value a plan can hold.", constant=constant))


def _placed(found: Iterable[tuple[str, str]], text: str) -> list[Problem]:
    found = list(found)
    if not found:
        return []
    known = places.lines(text)
    placed = [Problem(place, places.line_of(place, known), message) for place, message in found]
    return sorted(placed, key=lambda problem: problem.line)


def _by_place(found: Iterable[Problem]) -> dict[str, list[str]]:
    by_place: dict[str, list[str]] = {}
    for problem in found:
        said = _("line %(line)s: %(fault)s", line=problem.line, fault=problem.message)
        by_place.setdefault(problem.place, []).append(said)
    return by_place
