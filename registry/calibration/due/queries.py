"""Why a day is due: the record that decides, the rules of its day, the use since, and the grace that was given."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets import queries as assets
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof, ScheduleKind
from registry.assets.schedules import Terms, terms_of
from registry.assets.types.models import InstrumentType
from registry.assets.types.rules import ControlGroup, in_force
from registry.calibration import intervals, queries
from registry.calibration.cases import calling
from registry.calibration.due.models import DueExtension, UsageReading
from registry.calibration.due.rules import Usage, effective, usage
from registry.calibration.ending import has_ended
from registry.calibration.intervals import WARNINGS, Cycle, Due, Step, StepCode, WorkDays
from registry.calibration.models import Calibration
from registry.calibration.rules import proof_of
from registry.calibration.words import kind_text
from registry.kernel import clock, paging
from registry.kernel.calendar import MONTHS_A_YEAR, IntervalUnit, months_later
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.text import shown

LATEST = 100


class Explanation(NamedTuple):
    """Why a schedule is due on its day, `on`: the steps that lead there, and `record`, which decides it."""

    schedule: Schedule
    on: date | None
    steps: Sequence[Step]
    record: Calibration | None = None

    @property
    def way(self) -> list[Step]:
        """The steps without what is only a warning beside them."""
        return [step for step in self.steps if step.code not in WARNINGS]

    @property
    def warnings(self) -> list[Step]:
        """What is to be looked at."""
        return [step for step in self.steps if step.code in WARNINGS]


def schedule_of(asset: Asset, kind: str) -> Schedule:
    """The schedule of a kind that an asset is held to; raises NotFound."""
    found = next((one for one in asset.required_schedules if one.kind == kind), None)
    if found is None:
        named = kind_text(ScheduleKind(kind)) if kind in set(ScheduleKind) else shown(kind)
        raise NotFound(_("This asset has no schedule of the kind “%(kind)s”.", kind=named))
    return found


def explained(asset: Asset, schedule: Schedule) -> Explanation:
    """Why a schedule is due on its day, from the records and rules as they are now."""
    record = queries.deciding(schedule.asset_id, schedule.kind)
    if record is None:
        return Explanation(schedule, None, (Step(StepCode.NO_RECORD),))
    facts = {"record": record.id, "certificate_no": record.certificate_no, "outcome": record.outcome}
    proof = proof_of(record.kind, record.outcome)
    if proof is not Proof.GOOD:
        code = StepCode.FAILED if proof is Proof.FAILED else StepCode.INCONCLUSIVE
        return Explanation(schedule, None, (Step(code, record.performed_on, facts),), record)
    if has_ended(record, asset):
        is_calibrated = record.kind == ScheduleKind.CALIBRATION
        ended = (StepCode.ALTERED, asset.altered_on) if is_calibrated else (StepCode.REPAIRED, asset.repaired_on)
        return Explanation(schedule, None, (Step(*ended, facts),), record)
    found = basis(record, schedule)
    steps = [Step(StepCode.RECORD, record.performed_on, facts), *_as_said(found, record)]
    steps += _after(record, schedule)
    steps += [*_called(asset, record), *_by_law(asset, schedule, record, steps), *_beside(asset, schedule)]
    return Explanation(schedule, schedule.due_on, steps, record)


def said(record: Calibration, schedule: Schedule | None) -> list[Step]:
    """Why a good record counts until its day, whether it still decides or not."""
    steps = [Step(StepCode.RECORD, record.performed_on), *_as_said(basis(record, schedule), record), *_grace(record)]
    used = used_since(schedule, record) if schedule else None
    if schedule is not None and used is not None and used.met_on is not None and used.met_on == record.due_on:
        steps.append(_usage_step(schedule, used, record))
    return steps


def explanations(asset: Asset) -> list[Explanation]:
    """Why each schedule of an asset is due on its day."""
    return [explained(asset, schedule) for schedule in asset.required_schedules]


def basis(record: Calibration, schedule: Schedule | None) -> Due:
    """Until when a good record counts by the rules of its day, without use and grace."""
    asset = db.session.get_one(Asset, record.asset_id)
    terms = terms_of(schedule) if schedule else None
    earlier = queries.before(record) if terms is not None and keeps(terms) else None
    against = earlier.calendar_due_on if earlier and proof_of(earlier.kind, earlier.outcome) is Proof.GOOD else None
    number = _number_of(earlier, schedule, terms) if earlier and terms and against else None
    cycle = _cycle_of(asset, record)
    return intervals.due(work_of(record, schedule), terms, before=against, before_number=number, cycle=cycle)


def _number_of(earlier: Calibration, schedule: Schedule | None, terms: Terms) -> int | None:
    """The day of the month that a due date stands for, also where that was not written down with it yet."""
    if earlier.calendar_number is not None:
        return earlier.calendar_number
    plain = intervals.due(work_of(earlier, schedule), terms)
    return plain.number if plain.on == earlier.calendar_due_on else None


def keeps(terms: Terms) -> bool:
    """Whether early or late work may keep the due date it came up against."""
    return terms.early_days is not None or terms.late_keeps


def work_of(record: Calibration, schedule: Schedule | None) -> WorkDays:
    """The days a record says; the first use after it is kept on the schedule, while the record is the newest."""
    first_use_on = schedule.first_use_on if schedule and schedule.last_performed_on == record.performed_on else None
    return WorkDays(record.performed_on, record.valid_until, record.received_on, first_use_on)


def effective_due(record: Calibration, schedule: Schedule, *, is_new: bool = False) -> date | None:
    """Until when the deciding record counts, with the use since and the grace that was given; None if it is not good.

    Never longer than the law lets it, also where the type of the asset was not known when it was said. To one that
    `is_new`, and amends none, nobody gave any grace.
    """
    if proof_of(record.kind, record.outcome) is not Proof.GOOD:
        return None
    extended = None if is_new and record.amends_id is None else granted(record)
    used = used_since(schedule, record)
    found = effective(record.calendar_due_on, extended.until if extended else None, used.met_on if used else None)
    last = _last_lawful_day(record)
    return found if last is None or found is None else min(found, last)


def _last_lawful_day(record: Calibration) -> date | None:
    """Until when the law lets a verification count that does not print its own end; None when it lays nothing down."""
    cycle = _cycle_of(db.session.get_one(Asset, record.asset_id), record)
    if record.valid_until is not None or cycle is None or cycle.months is None:
        return None
    return months_later(record.performed_on, cycle.months)


def granted(record: Calibration) -> DueExtension | None:
    """The extension of a record's proof that holds."""
    found = alive(record)
    return found if found and found.granted_at else None


