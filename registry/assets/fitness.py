"""Whether a thing may be used today, and what stands against it."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from registry.assets.rules import (
    AT_WORK,
    CALLED_BACK,
    USABLE,
    Doubt,
    Facts,
    Kind,
    Proof,
    ScheduleFacts,
    ScheduleKind,
    Status,
    Validity,
    fit_for_use,
    is_unstated,
    resting,
    validity,
)


class SetFacts(NamedTuple):
    """What a component is told of the set it belongs to.

    `is_verified` where a verification is kept for the set, `is_bare` where it stands on the one above it itself.
    """

    tag: str
    status: Status
    proof: Proof
    due_on: date | None
    restriction: str | None
    is_verified: bool = False
    is_bare: bool = False


class Lack(NamedTuple):
    """A component that a set lacks, because it must not be used, or because it was withdrawn or disposed of."""

    tag: str
    name: str
    is_gone: bool = False


class Stop(NamedTuple):
    """The day from which a state inspection forbids use: it asked for that, or found an error over its limit."""

    on: date
    is_asked: bool


def stop_of(stopped_on: date | None, error_found_on: date | None) -> Stop | None:
    """What an inspection holds against a thing that is marked as stopped."""
    if stopped_on is not None:
        return Stop(stopped_on, is_asked=True)
    return Stop(error_found_on, is_asked=False) if error_found_on is not None else None


class ScanFacts(NamedTuple):
    """What is known of an asset when its label is scanned; `owner_id` is not for strangers.

    `expires_on` is the last day of a reference material's shelf life, which is part of `due_on`. Where there is a
    `label_tag`, another label took the place of the one that says `tag`. `sets` are those it belongs to, the nearest
    first; `repaired_on` is the day before which no verification counts, `altered_on` that before which no calibration
    does. `law_asks` says of a thing that no verification
    is kept for that the law has its type verified; None where nobody knows, as it is an instrument of no type that is
    recorded, whatever its `instrument_type` is called. `stop` is what an inspection holds against it, if its `doubt` is
    that it was stopped.
    """

    tag: str
    kind: Kind
    name: str
    status: Status
    proof: Proof
    due_on: date | None
    owner_id: int
    expires_on: date | None
    restriction: str | None
    label_tag: str | None
    doubt: Doubt | None
    contradicted: bool
    instrument_type: str | None
    schedules: Sequence[ScheduleFacts]
    sets: Sequence[SetFacts] = ()
    law_asks: bool | None = False
    repaired_on: date | None = None
    lacks: Lack | None = None
    altered_on: date | None = None
    stop: Stop | None = None

    @property
    def proven_by(self) -> SetFacts | None:
        """The set whose schedules a component stands on that has none of its own."""
        if self.schedules or self.expires_on is not None:
            return None
        stood_on = (whole for whole in self.sets if whole.proof is not Proof.NOT_REQUIRED and not whole.is_bare)
        return next(stood_on, None)


class Classed(Protocol):
    """What the type of a thing is told from."""

    @property
    def kind(self) -> Kind: ...
    @property
    def proof(self) -> Proof: ...
    @property
    def unverified(self) -> bool: ...
    @property
    def repaired_on(self) -> date | None: ...
    @property
    def altered_on(self) -> date | None: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def instrument_type(self) -> str | None: ...
    @property
    def instrument_type_id(self) -> int | None: ...
    @property
    def required_schedules(self) -> Sequence[Facts]: ...


class Gap(StrEnum):
    """What nobody has said: whether the law's verification was ever done, or whether calibration is needed at all.

    Of an instrument that is `unclassified` nobody knows whether the law asks for its verification, of a reference
    material that is `uncertified` what it is worth. What is `repaired` was not verified since, after work or a broken
    seal that ended what was verified before; what is `altered` was not calibrated since, after work on what it
    measures.
    """

    UNVERIFIED = "unverified"
    UNSTATED = "unstated"
    UNCERTIFIED = "uncertified"
    UNCLASSIFIED = "unclassified"
    REPAIRED = "repaired"
    ALTERED = "altered"


class Incomplete(StrEnum):
    """What limits a set: not all of it may be used."""

    INCOMPLETE = "incomplete"


class Contradiction(StrEnum):
    """What the records say against themselves."""

    CONTRADICTED = "contradicted"


class Mark(NamedTuple):
    """One of the words an asset stands under; `is_muted` where it decides nothing at the moment.

    `kind` is the work that is to be done anew, where it is one of the two; see `redone`.
    """

    word: Status | Validity | Doubt | Contradiction | Gap | Incomplete
    is_muted: bool = False
    kind: ScheduleKind | None = None


class Reason(NamedTuple):
    """Why an asset must not be used, or soon must not: the status or validity in question, and for which schedule.

    A validity without a schedule is that of the shelf life, or of the set with the tag `whole`; `part` is what a set
    lacks. `since` is the day from which it holds, where the reason is of such a kind; `stop` is why it was stopped.
    """

    code: Status | Validity | Gap | Doubt | Contradiction | Incomplete
    schedule: ScheduleKind | None = None
    due_on: date | None = None
    days: int | None = None
    restriction: str | None = None
    whole: str | None = None
    since: date | None = None
    part: Lack | None = None
    stop: Stop | None = None


def redone(schedules: Iterable[Facts]) -> ScheduleKind | None:
    """Which work is done anew on a thing, by what it is held to: its verification, or its calibration.

    None where it has both, so that it takes the case to tell, or neither, as a part of a set.
    """
    kinds = {schedule.kind for schedule in schedules} & {ScheduleKind.VERIFICATION, ScheduleKind.CALIBRATION}
    return kinds.pop() if len(kinds) == 1 else None


def reasons(  # noqa: PLR0913 — each stands against use by itself
    status: Status,
    schedules: Iterable[Facts],
    today: date,
    *,
    expires_on: date | None = None,
    restriction: str | None = None,
    repaired_on: date | None = None,
    altered_on: date | None = None,
) -> list[Reason]:
    """What stands against the use of an asset or limits it, and what soon will; empty when nothing does."""
    found = [] if status is Status.IN_SERVICE else [Reason(status, restriction=restriction)]
    for schedule in schedules:
        state = validity(schedule.proof, schedule.due_on, today)
        if repaired_on is not None and _awaits(schedule, ScheduleKind.VERIFICATION):
            found.append(Reason(Gap.REPAIRED, schedule.kind, since=repaired_on))
        elif altered_on is not None and _awaits(schedule, ScheduleKind.CALIBRATION):
            found.append(Reason(Gap.ALTERED, schedule.kind, since=altered_on))
        elif state in {Validity.FAILED, Validity.NEVER}:
            found.append(Reason(state, schedule.kind))
        elif state in {Validity.OVERDUE, Validity.DUE_SOON} and schedule.due_on is not None:
            found.append(Reason(state, schedule.kind, schedule.due_on, abs((schedule.due_on - today).days)))
    shelf_life = validity(Proof.GOOD, expires_on, today)
    if expires_on is not None and shelf_life is not Validity.VALID:
        found.append(Reason(shelf_life, None, expires_on, abs((expires_on - today).days)))
    return found


def _awaits(schedule: Facts, kind: ScheduleKind) -> bool:
    return schedule.kind is kind and schedule.proof is Proof.MISSING


def _weight(reason: Reason) -> int:
    """The place of a reason among others: a recall, what else forbids use, what limits it or casts a doubt, a date."""
    code = reason.code
    if code in CALLED_BACK:
        return 0
    if code is Validity.DUE_SOON:
        return 3
    limits = {Status.LIMITED_USE, Gap.UNCLASSIFIED, *Doubt, *Contradiction, *Incomplete}
    return 2 if code in limits else 1


def told_of(facts: ScanFacts, today: date) -> tuple[Validity, date | None, bool, list[Reason]]:
    """What a scan tells: validity, last valid day, fitness, and the reasons.

    What forbids use comes first and what is only due soon last; among equals what is said of the thing itself first.

    A component without schedules of its own stands on those of its set, and rests with it. What is measured with for
    the law and was never verified is not fit; nor is a standard or reference material of which nothing shows what it is
    worth. Of an instrument whose type nobody knows that is said, as the law may ask for more.
    """
    by = facts.proven_by
    proof, due_on = (by.proof, by.due_on) if by else (facts.proof, facts.due_on)
    state = validity(proof, due_on, today)
    found = reasons(
        facts.status,
        facts.schedules,
        today,
        expires_on=facts.expires_on,
        restriction=facts.restriction,
        repaired_on=facts.repaired_on,
        altered_on=facts.altered_on,
    )
    for whole in facts.sets:
        if whole.status is not Status.IN_SERVICE:
            found.append(Reason(whole.status, restriction=whole.restriction, whole=whole.tag))
    if by is not None and state is not Validity.VALID:
        days = abs((due_on - today).days) if due_on is not None else None
        found.append(Reason(state, None, due_on, days, whole=by.tag))
    is_verified = by is not None and by.is_verified
    if facts.law_asks and not is_verified:
        found.append(Reason(Gap.UNVERIFIED))
        state = Validity.NEVER if state in USABLE else state
    elif facts.law_asks is None and not is_verified and (facts.instrument_type or state is Validity.NOT_REQUIRED):
        found.append(Reason(Gap.UNCLASSIFIED))
    elif by is None and is_unstated(facts.kind, facts.schedules, facts.expires_on, None):
        found.append(Reason(Gap.UNCERTIFIED if facts.kind is Kind.REFERENCE_MATERIAL else Gap.UNSTATED))
        state = Validity.NEVER
    if facts.doubt is not None:
        stop = facts.stop if facts.doubt is Doubt.STOPPED else None
        found.append(Reason(facts.doubt, redone(facts.schedules), since=stop.on if stop else None, stop=stop))
    if facts.contradicted:
        found.append(Reason(Contradiction.CONTRADICTED))
    if facts.lacks is not None:
        found.append(Reason(Incomplete.INCOMPLETE, part=facts.lacks))
    fit = fit_for_use(facts.status, state, facts.doubt) and all(whole.status in AT_WORK for whole in facts.sets)
    return state, due_on, fit, sorted(found, key=_weight)


class Standing(Classed, Protocol):
    """What the words of an asset are told from."""

    @property
    def status(self) -> Status: ...
    @property
    def set_status(self) -> Status | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def doubt(self) -> Doubt | None: ...
    @property
    def contradicted(self) -> bool: ...


def gap_of(one: Classed) -> Gap | None:
    """What nobody has said of the verification of a thing, as far as its own record tells.

    Whether the law asks for that of an instrument is not known where its type is not recorded, or where it has none and
    nothing to undergo; a part of a set stands on that. A verification that is kept for it answers the question.
    """
    if one.unverified:
        return Gap.UNVERIFIED
    held = one.required_schedules
    if one.repaired_on is not None and any(_awaits(schedule, ScheduleKind.VERIFICATION) for schedule in held):
        return Gap.REPAIRED
    if one.altered_on is not None and any(_awaits(schedule, ScheduleKind.CALIBRATION) for schedule in held):
        return Gap.ALTERED
    if one.kind is not Kind.INSTRUMENT or one.instrument_type_id is not None or one.parent_id is not None:
        return None
    is_asked = one.instrument_type is not None or one.proof is Proof.NOT_REQUIRED
    is_kept = any(schedule.kind is ScheduleKind.VERIFICATION for schedule in held)
    return Gap.UNCLASSIFIED if is_asked and not is_kept else None


def marks(
    status: Status,
    state: Validity,
    doubt: Doubt | None,
    *,
    contradicted: bool,
    gap: Gap | None = None,
) -> list[Mark]:
    """The words an asset stands under wherever it is shown, the decisive one first; `in_service` says nothing.

    A good validity is muted where it does not let the asset be used, or rests on results that are in doubt. That the
    law's verification is lacking, or ended with a repair, says more than that a record is; that nobody knows whether it
    is asked for takes the place of "not required", and mutes what else is good.
    """
    is_good = state in USABLE and not (gap is Gap.UNCLASSIFIED and state is Validity.NOT_REQUIRED)
    called_back = [Mark(doubt)] if doubt in CALLED_BACK else []
    idle = [Mark(status)] if status not in AT_WORK else []
    bad = [Mark(gap)] if gap in {Gap.UNVERIFIED, Gap.REPAIRED, Gap.ALTERED} else []
    bad += [Mark(state)] if state not in USABLE and not (bad and state is Validity.NEVER) else []
    doubts = [Mark(doubt)] if doubt is not None and not called_back else []
    doubts += [Mark(Contradiction.CONTRADICTED)] if contradicted else []
    doubts += [Mark(gap)] if gap is Gap.UNCLASSIFIED else []
    good = [Mark(state, bool(called_back or idle or doubts))] if is_good else []
    limited = [Mark(status)] if status is Status.LIMITED_USE else []
    return [*called_back, *idle, *bad, *doubts, *good, *limited]


def standing(one: Standing, today: date) -> list[Mark]:
    """The words an asset stands under on a day."""
    status, state = resting(one.status, one.set_status), validity(one.proof, one.due_on, today)
    found = marks(status, state, one.doubt, contradicted=one.contradicted, gap=gap_of(one))
    return naming_work(found, one.required_schedules)


def naming_work(found: Iterable[Mark], schedules: Iterable[Facts]) -> list[Mark]:
    """Marks of a thing that is held to some schedules, which say what work is to be done anew."""
    kind = redone(schedules)
    return [mark._replace(kind=kind) if mark.word is Doubt.RECALIBRATE else mark for mark in found]


def partly(found: Iterable[Mark], lack: Lack | None) -> list[Mark]:
    """Marks of a thing that lacks a component, which limits what is good of it; see `Incomplete`."""
    marked = list(found)
    if lack is None:
        return marked
    limited = [mark._replace(is_muted=True) if mark.word in USABLE else mark for mark in marked]
    good = [mark for mark in limited if mark.word in USABLE]
    return [*(mark for mark in limited if mark not in good), Mark(Incomplete.INCOMPLETE), *good]
