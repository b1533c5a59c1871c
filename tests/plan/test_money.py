"""Money by year and source: never more spent than given without a reason, and undone only by its opposite."""

import threading
from datetime import date

import pytest

from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Refusal
from registry.plan import actions, money, queries
from registry.plan.models import MoneyEntry, MoneyKind
from tests.make import plan as make

GIVEN, SPENT = MoneyKind.ALLOCATED, MoneyKind.DISBURSED


def book(kind, amount, on, **said):
    entry = {"indicator": "I.1", "source": "local_budget", "kind": kind, "amount": amount, "on": on}
    entry |= {"document": "7/UNC"} if kind is SPENT else {}
    return actions.book_money(queries.by_code(make.CODE, None), **entry | said, by=None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount": 61, "on": date(2024, 3, 1)}, "reason"),  # more than was given up to that year
        ({"amount": 1, "on": date(2023, 12, 31)}, "reason"),  # before any was given
        ({"amount": 1, "on": date(2024, 3, 1), "source": "enterprises"}, "reason"),  # which gave none
        ({"amount": 100, "on": date(2026, 3, 1)}, None),
        ({"amount": 101, "on": date(2026, 3, 1)}, "reason"),
        ({"amount": 500, "on": date(2024, 3, 1), "reason": "Ứng trước"}, None),
        ({"amount": 1, "on": date(2026, 6, 16)}, "on"),
        ({"amount": 1, "on": date(2019, 7, 22)}, "on"),
        ({"amount": 1, "on": date(2031, 1, 1)}, "on"),
        ({"amount": 1, "on": date(2024, 2, 29), "year": 2025}, "year"),
        ({"amount": 60, "on": date(2024, 2, 29)}, None),
        ({"kind": GIVEN, "amount": 1, "on": date(2024, 2, 29), "year": 2031}, "year"),
        ({"kind": GIVEN, "amount": -50, "on": date(2024, 5, 1)}, "reason"),
        ({"kind": GIVEN, "amount": 1, "on": date(2024, 5, 1), "document_on": date(2024, 1, 1)}, "document"),
        ({"amount": 1, "on": date(2024, 5, 1), "document": None}, "document"),
        ({"kind": GIVEN, "amount": -61, "on": date(2024, 5, 1), "reason": "Thu hồi"}, "amount"),
        ({"kind": GIVEN, "amount": -101, "on": date(2026, 5, 1), "reason": "Thu hồi"}, "amount"),
        ({"kind": GIVEN, "amount": -1, "on": date(2023, 5, 1), "reason": "Thu hồi"}, "amount"),
        ({"amount": -1, "on": date(2024, 5, 1), "reason": "Nộp trả"}, "amount"),
        ({"kind": GIVEN, "amount": -100, "on": date(2026, 5, 1), "reason": "Thu hồi"}, None),
        ({"kind": GIVEN, "amount": 1, "on": date(2026, 2, 1), "year": 2024}, "year"),
        ({"kind": GIVEN, "amount": 1, "on": date(2026, 1, 20), "year": 2025}, None),
    ],
)
def test_no_source_spends_more_than_it_gave_up_to_a_year_without_a_reason(plan, said, field):
    book(GIVEN, 60, date(2024, 1, 15), document="1/QĐ", document_on=date(2024, 1, 10))
    book(GIVEN, 40, date(2025, 12, 20), year=2026)
    if field is None:
        book(**{"kind": SPENT} | said)
    else:
        with pytest.raises(Invalid) as refused:
            book(**{"kind": SPENT} | said)
        assert list(refused.value.errors or {}) == [field]


def test_what_was_taken_back_is_not_undone_on_top(plan):
    entry = book(GIVEN, 60, date(2024, 1, 15))
    book(GIVEN, -60, date(2024, 2, 1), reason="Thu hồi")
    with pytest.raises(Invalid, match="amount"):
        actions.reverse_money(plan, entry, reason="Nhầm", by=None)


def test_a_year_is_told_without_a_sign_between_its_thousands(plan):
    with pytest.raises(Invalid, match="2030") as refused:
        book(GIVEN, 1, date(2026, 2, 1), year=2031)
    assert "2.030" not in str(refused.value.errors)


def test_what_is_spent_earlier_may_not_take_what_was_spent_later(plan):
    book(GIVEN, 100, date(2024, 1, 15))
    book(SPENT, 100, date(2025, 3, 1))
    with pytest.raises(Invalid):
        book(SPENT, 1, date(2024, 3, 1))


def test_an_entry_is_undone_once_by_its_opposite_and_both_stay(plan):
    entry = book(GIVEN, 100, date(2024, 1, 15), document="1/QĐ")
    undone = actions.reverse_money(plan, entry, reason="Nhập nhầm dòng", by=None)
    assert (undone.amount, undone.on, undone.reverses_id) == (-100, entry.on, entry.id)
    for again in (entry, undone):
        with pytest.raises(Conflict):
            actions.reverse_money(plan, again, reason="Lần nữa", by=None)
    assert money.by_year([entry.indicator_id]) == {entry.indicator_id: [money.Given(2024, "local_budget", 0, 0)]}
    assert len(queries.money_page(plan).items) == 2


def test_two_planners_do_not_spend_the_same_money(app, arrange):
    with arrange():
        make.plan()
        book(GIVEN, 100, date(2024, 1, 15))
    ready, refused = threading.Barrier(2), []

    def spend() -> None:
        with app.app_context():
            ready.wait()
            try:
                book(SPENT, 100, date(2024, 3, 1))
                db.session.commit()
            except Refusal as error:
                refused.append(error)
            db.session.remove()

    together = [threading.Thread(target=spend) for _number in range(2)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    with app.app_context():
        spent = db.session.scalars(db.select(MoneyEntry.amount).where(MoneyEntry.kind == SPENT)).all()
    assert (len(refused), spent) == (1, [100])
