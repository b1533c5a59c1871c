"""What a laboratory states of itself, and who may confirm it."""

from datetime import datetime
from typing import NamedTuple

from registry.accounts.models import Person
from registry.accounts.permissions import supervises
from registry.accounts.rules import Verb
from registry.labs.confirming.rules import StatementKind, name_of
from registry.labs.models import Accreditation, AccreditationDecision, Lab, Recognition, ScopeLine
from registry.labs.rules import RecognitionKind
from registry.labs.scope.words import line_text
from registry.labs.standing import DecisionKind

Row = Accreditation | AccreditationDecision | Recognition | ScopeLine


class Statement(NamedTuple):
    """One thing that a laboratory has: what it is, from which day it counts, and whether it is confirmed.

    `before` is what the line of a scope said that it corrects, and whether that `was_confirmed`.
    """

    kind: StatementKind
    row: Row
    number: str
    said_by: str
    what: DecisionKind | RecognitionKind | str
    before: str | None = None
    was_confirmed: bool = False

    @property
    def name(self) -> str:
        """How it is named from outside."""
        return name_of(self.kind, self.row.id)

    @property
    def confirmed(self) -> bool:
        """Whether it is more than the word of the laboratory."""
        return self.row.confirmed

    @property
    def waits(self) -> bool:
        """Whether it counts only once it is confirmed."""
        return isinstance(self.row, AccreditationDecision | ScopeLine) and self.row.awaits_confirmation

    @property
    def confirmed_at(self) -> datetime | None:
        """When it was confirmed."""
        return self.row.confirmed_at

    @property
    def confirmed_by(self) -> str | None:
        """Who confirmed it; none where the system itself recorded it."""
        return self.row.confirmed_by.name if self.row.confirmed_by is not None else None


def may_confirm(person: Person | None, organisation_id: int) -> bool:
    """Whether what somebody records of laboratories of an organisation needs no confirmation by another."""
    return person is None or supervises(person, Verb.ACCREDITATION_CONFIRM, organisation_id)


def statements(lab: Lab) -> list[Statement]:
    """All that a laboratory states: accreditations, each with the decisions that count, recognitions, its scope today.

    A line of the scope is named by the decision it begins with, and said by what it is for.
    """
    found: list[Statement] = []
    for held in lab.accreditations:
        found.append(Statement(StatementKind.ACCREDITATION, held, held.number, held.body, held.standard))
        found += [
            Statement(StatementKind.DECISION, one, one.number, held.number, one.kind)
            for one in held.decisions
            if not one.annulled
        ]
    found += [Statement(StatementKind.RECOGNITION, one, one.number, one.issuer, one.kind) for one in lab.recognitions]
    lines = [line for line in lab.current_scope if not line.confirmed] + [
        line for line in lab.current_scope if line.confirmed
    ]
    by_key = {line.id: line for line in lab.lines} if any(line.corrects_id for line in lines) else {}
    return found + [_line(one, by_key.get(one.corrects_id or 0)) for one in lines]


def _line(line: ScopeLine, corrected: ScopeLine | None) -> Statement:
    said = StatementKind.SCOPE_LINE, line, _number(line), line_text(line), line.method or ""
    if corrected is None:
        return Statement(*said)
    return Statement(*said, line_text(corrected), corrected.confirmed)


def _number(line: ScopeLine) -> str:
    return line.decision.number if line.decision is not None else str(line.position + 1)
