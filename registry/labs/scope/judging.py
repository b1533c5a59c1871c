"""The verdict on a result: the accreditation of its laboratory, or a predecessor's, and the scope, on its day.

One judgement for all who ask: the record itself, its traceability, the label, and the planning of the next work.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from registry.labs.scope.rules import (
    BEST_FIRST,
    Competence,
    Coverage,
    Finding,
    Line,
    Reason,
    Work,
    competence,
    judge,
)
from registry.labs.standing import Granted, Stand, Standing, standing_on


class Holder(NamedTuple):
    """A laboratory with its accreditations and the lines of its scope that were not corrected."""

    lab_id: int
    name: str
    accreditations: Sequence[Granted] = ()
    lines: Sequence[Line] = ()


class Verdict(NamedTuple):
    """Whether a laboratory was accredited for a result, and why; `holder` held the accreditation that decides."""

    competence: Competence
    standing: Standing | None
    coverage: Coverage
    findings: Sequence[Finding]
    holder: Holder


UNDECIDED: Final = frozenset({None, Standing.NOT_YET})


def standing_of(holder: Holder, day: date) -> Stand | None:
    """How the best of a laboratory's accreditations stood on a day; None when it has none."""
    stands = [standing_on(held, day) for held in holder.accreditations]
    return min(stands, key=lambda stand: BEST_FIRST.index(stand.standing), default=None)


def verdict(holders: Sequence[Holder], work: Work) -> Verdict:
    """The verdict on work of the first of some laboratories; the others are those it took over from after that day.

    They decide where it had no accreditation yet: who took over a laboratory answers for what that was accredited for.
    """
    own, best = holders[0], standing_of(holders[0], work.day)
    for other in holders[1:] if _said(best) in UNDECIDED else ():
        stand = standing_of(other, work.day)
        if _rank(_said(stand)) < _rank(_said(best)):
            own, best = other, stand
    judged = judge(work, own.lines)
    standing = _said(best)
    return Verdict(competence(standing, judged.coverage), standing, judged.coverage, judged.findings, own)


def designated(holder: Holder) -> Verdict:
    """The verdict on a verification: what lets a laboratory verify is a designation, and none is known here."""
    finding = Finding(Reason.NO_DESIGNATION)
    return Verdict(Competence.UNKNOWN, None, Coverage.UNKNOWN, [finding], holder)


def _said(stand: Stand | None) -> Standing | None:
    return stand.standing if stand is not None else None


def _rank(standing: Standing | None) -> int:
    return BEST_FIRST.index(standing) if standing is not None else len(BEST_FIRST)
