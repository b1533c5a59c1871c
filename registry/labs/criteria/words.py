"""Answers, findings, kinds and states in words, for pages and for sheets."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.kernel.i18n import lazy
from registry.labs.criteria.rules import (
    ActionState,
    Closing,
    Conductor,
    EvidenceKind,
    GapState,
    Grade,
    Kind,
    Mark,
    Scale,
    Total,
)

WORDS: Final[Mapping[type[StrEnum], Mapping[str, str]]] = {  # by kind: words of two kinds may be equal
    Mark: {
        Mark.YES: lazy("Met"),
        Mark.PARTLY: lazy("Partly met"),
        Mark.NO: lazy("Not met"),
        Mark.NOT_APPLICABLE: lazy("Does not apply"),
    },
    Grade: {
        Grade.MAJOR: lazy("Major nonconformity"),
        Grade.MINOR: lazy("Minor nonconformity"),
        Grade.OBSERVATION: lazy("Observation"),
        Grade.STRENGTH: lazy("Strength"),
    },
    Kind: {
        Kind.SELF: lazy("Self-assessment"),
        Kind.INTERNAL: lazy("Internal assessment"),
        Kind.DEPARTMENT: lazy("Assessment by the department"),
        Kind.REASSESSMENT: lazy("Re-assessment"),
    },
    Conductor: {
        Conductor.SUBJECT: lazy("its own people"),
        Conductor.DEPARTMENT: lazy("the department"),
    },
    Closing: {
        Closing.EFFECTIVE: lazy("Put right, and verified"),
        Closing.MET: lazy("Met when it was assessed again"),
        Closing.FOUND_ANEW: lazy("Found anew when it was assessed again"),
    },
    ActionState: {
        ActionState.OPEN: lazy("To be done"),
        ActionState.DONE: lazy("Done, to be verified"),
        ActionState.EFFECTIVE: lazy("Effective"),
    },
    GapState: {
        GapState.OPEN: lazy("Open findings"),
        GapState.OVERDUE: lazy("Overdue"),
        GapState.WITHOUT_ACTION: lazy("Nothing planned yet"),
        GapState.CLOSED: lazy("Closed findings"),
        GapState.ALL: lazy("All findings"),
    },
    EvidenceKind: {
        EvidenceKind.DOCUMENT: lazy("document"),
        EvidenceKind.RECORD: lazy("record"),
        EvidenceKind.CERTIFICATE: lazy("certificate"),
        EvidenceKind.OBSERVATION: lazy("observation"),
        EvidenceKind.INTERVIEW: lazy("interview"),
    },
    Scale: {
        Scale.YES_NO: lazy("met or not met"),
        Scale.YES_PARTLY_NO: lazy("met, partly met or not met"),
        Scale.POINTS: lazy("points"),
    },
    Total: {
        Total.WEIGHTED: lazy("all weights together"),
        Total.MEAN_OF_GROUPS: lazy("mean of the groups"),
    },
}


def said(value: StrEnum) -> str:
    """A value in words, in the language of the request."""
    return str(WORDS[type(value)][value])


def evidence(kinds: list[str]) -> str:
    """Kinds of evidence as a list of words."""
    return ", ".join(said(EvidenceKind(kind)) for kind in kinds)


def coded(field: str, value: str) -> str:
    """A value of a form field in words, where the field has a closed list."""
    kind: type[StrEnum] | None = {"mark": Mark, "grade": Grade}.get(field)
    return value if kind is None or value not in set(kind) else said(kind(value))
