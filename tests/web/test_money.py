"""Money in the browser: booked, refused with what was typed, undone, and written to the đồng on demand."""

import pytest

from registry.kernel.db import db
from registry.plan.models import MoneyEntry, MoneyKind
from tests.make import exports
from tests.make import plan as make

ROW = f"/plan/{make.CODE}/money/I.1"
GIVEN = {
    "kind": "allocated",
    "amount": "100000000",
    "on": "2024-02-29",
    "source": "local_budget",
    "document": "12/QĐ-UBND",
    "document_on": "2024-02-20",
}


@pytest.fixture(autouse=True)
def plan(people, arrange):
    with arrange():
        make.plan()


def test_money_is_booked_and_undone(planner, arrange):
    pages = planner.pages
    assert pages.post(ROW, data=GIVEN).status_code == 302
    shown = pages.get(ROW).text
    assert "100.000.000\N{NO-BREAK SPACE}đ" in shown
    assert "12/QĐ-UBND" in shown
    with arrange():
        key = db.session.scalars(db.select(MoneyEntry.id)).one()
    assert pages.post(f"{ROW}/entries/{key}/reverse", data={"reason": ""}).status_code == 422
    assert pages.post(f"{ROW}/entries/{key}/reverse", data={"reason": "Nhầm dòng"}).status_code == 302
    assert pages.post(f"{ROW}/entries/{key}/reverse", data={"reason": "Nữa"}).status_code == 409
    assert "Nhầm dòng" in pages.get(ROW).text


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kind": "disbursed"}, 422),
        ({"amount": "1000000000000000"}, 422),
        ({"amount": "một tỷ"}, 422),
        ({"on": "2025-02-29"}, 422),
    ],
)
def test_what_is_refused_keeps_what_was_typed(planner, said, status):
    answer = planner.pages.post(ROW, data=GIVEN | said)
    assert (answer.status_code, "12/QĐ-UBND" in answer.text) == (status, True)


@pytest.mark.parametrize("typed", ["125.000.000", "125 000 000", "125.000.000 đ"])
def test_money_is_typed_as_it_is_printed(planner, typed):
    assert planner.pages.post(ROW, data=GIVEN | {"amount": typed}).status_code == 302
    assert "125.000.000\N{NO-BREAK SPACE}đ" in planner.pages.get(ROW).text


def test_an_amount_that_can_be_read_two_ways_is_refused_with_both(planner):
    answer = planner.pages.post(f"{ROW}?lang=vi", data=GIVEN | {"amount": "1,500"})
    assert answer.status_code == 422
    assert "“1,500” có thể đọc là 1.500 hoặc 1,5" in answer.text


def test_what_was_spent_beyond_what_was_allocated_is_marked(planner, arrange):
    pages = (ROW, f"/plan/{make.CODE}/money")
    with arrange():
        make.money(indicator="I.1", amount=1_000_000)
    texts = ("đã chi nhiều hơn số được giao", "nhiều hơn số được giao")
    assert not any(text in planner.pages.get(page).text for page, text in zip(pages, texts, strict=True))
    with arrange():
        make.money(
            indicator="I.1", amount=3_000_000, kind=MoneyKind.DISBURSED, document="UNC 1", reason="Thu hồi số đã giao"
        )
    shown = [planner.pages.get(page).text for page in pages]
    assert "Đã chi nhiều hơn số được giao: 2.000.000\N{NO-BREAK SPACE}đ" in shown[0]
    assert texts[1] in shown[1]


def test_only_planners_book(keeper):
    assert keeper.pages.post(ROW, data=GIVEN).status_code == 403


def test_the_table_is_in_trieu_dong_and_to_the_dong_on_demand(planner, arrange, app):
    with arrange():
        make.money(indicator="I.1", amount=100_000_001)
    table = f"/plan/{make.CODE}/money"
    assert "100,000001" in planner.pages.get(table).text
    assert "100.000.001" in planner.pages.get(f"{table}?exact=true").text
    assert "100000001" in exports.file(app, planner, "money", plan=make.CODE)
