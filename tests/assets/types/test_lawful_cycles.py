"""A cycle of verification that the law lays down is only ever shortened, by whatever door."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.assets import actions
from registry.assets.lists import bulk
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleKind
from registry.assets.schedules import Ends
from registry.assets.types.rules import unlawful
from registry.kernel.calendar import Interval, IntervalUnit, month_end, months_later
from registry.kernel.errors import Invalid
from tests.conftest import TODAY
from tests.make import types as make_types
from tests.people import CENTRE

CODE, ONCE = "TAXIMET-THU", "THUOC-THU"
V = ScheduleKind.VERIFICATION


@pytest.fixture
def register(people, session):
    """A way to register something of a type that the law has verified every year."""
    make_types.type_(CODE)
    once = make_types.version(periodic=False, after_repair=False, period_months=None)
    make_types.type_(ONCE, name_vi="Thước thử", name_en="Test tape", versions=[once])

    def registered(**said: Any) -> Asset:
        usual = {"kind": Kind.INSTRUMENT, "name": "Taximet", "owner": CENTRE, "instrument_type": CODE}
        return actions.register(**usual | said, by=people.keeper.person())

    return registered


def every(months: int, kind: ScheduleKind = V) -> list[dict[str, Any]]:
    return [{"kind": kind, "interval_months": months}]


def held(asset: Asset) -> dict[str, int | None]:
    return {one.kind.value: one.interval_months for one in asset.required_schedules}


@pytest.mark.parametrize(
    ("interval", "is_lawful"),
    [
        (Interval(12), True),
        (Interval(1, IntervalUnit.YEARS), True),
        (Interval(365, IntervalUnit.DAYS), True),
        (Interval(52, IntervalUnit.WEEKS), True),
        (Interval(366, IntervalUnit.DAYS), False),
        (Interval(13), False),
        (Interval(53, IntervalUnit.WEEKS), False),
    ],
)
def test_a_cycle_is_as_long_as_the_law_says_or_shorter(interval, is_lawful):
    class Law:
        circular, periodic, period_months = "07/2019/TT-BKHCN", True, 12

    assert (unlawful(Law, V, interval) is None) is is_lawful
    assert unlawful(Law, ScheduleKind.CALIBRATION, interval) is None
    assert unlawful(None, V, interval) is None


def test_registering_and_editing_refuse_a_longer_one_with_the_circular_and_the_remedy(register, people):
    with pytest.raises(Invalid) as refused:
        register(schedules=[*every(24, ScheduleKind.CALIBRATION), *every(60)])
    [(field, [text])] = refused.value.errors.items()
    assert field == "schedules.1.interval_months"
    assert all(word in text for word in ("60", "12", "07/2019/TT-BKHCN"))
    asset = register(schedules=every(6))
    with pytest.raises(Invalid) as refused:
        actions.edit(asset, schedules=[{"kind": V, "interval": 2, "interval_unit": IntervalUnit.YEARS}], by=None)
    assert set(refused.value.errors) == {"schedules.0.interval"}
    actions.edit(asset, schedules=every(12), by=None)
    assert held(asset) == {"verification": 12}


def test_a_bulk_change_says_so_in_its_preview_and_changes_nothing(register, people):
    asset = register()
    change = {"add_schedule": every(60)[0]}
    [shown] = bulk.preview(tags=[asset.tag], change=change, by=people.keeper.person())
    assert set(shown.refusals) == {"schedules.0.interval_months"}
    assert held(asset) == {"verification": 12}


def test_a_type_that_is_verified_initially_only_has_no_periodic_verification(register):
    with pytest.raises(Invalid) as refused:
        register(instrument_type=ONCE, schedules=every(12))
    [(field, [text])] = refused.value.errors.items()
    assert (field, "07/2019/TT-BKHCN" in text) == ("schedules.0.interval_months", True)
    assert held(register(instrument_type=ONCE)) == {}


@pytest.mark.parametrize(("code", "then"), [(CODE, {"verification": 12}), (ONCE, {})])
def test_a_type_that_is_given_later_brings_its_own_cycle(register, people, code, then):
    asset = register(instrument_type=None, schedules=every(60))
    change = {"instrument_type": code}
    [shown] = bulk.preview(tags=[asset.tag], change=change, by=people.keeper.person())
    assert shown.changes["schedules"] == [{"verification": 60}, then]
    actions.edit(asset, instrument_type=code, by=people.keeper.person())
    assert held(asset) == then


@pytest.mark.parametrize("kind", [Kind.STANDARD, Kind.REFERENCE_MATERIAL])
def test_a_type_of_instruments_that_the_law_controls_is_none_of_standards_by_any_door(register, people, kind):
    with pytest.raises(Invalid) as refused:
        register(kind=kind)
    assert set(refused.value.errors) == {"instrument_type"}
    asset = register(kind=kind, instrument_type=None)
    [shown] = bulk.preview(tags=[asset.tag], change={"instrument_type": CODE}, by=people.keeper.person())
    assert set(shown.refusals) == {"instrument_type"}
    with pytest.raises(Invalid):
        actions.edit(register(), kind=kind, by=people.keeper.person())


def test_the_law_of_the_day_counts(register, people, clock):
    asset = register()
    clock(date(2019, 12, 31))
    actions.edit(asset, schedules=every(60), by=None)  # no version is in force yet
    clock(TODAY)
    with pytest.raises(Invalid):
        actions.edit(asset, schedules=every(48), by=None)


def to_month_end(months: int, **said: Any) -> list[dict[str, Any]]:
    return [one | {"ends": Ends.MONTH_END} | said for one in every(months)]


def test_a_month_less_than_the_cycle_never_passes_it_at_the_end_of_its_month_in_leap_years_neither():
    days = [date(2023, 12, 1) + timedelta(days=number) for number in range(4 * 366)]
    for cycle in (12, 18, 24):
        assert [day for day in days if month_end(months_later(day, cycle - 1)) > months_later(day, cycle)] == []
        assert [day for day in days if month_end(months_later(day, cycle)) > months_later(day, cycle)]


@pytest.mark.parametrize(("months", "is_lawful"), [(11, True), (6, True), (12, False)])
def test_the_end_of_the_month_is_taken_where_it_cannot_lengthen_the_cycle(register, months, is_lawful):
    if is_lawful:
        (made,) = register(schedules=to_month_end(months)).required_schedules
        assert (made.interval_months, made.ends) == (months, Ends.MONTH_END)
    else:
        with pytest.raises(Invalid) as refused:
            register(schedules=to_month_end(months))
        assert set(refused.value.errors or ()) == {"schedules.0.ends"}


def test_what_is_not_of_months_is_counted_to_the_day(register):
    with pytest.raises(Invalid):
        register(schedules=to_month_end(1, interval_months=None, interval=300, interval_unit=IntervalUnit.DAYS))
