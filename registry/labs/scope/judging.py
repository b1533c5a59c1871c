"""The verdict on a result: what its laboratory, or a predecessor, was accredited or designated for on its day.

One judgement for all who ask: the record itself, its traceability, the label, and the planning of the next work.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from registry.labs.rules import is_of_competence
from registry.labs.scope.designations import Designation, findings_on, stood
from registry.labs.scope.matching import judge
from registry.labs.scope.rules import (
    Bearing,
    Competence,
    Coverage,
    Finding,
    Line,
    Work,
    competence,
    designated,
)
from registry.labs.standing import BEST_FIRST, Granted, Standing, standing_on


class Holder(NamedTuple):
    """A laboratory with what bears on a work: accreditations and uncorrected lines of scope, or designations."""

    lab_id: int
    name: str
    accreditations: Sequence[Granted] = ()
    lines: Sequence[Line] = ()
    designations: Sequence[Designation] = ()
    bearing: Bearing = Bearing.ACCREDITATION


class Verdict(NamedTuple):
    """Whether a laboratory was accredited or designated, and why; `holder` held the paper that decides.

    It is `confirmed` unless it rests on what a laboratory states of itself, see `Stand`; its lines of scope have a word
    of their own, `scope_confirmed`.
    """

    competence: Competence
    standing: Standing | None
    coverage: Coverage
    findings: Sequence[Finding]
    holder: Holder
    confirmed: bool = True
    scope_confirmed: bool = True


UNDECIDED: Final = frozenset({None, Standing.NOT_YET})


class Best(NamedTuple):
    """How the best of a laboratory's accreditations, or designations, stood; None when it has none."""

    standing: Standing | None
    confirmed: bool = True


def best_of(holder: Holder, day: date) -> Best:
    """How a laboratory stood on a day: only accreditations to ISO/IEC 17025 count, of two the one that goes before."""
    if holder.bearing is Bearing.DESIGNATION:
        stands = [(stood(held, day), held.confirmed) for held in holder.designations]
    else:
        counting = [held for held in holder.accreditations if is_of_competence(held.standard)]
        stands = [(stand.standing, stand.confirmed) for stand in (standing_on(held, day) for held in counting)]
    if not stands:
        return Best(None)
    return Best(*min(stands, key=BEST_FIRST.index))


def standing_of(holder: Holder, day: date) -> Standing | None:
    """How the best of a laboratory's accreditations, or designations, stood on a day; None when it has none."""
    return best_of(holder, day).standing


def verdict(holders: Sequence[Holder], work: Work) -> Verdict:
    """The verdict on work of the first of some laboratories; the others are those it took over from after that day.

    They decide where it had no paper yet: who took over a laboratory answers for what that was accredited for.
    """
    own, (best, confirmed) = holders[0], best_of(holders[0], work.day)
    for other in holders[1:] if best in UNDECIDED else ():
        theirs = best_of(other, work.day)
        if _rank(theirs) < _rank(Best(best, confirmed)):
            own, (best, confirmed) = other, theirs
    if own.bearing is Bearing.DESIGNATION:
        findings = findings_on(own.designations, work.day)
        return Verdict(designated(best), best, Coverage.UNKNOWN, findings, own, confirmed)
    judged = judge(work, own.lines)
    about = judged.coverage, judged.findings, own, confirmed, judged.confirmed
    return Verdict(competence(best, judged.coverage), best, *about)


def _rank(best: Best) -> int:
    return BEST_FIRST.index((best.standing, best.confirmed)) if best.standing is not None else len(BEST_FIRST)
