"""What is asked about a result before it is issued: what can be true but rarely is. A written reason answers it.

The reason is the record's `contradiction_reason`, one for all that is asked. The registry itself is asked nothing.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from sqlalchemy import select

from registry.assets.models import Asset, Schedule
from registry.assets.rules import AT_WORK, resting
from registry.assets.schedules import Terms, terms_of
from registry.assets.types import queries as types
from registry.calibration import intervals
from registry.calibration.intervals import WorkDays
from registry.calibration.models import Calibration
from registry.calibration.points import Characteristic, by_quantity
from registry.calibration.queries import schedule_of
from registry.calibration.rules import CalibrationKind, PointValues, RecordStatus, VerificationKind
from registry.calibration.verdicts import values_of
from registry.kernel import clock, units
from registry.kernel.calendar import MONTHS_A_YEAR, month_end, months_later
from registry.kernel.db import db
from registry.kernel.errors import Messages
from registry.kernel.i18n import MINUS, _, said_day, said_value
from registry.kernel.quantities import quantity_key

LONGEST_AGO: Final = 20  # years
LONGEST_VALID: Final = 20  # years, where neither a schedule nor the law says how long
BEFORE_USE: Final = 24  # months: what is new is calibrated, or verified initially, before it is put into use
NUMBERS: Final = ("nominal", "reference", "indication")


class Dated(Protocol):
    """Work by its days."""

    @property
    def kind(self) -> CalibrationKind: ...
    @property
    def performed_on(self) -> date: ...
    @property
    def received_on(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...


class Use(Protocol):
    """A standard, and whether it was valid on the day of the work."""

    @property
    def asset(self) -> Asset: ...
    @property
    def was_valid(self) -> bool: ...


def asked(record: Calibration, item: Asset) -> Messages:
    """Everything that is asked about a record before it is issued, by field, each with what can be done."""
    remedy = _("Check it, or write why it is so under “Why it is issued all the same” (contradiction_reason).")
    return {field: [f"{text} {remedy}" for text in texts] for field, texts in of_draft(record, item).items()}


def of_draft(record: Calibration, item: Asset | None = None) -> Messages:
    """What will be asked about a record before it is issued, by field."""
    item = item or record.asset
    cycle = None
    if record.kind is CalibrationKind.VERIFICATION and record.valid_until is not None:
        version = types.version_on(item, record.performed_on)
        cycle = version.period_months if version else None
    found = about(record, item, [values_of(point) for point in record.points], cycle)
    if record.kind is CalibrationKind.CALIBRATION:
        found = {**found, **_standards(record)}
    if record.verification_kind is VerificationKind.INITIAL and (before := _earlier_initial(record)) is not None:
        text = _("This asset was verified initially already, on %(day)s.", day=said_day(before))
        found = {**found, "verification_kind": [text]}
    return found


def _earlier_initial(record: Calibration) -> date | None:
    """When another record that holds says that an asset was verified initially; what it amends is none."""
    wanted = select(Calibration.performed_on).where(
        Calibration.asset_id == record.asset_id,
        Calibration.kind == CalibrationKind.VERIFICATION,
        Calibration.verification_kind == VerificationKind.INITIAL,
        Calibration.status == RecordStatus.ISSUED,
        Calibration.id.not_in([key for key in (record.id, record.amends_id) if key is not None]),
    )
    found: date | None = db.session.scalar(wanted.order_by(Calibration.performed_on).limit(1))
    return found


def check_standards(record: Calibration) -> Messages:
    """What is refused of the standards of a record: a verification is made with those that are valid on its day."""
    if record.kind is not CalibrationKind.VERIFICATION:
        return {}
    return {field: [refused(text) for text in texts] for field, texts in _standards(record).items()}


def refused(text: str) -> str:
    """What is said of a standard, with the remedy, where the work is a verification."""
    remedy = _("A verification is made with standards that are valid on its day; take another one, or leave it out.")
    return f"{text} {remedy}"


def _standards(record: Calibration) -> Messages:
    """The standards of a record that were not valid on its day, by their places; of those hidden nothing is told.

    What others' certificate was made with is as it is: nobody here chose it, and its chain says how it stood.
    """
    if record.certificate_no is not None and not record.recorded_by_lab:
        return {}
    day = record.performed_on
    said = {place: unsound(use, day) for place, use in enumerate(record.standards) if not use.is_hidden}
    return {f"standards.{place}": [text] for place, text in said.items() if text}


def unsound(use: Use, day: date) -> str:
    """What is said of a standard that was not valid on the day of the work, or is held back on this very day."""
    if day == clock.today() and is_held_back(use.asset):
        return _("“%(name)s” is out of use or in doubt today.", name=use.asset.name)
    if not use.was_valid:
        return _("“%(name)s” was not valid on %(day)s.", name=use.asset.name, day=said_day(day))
    return ""


def is_held_back(standard: Asset) -> bool:
    """Whether something beside its records speaks against a standard today: its status, or a case."""
    return resting(standard.status, standard.set_status) not in AT_WORK or standard.doubt is not None


def about(work: Dated, item: Asset, points: Sequence[PointValues], cycle: int | None) -> Messages:
    """What is asked about work on an asset without a look at the database; `cycle`: the law's, in months."""
    return {
        **_days(work, item.commissioned_on, clock.today()),
        **_validity(work, schedule_of(item, work.kind), cycle),
        **_nominals(points, item.characteristics),
    }


