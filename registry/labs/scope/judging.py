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
    IN_FORCE,
    Bearing,
    Competence,
    Coverage,
    Finding,
    Line,
    Papers,
    Work,
    competence,
    designated,
    is_confirmed,
)
from registry.labs.standing import BEST_FIRST, Granted, Stand, Standing, rank, standing_on


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
    of their own, `scope_confirmed`. `by` is the decision that suspends or withdraws.
    """

    competence: Competence
    standing: Standing | None
    coverage: Coverage
    findings: Sequence[Finding]
    holder: Holder
    confirmed: bool = True
    scope_confirmed: bool = True
    by: str | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether all that it rests on is confirmed."""
        return is_confirmed(self.standing, paper=self.confirmed, scope=self.scope_confirmed)


UNDECIDED: Final = frozenset({None, Standing.NOT_YET})
INTERRUPTED: Final = frozenset({Standing.SUSPENDED, Standing.WITHDRAWN})


class Best(NamedTuple):
    """How the best of a laboratory's accreditations, or designations, stood; None when it has none.

    `by` is the number of the decision that interrupts it.
    """

    standing: Standing | None
    confirmed: bool = True
    by: str | None = None


def best_of(holder: Holder, day: date) -> Best:
    """How a laboratory stood on a day: only accreditations to ISO/IEC 17025 count, of two the one that goes before."""
    if holder.bearing is Bearing.DESIGNATION:
        stands = [Stand(stood(held, day), None, held.confirmed) for held in holder.designations]
    else:
        counting = [held for held in holder.accreditations if is_of_competence(held.standard)]
        stands = [standing_on(held, day) for held in counting]
    if not stands:
        return Best(None)
    best = min(stands, key=rank)
    interrupts = best.standing in INTERRUPTED and best.decision is not None
    return Best(best.standing, best.confirmed, best.decision.number if interrupts and best.decision else None)


def has_several(holder: Holder) -> bool:
    """Whether a laboratory holds more than one accreditation, so that its lines may stand on different ones."""
    counting = {held.number.casefold() for held in holder.accreditations if is_of_competence(held.standard)}
    return len(counting) > 1


def papers_on(holder: Holder, day: date) -> Papers:
    """How its accreditations stood beside each other; where none was in force its lines are judged as if all were."""
    if not has_several(holder):
        return IN_FORCE
    stood: dict[str, set[Standing]] = {}
    for held in holder.accreditations:
        if is_of_competence(held.standard):
            stood.setdefault(held.number.casefold(), set()).add(standing_on(held, day).standing)
    lapsed = {number: standings for number, standings in stood.items() if Standing.IN_FORCE not in standings}
    if len(lapsed) == len(stood):
        return IN_FORCE
    return Papers(lapsed.keys(), any(standings & INTERRUPTED for standings in lapsed.values()))


def standing_of(holder: Holder, day: date) -> Standing | None:
    """How the best of a laboratory's accreditations, or designations, stood on a day; None when it has none."""
    return best_of(holder, day).standing


def verdict(holders: Sequence[Holder], work: Work) -> Verdict:
    """The verdict on work of the first of some laboratories; the others are those it took over from after that day.

    They decide where it had no paper yet: who took over a laboratory answers for what that was accredited for.
    """
    own, best = holders[0], best_of(holders[0], work.day)
    for other in holders[1:] if best.standing in UNDECIDED else ():
        theirs = best_of(other, work.day)
        if _rank(theirs) < _rank(best):
            own, best = other, theirs
    standing, confirmed, by = best
    if own.bearing is Bearing.DESIGNATION:
        findings = findings_on(own.designations, work.day)
        return Verdict(designated(standing), standing, Coverage.UNKNOWN, findings, own, confirmed)
    judged = judge(work._replace(papers=papers_on(own, work.day)), own.lines)
    about = judged.coverage, judged.findings, own, confirmed, judged.confirmed, by
    return Verdict(competence(standing, judged.coverage), standing, *about)


def _rank(best: Best) -> int:
    return BEST_FIRST.index((best.standing, best.confirmed)) if best.standing is not None else len(BEST_FIRST)
