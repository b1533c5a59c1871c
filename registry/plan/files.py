"""Plan files: found by name or path, read, checked, every error with its place and line. Nothing is stored here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.kernel import datafiles
from registry.kernel.datafiles import Problem
from registry.kernel.errors import Invalid
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
