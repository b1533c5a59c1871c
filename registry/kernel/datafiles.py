"""Data files in JSON: found by name or path, read, checked, every fault with its place and line."""

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from marshmallow import Schema, ValidationError

from registry.kernel import places
from registry.kernel.canonical import digest_of
from registry.kernel.errors import Invalid, Messages, flat_messages
from registry.kernel.i18n import _
from registry.kernel.text import shown

MOST_BYTES: Final = 5 * 2**20
MOST_DEPTH: Final = 20
MOST_DIGITS: Final = 30


class Problem(NamedTuple):
    """What is wrong at a place of the file, such as `rows.3.budget.P1`, on a line (from 1)."""

    place: str
    line: int
    message: str

    def __str__(self) -> str:
        return _("line %(line)s, %(place)s: %(fault)s", line=self.line, place=self.place, fault=self.message)


class Examined(NamedTuple):
    """A text as plain data, what its schema makes of that (None when it fits none), and everything wrong with it."""

    data: dict[str, Any]
    document: Any
    problems: list[Problem]

    @property
    def content_hash(self) -> str:
        """A hash of the data that spacing and the order of names do not change."""
        return digest_of(self.data)


def names(folder: Path) -> list[str]:
    """The files that ship in a folder."""
    return sorted(path.stem for path in folder.glob("*.json"))


def text_of(source: str | Path, folder: Path) -> str:
    """The text of a file that ships in a folder, by its name, or of any file by its path. Raises Invalid."""
    known = names(folder)
    path = folder / f"{source}.json" if str(source) in known else Path(source)
    try:
        if not path.is_file():  # a device or a pipe may never end
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            return decoded(file.read(MOST_BYTES + 1), str(source))
    except (OSError, ValueError) as error:
        said = ", ".join(known)
        message = _("%(file)s cannot be opened; give a file, or one of: %(known)s.", file=shown(source), known=said)
        raise Invalid({"file": [message]}) from error


def decoded(content: bytes, name: str) -> str:
    """The bytes of a file as text. Raises Invalid."""
    if len(content) > MOST_BYTES:
        raise Invalid({"file": [_("A data file is at most 5 MB; this is not one.")]})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid({"file": [_("%(file)s is not text in UTF-8.", file=shown(name))]}) from error


def examined(text: str, schema: Schema, check: Callable[[Any], Iterable[tuple[str, str]]]) -> Examined:
    """Read a text by a schema that gives a document, and check that; `check` gives (place, message) pairs."""
    deep = places.too_deep(text, MOST_DEPTH)
    if deep is not None:
        message = _("More than %(most)s objects and lists stand in each other; no file needs that.", most=MOST_DEPTH)
        return Examined({}, None, [Problem("file", deep, message)])
    try:
        data = json.loads(text, parse_constant=_refused, parse_int=_whole)
    except json.JSONDecodeError as error:
        message = _("This is not JSON: %(reason)s (column %(column)s).", reason=error.msg, column=error.colno)
        return Examined({}, None, [Problem("file", error.lineno, message)])
    except ValueError as error:
        return Examined({}, None, [Problem("file", 1, str(error))])
    twice = places.repeated(text)
    if twice:
        return Examined({}, None, [Problem(place, line, _said_twice(place)) for place, line in twice])
    try:
        document = schema.load(data)
    except ValidationError as error:
        flat = [(place, message) for place, messages in flat_messages(error.messages).items() for message in messages]
        return Examined({}, None, _placed(flat, text))
    return Examined(data, document, _placed(check(document), text))


def by_place(found: Iterable[Problem]) -> Messages:
    """Problems as a refusal says them: `{place: [line …: message]}`."""
    messages: dict[str, list[str]] = {}
    for problem in found:
        said = _("line %(line)s: %(fault)s", line=problem.line, fault=problem.message)
        messages.setdefault(problem.place, []).append(said)
    return messages


def _said_twice(place: str) -> str:
    return _("“%(name)s” stands twice in one object.", name=shown(place))


def _whole(digits: str) -> float:
    """A whole number; one with more digits than any field takes is endless, which the field refuses at its place."""
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


def _refused(constant: str) -> object:
    raise ValueError(_("%(constant)s is not a value a file can hold.", constant=constant))


def _placed(found: Iterable[tuple[str, str]], text: str) -> list[Problem]:
    found = list(found)
    if not found:
        return []
    known = places.lines(text)
    placed = [Problem(_writable(place), places.line_of(place, known), _writable(message)) for place, message in found]
    return sorted(placed, key=lambda problem: problem.line)


def _writable(text: str) -> str:
    """What half a character, which JSON can say and no answer can, leaves of a text."""
    written = text.encode(errors="replace").decode()
    return text if written == text else written
