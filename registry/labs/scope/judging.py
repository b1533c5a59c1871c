"""The verdict on a result: what its laboratory, or a predecessor, was accredited or designated for on its day.

One judgement for all who ask: the record itself, its traceability, the label, and the planning of the next work.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from registry.labs.scope.designations import Designation, best_on, findings_on
from registry.labs.scope.rules import (
    BEST_FIRST,
    Bearing,
    Competence,
    Coverage,
    Finding,
    Line,
    Work,
    best_standing,
    competence,
    designated,
    judge,
)
from registry.labs.standing import Granted, Standing, standing_on


class Holder(NamedTuple):
    """A laboratory with what bears on a work: accreditations and uncorrected lines of scope, or designations."""

    lab_id: int
    name: str
    accreditations: Sequence[Granted] = ()
    lines: Sequence[Line] = ()
    designations: Sequence[Designation] = ()
    bearing: Bearing = Bearing.ACCREDITATION


class Verdict(NamedTuple):
    """Whether a laboratory was accredited or designated, and why; `holder` held the paper that decides."""

    competence: Competence
    standing: Standing | None
    coverage: Coverage
    findings: Sequence[Finding]
    holder: Holder


UNDECIDED: Final = frozenset({None, Standing.NOT_YET})


def standing_of(holder: Holder, day: date) -> Standing | None:
    """How the best of a laboratory's accreditations, or designations, stood on a day; None when it has none."""
    if holder.bearing is Bearing.DESIGNATION:
        return best_on(holder.designations, day)
    return best_standing(standing_on(held, day).standing for held in holder.accreditations)


def verdict(holders: Sequence[Holder], work: Work) -> Verdict:
    """The verdict on work of the first of some laboratories; the others are those it took over from after that day.

    They decide where it had no paper yet: who took over a laboratory answers for what that was accredited for.
    """
    own, best = holders[0], standing_of(holders[0], work.day)
    for other in holders[1:] if best in UNDECIDED else ():
        standing = standing_of(other, work.day)
        if _rank(standing) < _rank(best):
            own, best = other, standing
    if own.bearing is Bearing.DESIGNATION:
        findings = findings_on(own.designations, work.day)
        return Verdict(designated(best), best, Coverage.UNKNOWN, findings, own)
    judged = judge(work, own.lines)
    return Verdict(competence(best, judged.coverage), best, judged.coverage, judged.findings, own)


def _rank(standing: Standing | None) -> int:
    return BEST_FIRST.index(standing) if standing is not None else len(BEST_FIRST)
