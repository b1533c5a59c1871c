"""The rows that were wrong come back as a file of their own: what was sent, and what is wrong beside it."""

import csv
import io

import pytest

from registry.assets.exchange import actions
from registry.assets.models import Asset
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.sheets.models import Form, Mode, Outcome
from tests.make import sheets as make

OWN = ["Số hiệu nội bộ"]
HEADINGS = [*make.HEADINGS, *OWN]


def rows(*, mended=False):
    kind = "instrument" if mended else "xx"
    return [[*make.row(1), "n-1"], [*make.row(2, kind=kind), "=1+1"], [*make.row(3, location="Tủ, “5”"), "n-3"]]


def wrong_of(found, person, form):
    asked = actions.ask_wrong_rows(found, form=form, locale="vi", by=person)
    actions.export(asked, step=db.session.commit)
    return asked.content, asked.rows


def test_the_wrong_rows_of_a_sheet_are_sent_back_as_they_came_with_what_is_wrong(known):
    found = make.checked(make.text(HEADINGS, *rows()))
    content, count = wrong_of(found, known.keeper.person(), Form.CSV)
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == [*HEADINGS, "Chỗ sai / What is wrong"]
    assert count == len(lines) == 1
    assert lines[0][:-2] == [str(cell) for cell in make.row(2, kind="xx")]
    assert lines[0][-2] == "'=1+1"
    assert lines[0][-1].startswith("Loại: ")


@pytest.mark.parametrize("form", list(Form))
def test_what_was_sent_back_is_mended_and_brings_in_the_rest_and_nothing_twice(known, form):
    found = make.checked(make.text(HEADINGS, *rows()))
    actions.ask_apply(found, mode=Mode.GOOD, by=None)
    actions.apply(found, step=db.session.commit)
    content, _count = wrong_of(found, known.keeper.person(), form)
    again = make.checked(content)
    assert (again.counted, again.unread_headings) == ({"error": 1}, OWN)
    assert make.imported(make.text(HEADINGS, *rows(mended=True))).counted == {"unchanged": 2, "new": 1}
    assert db.session.query(Asset).count() == 3


def test_rows_come_in_the_order_of_the_sheet_however_many(known, monkeypatch):
    monkeypatch.setattr("registry.assets.exchange.wrong_rows.PART", 2)
    found = make.checked(make.text(make.HEADINGS, *(make.row(n, kind="xx" if n % 2 else "standard") for n in range(9))))
    content, count = wrong_of(found, known.keeper.person(), Form.CSV)
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
    place = make.HEADINGS.index("Số chế tạo")
    assert (count, [line[place] for line in lines]) == (4, [make.row(n)[place] for n in (1, 3, 5, 7)])


def test_an_import_without_a_wrong_row_has_no_such_file(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1)))
    assert Outcome.ERROR not in found.counted
    with pytest.raises(Conflict):
        actions.ask_wrong_rows(found, form=Form.CSV, locale="vi", by=known.keeper.person())
