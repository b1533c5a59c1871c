"""Intervals in sheets: months as numbers, days, weeks and years in words, and back again unchanged."""

import pytest
from sqlalchemy import select, update

from registry.assets.exchange import actions
from registry.assets.exchange.columns import vocabulary
from registry.assets.exchange.telling import lines
from registry.assets.models import Schedule
from registry.assets.rules import ScheduleKind
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.db import db
from registry.sheets.reading import Misread, Reader
from registry.sheets.schemas import changes_of, errors_of
from tests.make import sheets as make

DAYS, WEEKS, MONTHS, YEARS = IntervalUnit
HEADINGS = ("Mã", "Chu kỳ hiệu chuẩn", "Chu kỳ kiểm định")


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (12.0, 12),
        ("12", 12),
        ("12 tháng", 12),
        ("90 ngày", Interval(90, DAYS)),
        ("90 days", Interval(90, DAYS)),
        ("2 tuần", Interval(2, WEEKS)),
        ("1 week", Interval(1, WEEKS)),
        ("2 năm", Interval(2, YEARS)),
        ("1 năm.", Interval(1, YEARS)),
        ("1 năm/lần", Interval(1, YEARS)),
        ("12 tháng/lần", 12),
        ("12 tháng / 1 lần", 12),
        ("6 tháng một lần", 6),
        ("90 ngày/lần", Interval(90, DAYS)),
        ("1 lần/năm", 12),
        ("2 lần/năm", 6),
        ("1 lần/tháng", 1),
        ("hằng năm", 12),
        ("Hàng năm", 12),
        ("mỗi năm", 12),
        ("hằng quý", 3),
        ("annually", 12),
        (1.5, "1.5"),
        ("-3", "-3"),
    ],
)
def test_what_people_write_for_an_interval_is_understood(cell, read):
    column = vocabulary().meant_by("schedules.calibration")
    assert column is not None
    assert Reader({}, {}, 11).value(column, cell) == read


@pytest.mark.parametrize("cell", ["2 giờ", "hai năm", "5 lần/năm", "12 tháng/lần 2", "năm", "1 lần", "x"])
def test_what_is_no_interval_is_told_with_what_may_be_written(app, cell):
    column = vocabulary().meant_by("schedules.calibration")
    assert column is not None
    with app.test_request_context(), pytest.raises(Misread, match=f"“{cell}”; .*, ví dụ 90 ngày"):
        Reader({}, {}, 11).value(column, cell)


def held():
    return {one.kind: (one.interval, one.interval_unit) for one in db.session.scalars(select(Schedule))}


@pytest.mark.usefixtures("known")
def test_days_and_weeks_are_imported_told_and_changed_and_put_back():
    new = make.imported(make.text([*make.HEADINGS, "Chu kỳ hiệu chuẩn"], [*make.row(1), "90 ngày"]))
    (line,) = make.judged(new)
    assert "90 ngày" in {one.new for one in lines(changes_of(line), "vi")}
    assert "90 days" in {one.new for one in lines(changes_of(line), "en")}
    assert held() == {ScheduleKind.CALIBRATION: (90, DAYS)}
    same = make.checked(make.text(HEADINGS, [line.tag, "90 days", ""]))
    assert same.counted == {"unchanged": 1}
    other = make.imported(make.text(HEADINGS, [line.tag, "2 tuần", "2 năm"]))
    told = {(one.old, one.new) for one in lines(changes_of(make.judged(other)[0]), "vi")}
    assert told == {("90 ngày", "2 tuần"), ("", "24")}
    assert held() == {ScheduleKind.CALIBRATION: (2, WEEKS), ScheduleKind.VERIFICATION: (2, YEARS)}
    actions.ask_undo(other, by=None)
    db.session.commit()
    actions.undo(other, step=db.session.commit)
    db.session.commit()
    assert held()[ScheduleKind.CALIBRATION] == (90, DAYS)


@pytest.mark.usefixtures("known")
def test_an_interval_that_is_too_long_is_refused_in_its_cell():
    found = make.checked(make.text([*make.HEADINGS, "Chu kỳ hiệu chuẩn"], [*make.row(1), "18301 ngày"]))
    assert "18,300" in make.wrong(found)["H2"]


def test_a_decided_interval_is_not_lengthened_by_a_sheet_of_a_technician(known):
    made = make.imported(make.text([*make.HEADINGS, "Chu kỳ hiệu chuẩn"], [*make.row(1), "12 tháng"]))
    (line,) = make.judged(made)
    db.session.execute(update(Schedule).values(review_id=7))
    db.session.commit()
    for sheet, faults in (("13 tháng", ["schedules.calibration"]), ("11 tháng", [])):
        content = make.text(HEADINGS[:2], [line.tag, sheet])
        found = make.checked(content, by=known.technician.person())
        assert [one["field"] for one in errors_of(make.judged(found)[0])] == faults
    assert make.checked(make.text(HEADINGS[:2], [line.tag, "13 tháng"]), by=known.keeper.person()).counted == {
        "changed": 1
    }
