"""The designations of a laboratory on a day: whether one lets it verify, and what the papers say of its field."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from registry.labs.scope.rules import Finding, Reason
from registry.labs.standing import Standing


class Designation(Protocol):
    """What is read of a designation: `valid_until` is its last day, from `ended_on` it was taken away.

    One that is not `confirmed` was stated by the laboratory itself.
    """

    @property
    def number(self) -> str: ...
    @property
    def granted_on(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...
    @property
    def covers(self) -> str | None: ...
    @property
    def confirmed(self) -> bool: ...


def stood(held: Designation, day: date) -> Standing:
    """How a designation stood on a day; of two ends the earlier one says it."""
    if day < held.granted_on:
        return Standing.NOT_YET
    is_over = held.valid_until is not None and held.valid_until < day
    if held.ended_on is not None and held.ended_on <= day:
        lapsed_before = held.valid_until is not None and held.valid_until < held.ended_on
        return Standing.EXPIRED if lapsed_before else Standing.WITHDRAWN
    return Standing.EXPIRED if is_over else Standing.IN_FORCE


def findings_on(designations: Sequence[Designation], day: date) -> list[Finding]:
    """What the papers say: those that held on the day, else each with why it did not, else that none is recorded."""
    stands = [(held, stood(held, day)) for held in designations]
    held = [held for held, standing in stands if standing is Standing.IN_FORCE]
    if held:
        return [Finding(Reason.DESIGNATED, number=one.number, covers=one.covers or "") for one in held]
    return [_lacking(one, standing) for one, standing in stands] or [Finding(Reason.NO_DESIGNATION)]


def _lacking(held: Designation, standing: Standing) -> Finding:
    reason, day = {
        Standing.NOT_YET: (Reason.DESIGNATED_LATER, held.granted_on),
        Standing.EXPIRED: (Reason.DESIGNATION_EXPIRED, held.valid_until),
        Standing.WITHDRAWN: (Reason.DESIGNATION_ENDED, held.ended_on),
    }[standing]
    return Finding(reason, number=held.number, day=day.isoformat() if day is not None else "")
