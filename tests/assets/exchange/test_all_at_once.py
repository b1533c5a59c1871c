"""Whatever is wrong with a row is said at once, and repeats numbers as the reader's language writes them."""

import pytest
from sqlalchemy import select

from registry.assets.exchange import actions
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from registry.sheets.models import Mode, Outcome
from registry.sheets.schemas import errors_of, notes_of
from tests.make import sheets as make


def fields(row):
    return [one["field"] for one in errors_of(row)]


def judged(content):
    return list(make.judged(make.checked(content)))


def long(**said):
    """A row under LONG with other words in some columns: interval, unit, range."""
    row = make.long_row(1, **{name: value for name, value in said.items() if name in {"name", "kind", "owner"}})
    places = {"interval": 8, "unit": 11, "low": 12, "high": 13}
    for name, value in said.items():
        if name in places:
            row[places[name]] = value
    return row


def test_a_cell_that_is_not_understood_hides_nothing_else(known):
    (row,) = judged(make.text(make.LONG, long(interval="mười hai", low="5", high="0", name=""), separator=";"))
    assert row.outcome is Outcome.ERROR
    assert fields(row) == ["name", "schedules.calibration", "characteristics.0.range_high"]


def test_what_was_misread_is_not_missing_too_and_spoils_no_comparison(known):
    (row,) = judged(make.text(make.LONG, long(kind="cái cân", low="abc", high="-1", unit="lạ"), separator=";"))
    assert fields(row) == ["kind", "characteristics.0.range_low"]
    assert any("lạ" in note for note in notes_of(row))


def test_a_wrong_row_does_not_stand_in_the_way_of_the_right_one_below_it(known):
    rows = judged(make.text(make.LONG, long(interval="xx"), long(), separator=";"))
    assert [row.outcome for row in rows] == [Outcome.ERROR, Outcome.NEW]


def test_a_changed_row_says_everything_as_well(known):
    make.imported(make.text(make.HEADINGS, make.row(1)))
    headings = (*make.HEADINGS, "Tình trạng", "Ngày đưa vào sử dụng", "Phạm vi từ 1")
    (row,) = judged(make.text(headings, [*make.row(1), "Cách ly", "sớm", "5"]))
    assert fields(row) == ["status_reason", "commissioned_on", "characteristics.0.quantity", "characteristics.0.unit"]


@pytest.mark.parametrize("reason", ["", "Hỏng màn hình"])
def test_what_is_new_in_quarantine_is_asked_why_and_the_log_keeps_it(known, reason):
    headings = (*make.HEADINGS, "Tình trạng", "Lý do")
    found = make.checked(make.text(headings, [*make.row(1), "Cách ly", reason]))
    (row,) = make.judged(found)
    if not reason:
        assert ["does not say why" in note for note in notes_of(row)] == [True]
        return
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    actions.apply(found, step=db.session.commit)
    (told,) = db.session.scalars(select(AuditEntry).filter_by(action="asset.status")).all()
    assert told.changes == {"status_reason": [None, reason]}


def test_numbers_are_said_as_the_language_writes_them(known):
    content = make.workbook(make.LONG, [*long(kind=2021)[:12], "abc", 12.5, "0.01"])
    for locale, example in (("vi", "12,50"), ("en", "12.50")):
        with speaking(locale):
            (row,) = judged(content)
            errors = {one["field"]: one for one in errors_of(row)}
            assert errors["kind"]["value"] == "2021"
            assert "“2021”" in errors["kind"]["message"]
            assert example in errors["characteristics.0.range_low"]["message"]