def check_answered(questions: Messages, reason: str | None) -> Messages:
    """What is asked, beside its fields and beside the reason, until somebody gives one."""
    if not questions or (reason or "").strip():
        return {}
    text = _("What is named beside the other fields is rarely so. Mend it, or write here why it is so.")
    return {**questions, "contradiction_reason": [text]}


def _days(work: Dated, commissioned_on: date | None, today: date) -> Messages:
    done = work.performed_on
    if done < months_later(today, -LONGEST_AGO * MONTHS_A_YEAR):
        text = _("%(day)s is more than %(years)s years ago.", day=said_day(done), years=LONGEST_AGO)
        return {"performed_on": [text]}
    if commissioned_on is not None and done < months_later(commissioned_on, -BEFORE_USE):
        text = _(
            "%(day)s is more than two years before this asset was put into service, on %(start)s.",
            day=said_day(done),
            start=said_day(commissioned_on),
        )
        return {"performed_on": [text]}
    return {}


def _validity(work: Dated, schedule: Schedule | None, cycle: int | None) -> Messages:
    """A printed end is not beyond the law's cycle, or the interval that was agreed, counted to the end of its month."""
    until = work.valid_until
    if until is None:
        return {}
    usual = _usual_end(work, terms_of(schedule) if schedule else None, cycle)
    if until <= month_end(usual):
        return {}
    if cycle is not None:
        text = _(
            "%(until)s is beyond the cycle that the law laid down on the day of the work, %(months)s months, which "
            "ends on %(end)s.",
            until=said_day(until),
            months=cycle,
            end=said_day(usual),
        )
    else:
        text = _(
            "%(until)s is beyond twice the interval of this asset, which ends on %(end)s.",
            until=said_day(until),
            end=said_day(usual),
        )
    return {"valid_until": [text]}


def _usual_end(work: Dated, terms: Terms | None, cycle: int | None) -> date:
    """The last day nobody wonders at: of the law's cycle, or of twice the interval, which is the owner's to choose."""
    if cycle is not None:
        return months_later(work.performed_on, cycle)
    once = intervals.due(WorkDays(work.performed_on, None, work.received_on), terms).on
    if once is None:
        return months_later(work.performed_on, LONGEST_VALID * MONTHS_A_YEAR)
    return once + (once - work.performed_on)


def _nominals(points: Sequence[PointValues], characteristics: Sequence[Characteristic]) -> Messages:
    """A value far outside every range in which the asset measures its quantity is a slip of its unit, or of a comma."""
    messages: dict[str, list[str]] = {}
    known = by_quantity(characteristics)
    ranges = {quantity: known.get(quantity_key(quantity), ()) for quantity in {point["quantity"] for point in points}}
    for place, point in enumerate(points):
        name, held = next((name for name in NUMBERS if point[name] is not None), None), ranges[point["quantity"]]
        if name is None or not held:
            continue
        value: Decimal = point[name]  # type: ignore[literal-required]
        if all(_is_far(value, point["unit"], one) for one in held):
            text = _(
                "%(value)s %(unit)s lies far outside the range of this asset, %(range)s.",
                value=said_value(value),
                unit=point["unit"],
                range="; ".join(_range(one) for one in held),
            )
            messages[f"points.{place}.{name}"] = [text]
    return messages


def _is_far(value: Decimal, unit: str, held: Characteristic) -> bool:
    """Whether a value lies beyond a range by more than its width, or than its farthest end."""
    low, high = held.range_low, held.range_high
    if low is None and high is None:
        return False
    if unit != held.unit:
        here, there = units.parse(unit), units.parse(held.unit)
        if here is None or there is None or not here.converts_to(there):
            return False
        value = units.convert(value, here, there)
    ends = [end for end in (low, high) if end is not None]
    width = max(*map(abs, ends), ends[-1] - ends[0])
    return (low is not None and value < low - width) or (high is not None and value > high + width)


def _range(held: Characteristic) -> str:
    low = f"{MINUS}∞" if held.range_low is None else said_value(held.range_low)
    high = "∞" if held.range_high is None else said_value(held.range_high)
    return f"{low} … {high} {held.unit}"
