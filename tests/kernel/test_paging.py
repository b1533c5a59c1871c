"""Paging: pages put together are the whole list, whatever its ties, and a cursor opens only the list that gave it."""

import base64
import json
import threading

import pytest
from sqlalchemy import select

from registry.accounts import actions
from registry.accounts.models import Organisation
from registry.accounts.rules import OrganisationKind
from registry.kernel.errors import Invalid
from registry.kernel.paging import Order, page

TABLE = Organisation.__table__.c
BY_NAME = Order((TABLE.name_vi, TABLE.id))
NEWEST_FIRST = Order((TABLE.id,), descending=True)
ORGANISATIONS = "/api/v1/organisations"
# Ties, an accent, a stroke, a quote and what JSON escapes; more than a page of any size below.
NAMES = ["Xã An", "Xã An", "Xã An", "Đức Xuân", "Ấn “tượng”", 'a"b\\c', "B", "b", "Xã An", "\u2028", "Ê Đê"]


@pytest.fixture
def bodies(session):
    """Organisations of which several have one name."""
    for number, name in enumerate(NAMES):
        actions.add_organisation(code=f"C{number}", name_vi=name, name_en="n", kind=OrganisationKind.OTHER, by=None)
    session.flush()
    return NAMES


def encoded(values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def cursor_of(*values):
    """A cursor with the right mark of the list by name, and other values."""
    return encoded([BY_NAME.mark, *values])


def walked(order, limit):
    """Every code met by following the cursors, and how many pages it took."""
    codes, cursor, pages = [], None, 0
    while cursor is not None or pages == 0:
        found = page(select(Organisation), order, limit=limit, cursor=cursor)
        assert len(found.items) <= limit
        codes += [row.code for row in found.items]
        cursor, pages = found.next, pages + 1
    return codes, pages


@pytest.mark.usefixtures("bodies")
@pytest.mark.parametrize("order", [BY_NAME, NEWEST_FIRST], ids=["ties", "newest first"])
def test_the_pages_put_together_are_the_whole_list(session, order):
    columns = [column.desc() if order.descending else column for column in order.columns]
    whole = list(session.scalars(select(Organisation.code).order_by(*columns)))
    assert len(whole) == len(NAMES)
    for limit in (1, 2, 3, len(NAMES) - 1, len(NAMES), 200):
        assert walked(order, limit) == (whole, -(-len(NAMES) // limit))


@pytest.mark.usefixtures("bodies")
def test_what_is_added_before_the_cursor_neither_repeats_nor_hides_a_row(session):
    first = page(select(Organisation), BY_NAME, limit=3)
    actions.add_organisation(code="NEW", name_vi="  ", name_en="n", kind=OrganisationKind.OTHER, by=None)
    session.flush()
    rest = page(select(Organisation), BY_NAME, limit=200, cursor=first.next)
    codes = [row.code for row in (*first.items, *rest.items)]
    assert sorted(codes) == sorted(f"C{number}" for number in range(len(NAMES)))


@pytest.mark.usefixtures("bodies")
def test_a_total_counts_what_fits_and_not_the_page():
    wanted = select(Organisation).where(Organisation.name_vi == "Xã An")
    found = page(wanted, BY_NAME, limit=1, count="exact")
    assert (found.total, len(found.items)) == (4, 1)
    rest = page(wanted, BY_NAME, limit=200, count="exact", cursor=found.next)
    assert (rest.total, len(rest.items), rest.next) == (4, 3, None)
    assert page(wanted, BY_NAME).total is None


def test_an_empty_list_ends_at_once(session):
    found = page(select(Organisation), BY_NAME, count="exact")
    assert (found.items, found.next, found.total) == ([], None, 0)


GARBAGE = [
    "x",
    "====",
    "đ",
    "a b",
    "\ud800",
    "A" * 399,
    encoded(["a", 1]),
    encoded([0, "a", 1]),
    encoded([[BY_NAME.mark], "a", 1]),
    cursor_of(),
    cursor_of("a"),
    cursor_of("a", 1, 2),
    cursor_of("a", "1"),
    cursor_of("a", 1.0),
    cursor_of("a", True),
    cursor_of("a", None),
    cursor_of(None, 1),
    cursor_of(1, 1),
    cursor_of(["a"], 1),
    cursor_of("a\0", 1),
    cursor_of("\ud800", 1),
    cursor_of("a", 2**63),
    cursor_of("a", 2**40),
    cursor_of("a", -(2**40)),
    base64.urlsafe_b64encode(b'{"a": 1}').decode(),
    base64.urlsafe_b64encode(b"[" * 200).decode(),
    cursor_of("a", float("nan")),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
]


@pytest.mark.usefixtures("bodies")
def test_a_cursor_that_no_list_gave_is_refused_and_nothing_breaks(session):
    for cursor in GARBAGE:
        with pytest.raises(Invalid) as caught:
            page(select(Organisation), BY_NAME, cursor=cursor)
        assert list(caught.value.errors or {}) == ["cursor"], cursor


@pytest.mark.usefixtures("bodies")
def test_a_cursor_opens_only_the_list_that_gave_it():
    one_column = page(select(Organisation), NEWEST_FIRST, limit=1).next
    two_columns = page(select(Organisation), BY_NAME, limit=1).next
    others = (NEWEST_FIRST, Order((TABLE.name_en, TABLE.id)), Order(BY_NAME.columns, descending=True))
    for order, cursor in ((BY_NAME, one_column), *((other, two_columns) for other in others)):
        with pytest.raises(Invalid):
            page(select(Organisation), order, cursor=cursor)


def test_a_cursor_of_a_list_is_refused_by_another_at_the_doors(admin):
    cursor = admin.get(f"{ORGANISATIONS}?limit=1").json["next"]
    for path in ("/api/v1/labs", "/api/v1/assets", "/api/v1/calibrations"):
        answer = admin.get(path, query_string={"cursor": cursor})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"]), path
    for cursor in GARBAGE:
        answer = admin.get(ORGANISATIONS, query_string={"cursor": cursor.encode("utf-8", "replace").decode()})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"]), cursor


def test_the_longest_names_are_paged_too(arrange, admin):
    with arrange():
        for code in ("L1", "L2", "L3"):
            name = f"{'ậ' * 199}{code[1]}"
            actions.add_organisation(code=code, name_vi=name, name_en="n", kind=OrganisationKind.OTHER, by=None)
    codes, cursor = [], ""
    while cursor is not None:
        query = {"limit": 1, "q": "a" * 99} | ({"cursor": cursor} if cursor else {})
        answer = admin.get(ORGANISATIONS, query_string=query)
        assert answer.status_code == 200, answer.text
        codes += [item["code"] for item in answer.json["items"]]
        cursor = answer.json["next"]
    assert codes == ["L1", "L2", "L3"]


def test_two_readers_page_at_once(admin):
    lists = []

    def read():
        cursor, codes = None, []
        while cursor is not None or not codes:
            body = admin.get(ORGANISATIONS, query_string={"limit": 1} | ({"cursor": cursor} if cursor else {})).json
            codes += [item["code"] for item in body["items"]]
            cursor = body["next"]
        lists.append(codes)

    threads = [threading.Thread(target=read) for _reader in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(codes) for codes in lists] == [4, 4]
    assert lists[0] == lists[1]
