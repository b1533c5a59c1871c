"""A search that is not sorted by choice: what has its words itself comes before what only its owner answers to."""

from typing import Any

import pytest

from registry.accounts import queries as accounts
from registry.assets.lists import queries as lists
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import DEPARTMENT

OWN, OWNERS = ["Cân bàn", "Cân đĩa"], ["Ampe kế", "Đồng hồ điện"]


@pytest.fixture
def reader(people, session) -> Any:
    """Four that answer to `can`: two by their own names, one of them by its owner, too, and two by their owner."""
    accounts.organisation_by_code(DEPARTMENT).search = "phong can k"
    make.asset(name="Cân bàn")
    for name in ("Đồng hồ điện", "Cân đĩa", "Ampe kế"):
        make.asset(name=name, owner=DEPARTMENT)
    db.session.commit()
    return people.inspector.person()


def names(person: Any, **said: Any) -> list[str]:
    db.session.commit()
    return [line.name for line in lists.asset_page(person, today=TODAY, **said).items]


def test_what_has_the_words_itself_comes_first(reader):
    assert names(reader, q="can") == [*OWN, *OWNERS]
    assert names(reader, q="dien can") == ["Đồng hồ điện"]


def test_what_is_sorted_by_choice_stays_so(reader):
    assert names(reader, q="can", sort="name") == ["Ampe kế", "Cân bàn", "Cân đĩa", "Đồng hồ điện"]
    assert names(reader, q="can", sort="-name")[0] == "Đồng hồ điện"


def test_what_begins_with_a_letter_is_not_told_again_for_its_owner(reader):
    make.asset(name="Kính hiển vi", owner=DEPARTMENT)
    assert names(reader, q="k") == ["Kính hiển vi", "Ampe kế", "Cân đĩa", "Đồng hồ điện"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_pages_lead_from_the_ones_to_the_others(reader, limit):
    told: list[str] = []
    cursor = None
    for _turn in range(4):
        page = lists.asset_page(reader, today=TODAY, q="can", limit=limit, cursor=cursor, count="exact")
        told += [line.name for line in page.items]
        cursor = page.next
        assert page.total == 4
        if cursor is None:
            break
    assert cursor is None
    assert told == [*OWN, *OWNERS]
