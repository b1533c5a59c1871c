"""Plan files: found by name or path, read, checked, every error with its place and line. Nothing is stored here."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from registry.kernel import datafiles
from registry.kernel.canonical import digest_of
from registry.kernel.datafiles import Problem
from registry.kernel.errors import Invalid, Messages, flat_messages
from registry.plan import checks
from registry.plan.document import Document
from registry.plan.form import DocumentPart

PACKAGED = Path(__file__).parent / "data"


@dataclass(frozen=True)
class PlanFile:
    """A plan file without faults: what it says, the same as plain data, and a hash that spacing does not change."""

    document: Document
    data: dict[str, Any]
    content_hash: str


def names() -> list[str]:
    """The plans that ship with the registry."""
    return datafiles.names(PACKAGED)


def read(source: str | Path) -> PlanFile:
    """The plan file of a name or path. Raises Invalid with every error: `{place: [line …: message]}`."""
    return parse(datafiles.text_of(source, PACKAGED))


def parse(text: str) -> PlanFile:
    """A plan file from its text. Raises Invalid as `read` does."""
    found = datafiles.examined(text, DocumentPart(), checks.problems)
    if found.problems or found.document is None:
        raise Invalid(datafiles.by_place(found.problems))
    return PlanFile(found.document, found.data, found.content_hash)


def check(source: str | Path) -> list[Problem]:
    """Everything that is wrong with a plan file, in the order of its lines; raises Invalid when it cannot be opened."""
    return datafiles.examined(datafiles.text_of(source, PACKAGED), DocumentPart(), checks.problems).problems


def faults(data: dict[str, Any]) -> Messages:
    """Everything that is wrong with a plan that is said as plain data, by its place."""
    try:
        document = DocumentPart().load(data)
    except ValidationError as error:
        return flat_messages(error.messages)
    found: dict[str, list[str]] = {}
    for place, message in checks.problems(document):
        found.setdefault(place, []).append(message)
    return found


def told(data: dict[str, Any], field: str | None = None) -> PlanFile:
    """A plan that is said as plain data, in a field of something else if one is named. Raises Invalid by place."""
    found = faults(data)
    if found:
        raise Invalid({f"{field}.{place}" if field else place: messages for place, messages in found.items()})
    return PlanFile(document_of(data), data, digest_of(data))


def document_of(data: dict[str, Any]) -> Document:
    """What stored data says."""
    document: Document = DocumentPart().load(data)
    return document


def document_or_refusal(data: dict[str, Any]) -> Document:
    """What data says that may contradict itself. Raises Invalid, by place, where it does not fit the form."""
    try:
        return document_of(data)
    except ValidationError as error:
        raise Invalid(flat_messages(error.messages)) from error


def written(data: dict[str, Any]) -> str:
    """A plan as the text of its file, which loads again to the same content hash."""
    return json.dumps(data, ensure_ascii=False, indent=1)