def alive(record: Calibration) -> DueExtension | None:
    """The extension of a record's proof that was asked for or holds."""
    standing = DueExtension.calibration_id.in_(of_one_proof(record))
    return db.session.scalar(select(DueExtension).where(standing, DueExtension.ended_at.is_(None)))


def of_one_proof(record: Calibration) -> list[int]:
    """The keys of a record and of those it amends, as long as they say the same work and day: grace goes on for it."""
    keys, one = [record.id], record
    while one.amends_id is not None:
        one = db.session.get_one(Calibration, one.amends_id)
        if (one.performed_on, one.calendar_due_on) != (record.performed_on, record.calendar_due_on):
            break
        keys.append(one.id)
    return keys


def used_since(schedule: Schedule, record: Calibration) -> Usage | None:
    """The use since a record's work, where use counts and was read."""
    if schedule.usage_limit is None:
        return None
    return usage(standing_readings(schedule), schedule.usage_limit, record.performed_on)


def standing_readings(schedule: Schedule) -> Sequence[UsageReading]:
    """The readings of a schedule's counter that were not withdrawn, in their order."""
    wanted = select(UsageReading).filter_by(schedule_id=schedule.id, withdrawn_at=None)
    return db.session.scalars(wanted.order_by(UsageReading.on, UsageReading.id)).all()


def reading_page(
    schedule: Schedule, *, limit: int = 50, cursor: str | None = None, count: str | None = None
) -> paging.Page[UsageReading]:
    """Readings, withdrawn ones too, newest first."""
    table = UsageReading.__table__.c
    wanted = select(UsageReading).filter_by(schedule_id=schedule.id)
    return paging.page(wanted, paging.Order((table.id,), descending=True), limit=limit, cursor=cursor, count=count)


def extension_page(
    schedule: Schedule, *, limit: int = 50, cursor: str | None = None, count: str | None = None
) -> paging.Page[DueExtension]:
    """Extensions, ended ones too, newest first."""
    table = DueExtension.__table__.c
    wanted = select(DueExtension).filter_by(schedule_id=schedule.id)
    return paging.page(wanted, paging.Order((table.id,), descending=True), limit=limit, cursor=cursor, count=count)


def reading_of(schedule: Schedule, key: int) -> UsageReading:
    """A reading of a schedule's counter; raises NotFound."""
    found = db.session.scalar(select(UsageReading).filter_by(schedule_id=schedule.id, id=key))
    if found is None:
        raise NotFound(_("There is no reading %(key)s of this counter.", key=key))
    return found


def extension_of(schedule: Schedule, key: int) -> DueExtension:
    """An extension of a schedule; raises NotFound."""
    found = db.session.scalar(select(DueExtension).filter_by(schedule_id=schedule.id, id=key))
    if found is None:
        raise NotFound(_("There is no extension %(key)s of this schedule.", key=key))
    return found


def asset_schedule(person: Person, tag: str, kind: str, *, lock: bool = False) -> tuple[Asset, Schedule]:
    """An asset a person may see with its schedule of a kind; `lock` keeps others from changing them."""
    asset = assets.by_tag(person, tag, lock=lock)
    return asset, schedule_of(asset, kind)


def _as_said(found: Due, record: Calibration) -> list[Step]:
    """What the rules say now, if that is what they said then: an interval that changes later moves nothing."""
    if found.on == record.calendar_due_on:
        return list(found.steps)
    return [Step(StepCode.SAID_THEN, record.calendar_due_on, _span_of(record))]


