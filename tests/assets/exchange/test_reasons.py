"""Thousands of wrong rows in a few lines: each reason with its count, and the rows that have it, page by page."""

from collections import Counter
from contextlib import nullcontext

import pytest
from sqlalchemy import func, select

from registry.assets.exchange import actions
from registry.assets.exchange.models import AssetImport, AssetImportReason
from registry.assets.exchange.queries import rows
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from registry.sheets import reasons
from registry.sheets.models import Mode
from registry.sheets.reasons import Reasons, in_order
from registry.sheets.schemas import OneImportOut
from tests import statements
from tests.make import assets as make_assets
from tests.make import sheets as make
from tests.people import CENTRE


def told(found):
    return [
        (one["field"], one["rows"], one["row"], one["cell"], one["wrong"])
        for one in OneImportOut().dump(found)["reasons"]
    ]


def test_a_reason_is_said_once_with_its_count_whatever_values_it_names(known):
    make_assets.asset(name="Cân", serial_no="S-00009", manufacturer="Ohaus")
    wrong = [make.row(number, kind=f"xx{number}", owner="NIX" if number < 3 else CENTRE) for number in range(1, 6)]
    found = make.checked(make.text(make.HEADINGS, *wrong, make.row(8), make.row(9)))
    assert told(found) == [("kind", 5, 2, "B2", True), ("owner", 2, 2, "C2", True), (None, 1, 8, "", False)]
    message = OneImportOut().dump(found)["reasons"][0]["message"]
    assert "xx1" in message
    with speaking("vi"):
        assert OneImportOut().dump(found)["reasons"][0]["message"] != message


def test_the_rows_of_a_reason_are_paged_by_keys_from_its_index(known):
    kinds = ["xx" if number % 3 else "instrument" for number in range(30)]
    found = make.checked(make.text(make.HEADINGS, *(make.row(number, kind=kind) for number, kind in enumerate(kinds))))
    numbers, cursor = [], None
    while True:
        with statements.plans() if db.engine.dialect.name == "sqlite" else nullcontext([]) as plans:
            page = rows(found, reason=1, limit=7, cursor=cursor)
        assert [plan for plan, _statement in plans if "SCAN" in plan or "TEMP B-TREE" in plan] == []
        numbers += [row.number for row in page.items]
        if (cursor := page.next) is None:
            break
    assert numbers == [place + 2 for place, kind in enumerate(kinds) if kind == "xx"]
    assert rows(found, reason=2).items == []
    assert rows(found, reason=1, outcome="new").items == []


def test_what_was_counted_before_is_not_counted_again(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1), make.row(2, kind="xx")))
    before = told(found)
    actions.check(found, step=db.session.commit)
    db.session.commit()
    assert told(found) == before
    actions.ask_apply(found, mode=Mode.GOOD, by=None)
    actions.apply(found, step=db.session.commit)
    db.session.commit()
    assert told(found) == before
    assert db.session.scalar(select(func.count()).select_from(AssetImportReason)) == 1
    db.session.delete(db.session.get_one(AssetImport, found.id))
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(AssetImportReason)) == 0


def test_an_import_that_was_not_checked_has_no_reasons_yet(known):
    assert OneImportOut().dump(make.kept(make.text(make.HEADINGS)))["reasons"] is None
    assert told(make.checked(make.text(make.HEADINGS, make.row(1)))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"message": "a %(x)s", "values": {"x": 1}}, {"message": "a %(x)s", "values": {"x": 2}}),
        ({"text": {"message": "b", "values": {}}, "filled": {"x": 1}}, {"text": {"message": "b"}, "filled": {"x": 2}}),
        ([{"message": "a"}, "b"], [{"message": "a"}, "b"]),
    ],
)
def test_messages_that_differ_in_their_values_are_one_reason(one, other):
    found = Reasons()
    assert [found.of(2, [], [one]), found.of(3, [], [other]), found.of(4, [], ["else"])] == [[1], [1], [2]]
    assert [kept["rows"] for kept in found.kept] == [2, 1]


def test_a_row_counts_once_for_a_reason_it_has_twice():
    found = Reasons()
    assert found.of(2, [], [{"message": "a %(x)s", "values": {"x": place}} for place in range(3)]) == [1]
    assert found.kept[0]["rows"] == 1


def test_reasons_are_not_endless(monkeypatch):
    monkeypatch.setattr(reasons, "MOST", 5)
    found = Reasons()
    counts = Counter(number for row in range(20) for number in found.of(row, [], [f"note {row}"]))
    assert counts == {1: 1, 2: 1, 3: 1, 4: 17}
    error = {"field": "kind", "message": "x", "cell": "A1", "value": "v"}
    assert found.of(30, [error], []) == [5]
    assert [(one["reason"], one["wrong"]) for one in in_order(found.kept)][:2] == [(5, True), (4, False)]


def test_a_reason_names_the_first_of_its_rows_whichever_is_judged_first():
    found = Reasons()
    error = {"field": "tag", "message": "Mã lạ", "value": "X"}
    found.of(5, [error | {"cell": "A5"}], [])
    found.of(4, [error | {"cell": "A4"}], [])
    found.of(6, [error | {"cell": "A6"}], [])
    assert [(one["row"], one["cell"], one["rows"]) for one in found.kept] == [(4, "A4", 3)]
