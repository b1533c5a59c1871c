"""What a file of a criteria set says, as plain values."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, NotRequired, TypedDict

from registry.labs.criteria.rules import EvidenceKind, Scale, Total


class Words(TypedDict):
    """One text in both languages."""

    vi: str
    en: str


class LegalBasis(TypedDict):
    """A legal document that a set rests on, and while it is in force, both days inclusive; None where it has no end."""

    document: str
    issued_on: date
    valid_from: date
    valid_to: date | None


class Head(TypedDict):
    """The set itself: who issued the document it follows, and when it is in force; None where nothing is known."""

    code: str
    version: str
    title: Words
    about: Words
    issuer: Words
    document: str
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    source: Words
    legal_bases: NotRequired[Sequence[LegalBasis]]


class Scoring(TypedDict):
    """How answers become a score. `weights` is the sum of all weights, stated so that a lost line is noticed."""

    total: Total
    partly: Decimal
    weights: Decimal


class LevelSaid(TypedDict):
    """A level of the whole, from a percentage on."""

    code: str
    title: Words
    at_least: Decimal
    mandatory_met: bool


class CriterionSaid(TypedDict):
    """One criterion: the clause it stems from and its own wording. `most` are the points it gives at most."""

    code: str
    clause: str
    text: Words
    weight: Decimal
    mandatory: bool
    scale: Scale
    most: int | None
    may_not_apply: bool
    evidence: Sequence[EvidenceKind]


class GroupSaid(TypedDict):
    """A group of criteria."""

    code: str
    title: Words
    criteria: Sequence[CriterionSaid]


class SetSaid(TypedDict):
    """A whole file."""

    format: int
    set: Head
    scoring: Scoring
    levels: Sequence[LevelSaid]
    groups: Sequence[GroupSaid]


class SetFile(NamedTuple):
    """A file without faults: what it says, the same as plain data, and a hash that spacing does not change."""

    said: SetSaid
    data: dict[str, Any]
    content_hash: str

    @property
    def criteria(self) -> list[tuple[str, CriterionSaid]]:
        """Every criterion in its order, with the code of its group."""
        return [(group["code"], one) for group in self.said["groups"] for one in group["criteria"]]