def _span_of(record: Calibration) -> dict[str, object]:
    """The interval that a record's due date shows: whole months since the work; nothing where it is none."""
    start, end = record.performed_on, record.calendar_due_on
    if end is None:
        return {}
    months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    shows = months > 0 and months_later(start, months) == end
    return {"interval": months, "unit": IntervalUnit.MONTHS} if shows else {}


def _after(record: Calibration, schedule: Schedule) -> list[Step]:
    steps = _grace(record)
    if schedule.usage_limit is not None:
        steps.append(_usage_step(schedule, used_since(schedule, record), record))
    last = _last_lawful_day(record)
    if last is not None and record.calendar_due_on is not None and record.calendar_due_on > last:
        cycle = _cycle_of(db.session.get_one(Asset, record.asset_id), record)
        steps.append(Step(StepCode.CUT_TO_CYCLE, last, cycle.said if cycle else {}))
    return steps


def _called(asset: Asset, record: Calibration) -> list[Step]:
    """What cases say of the record that decides: by when they ask for new work, or that nothing is decided yet."""
    steps = []
    for one in calling.words_on(record) if asset.doubt is not None else []:
        facts: dict[str, object] = {"case": one.case_id, "standard": one.standard, "doubt": one.doubt}
        if one.work_due_on is None:
            steps.append(Step(StepCode.IN_DOUBT, None, facts))
            continue
        facts |= {"decided_by": one.decided_by, "decided_on": clock.local(one.decided_at).date(), "kind": record.kind}
        steps.append(Step(StepCode.CALLED, one.work_due_on, facts))
    return steps


def _grace(record: Calibration) -> list[Step]:
    extension = granted(record)
    if extension is None:
        return []
    facts = {"granted_by": extension.granted_by, "reason": extension.reason, "extension": extension.id}
    return [Step(StepCode.EXTENDED, extension.until, facts | {"due_on": extension.due_on})]


def _usage_step(schedule: Schedule, used: Usage | None, record: Calibration) -> Step:
    facts: dict[str, object] = {"limit": schedule.usage_limit, "unit": schedule.usage_unit}
    if used is None:
        return Step(StepCode.NO_READING, None, facts)
    facts |= {"used": used.used, "read_on": used.read_on}
    if used.met_on:
        return Step(StepCode.USAGE_MET, used.met_on, facts)
    if used.since_on > record.performed_on:
        facts |= {"first_read_on": used.since_on}
    return Step(StepCode.USAGE_LEFT, used.expected_on, facts)


def _cycle_of(asset: Asset, record: Calibration, on: date | None = None) -> Cycle | None:
    """What the law laid down for the type of an asset on a day, that of the work unless another is given."""
    if record.kind is not ScheduleKind.VERIFICATION or asset.instrument_type_id is None:
        return None
    return cycle_of(db.session.get_one(InstrumentType, asset.instrument_type_id), on or record.performed_on)


def cycle_of(kind: InstrumentType, day: date) -> Cycle | None:
    """What the law laid down for the verification of a type on a day."""
    version = in_force(kind.versions, day) if kind.group is ControlGroup.TWO else None
    if version is None:
        return None
    return Cycle(version.period_months, version.periodic, version.circular, version.valid_from, version.valid_to)


def _by_law(asset: Asset, schedule: Schedule, record: Calibration, steps: Sequence[Step]) -> list[Step]:
    """What a verification's day rests on by law, where its steps do not name that, and whether it is the rule of today.

    A cycle of a type that no rule is kept for, or not for the day of the work, was compared with none.
    """
    if record.kind is not ScheduleKind.VERIFICATION or schedule.proof is not Proof.GOOD:
        return []
    then, now = _cycle_of(asset, record), _cycle_of(asset, record, clock.today())
    if then is None or (then.months is None and then.periodic is None):
        uncompared = [Step(StepCode.UNCOMPARED)]
        return uncompared + ([Step(StepCode.CYCLE_CHANGED, None, now.said)] if now is not None else [])
    is_named = then.months is None or any("circular" in step.facts for step in steps)
    named = [] if is_named else [Step(StepCode.LAW, None, then.said)]
    if now is None:
        return [*named, Step(StepCode.RULE_ENDED, then.valid_to, then.said)]
    if (then.months, then.periodic) == (now.months, now.periodic):
        return named
    before = {"months_then": then.months, "circular_then": then.circular}
    return [*named, Step(StepCode.CYCLE_CHANGED, None, now.said | before)]


def _beside(asset: Asset, schedule: Schedule) -> list[Step]:
    """What ends the use of the asset before this schedule does."""
    end, steps = schedule.due_on or date.max, []
    if asset.expires_on is not None and asset.expires_on < end:
        steps.append(Step(StepCode.SHELF_LIFE, asset.expires_on))
    wanted = select(Asset).where(Asset.parent_id == asset.id, Asset.due_on < end).order_by(Asset.due_order).limit(1)
    component = db.session.scalar(wanted)
    if component is not None:
        steps.append(Step(StepCode.COMPONENT, component.due_on, {"tag": component.tag, "name": component.name}))
    return steps
