"""Lists page through everything once, in any order and under every filter; a scan costs one statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from registry.accounts.models import Person
from registry.assets import actions, queries, scanning, tags
from registry.assets.lists import queries as lists
from registry.assets.lists.lines import Line
from registry.assets.rules import Kind, Proof, ScheduleKind, Status, Validity
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE, People
from tests.statements import sent

NAMES = ("Ấm kế", "Đồng hồ nước", "đồng hồ điện", "Dong ho X", "Áp kế", "Zêta", "ampe kế", "Cân", "Đồng hồ nước")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, without SQLite's BEGIN."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def keeper(people: People, session) -> Person:
    return people.keeper.person()


def listed(person: Person, **said: Any) -> list[Line]:
    """Every page of a list, three rows at a time."""
    db.session.commit()  # a list is of what is committed
    found: list[Line] = []
    cursor = None
    while True:
        page = lists.asset_page(person, today=TODAY, limit=3, cursor=cursor, **said)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def test_names_are_sorted_as_people_sort_them_without_accents(session, keeper):
    for name in NAMES:
        make.asset(name=name)
    names = [row.name for row in listed(keeper)]
    assert names == [
        "Ấm kế",
        "ampe kế",
        "Áp kế",
        "Cân",
        "đồng hồ điện",
        "Đồng hồ nước",
        "Đồng hồ nước",
        "Dong ho X",
        "Zêta",
    ]
    assert [row.name for row in listed(keeper, sort="-name")] == names[::-1]


def test_what_has_no_due_date_comes_last(session, keeper):
    days = [date(2027, 1, 1), None, date(2026, 1, 1), date(2026, 1, 1), None]
    for due_on in days:
        make.asset(schedules=[], proof=Proof.GOOD, due_on=due_on)
    assert [row.due_on for row in listed(keeper, sort="due_on")] == [days[2], days[3], days[0], None, None]
    assert [row.due_on for row in listed(keeper, sort="-due_on")] == [None, None, days[0], days[2], days[3]]


@pytest.mark.parametrize("sort", ["name", "-name", "due_on", "-due_on", "tag", "-tag"])
def test_paging_gives_each_row_once(session, keeper, sort):
    made = {make.asset(name="Như nhau" * 25, due_on=TODAY if place % 2 else None).tag for place in range(10)}
    assert sorted(row.tag for row in listed(keeper, sort=sort)) == sorted(made)


def test_filters_narrow_and_combine(session, keeper):
    late = make.asset(due_on=TODAY - timedelta(days=1), kind=Kind.INSTRUMENT)
    soon = make.asset(due_on=TODAY, owner=DEPARTMENT)
    away = make.asset(due_on=TODAY + timedelta(days=61), status=Status.QUARANTINED)

    def found(**said: Any) -> set[str]:
        return {row.tag for row in listed(keeper, **said)}

    assert found() == {late.tag, away.tag}
    assert found(kind=Kind.STANDARD) == {away.tag}
    assert found(owner=CENTRE, status=Status.QUARANTINED) == {away.tag}
    assert found(owner=DEPARTMENT) == set()
    assert found(owner="KHONG-CO") == set()
    assert found(validity=Validity.OVERDUE) == {late.tag}
    assert found(validity=Validity.VALID, kind=Kind.INSTRUMENT) == set()
    assert found(due_before=TODAY) == {late.tag}
    assert found(due_before=TODAY - timedelta(days=1)) == set()
    assert found(q=tags.grouped(late.tag)) == {late.tag}
    assert soon.tag not in found(q="qua can")


def test_the_exact_count_is_of_everything_under_the_filters(session, keeper):
    for kind in (Kind.STANDARD, Kind.STANDARD, Kind.INSTRUMENT):
        make.asset(kind=kind)
    make.asset(owner=ELSEWHERE)
    session.commit()
    assert lists.asset_page(keeper, today=TODAY, limit=1, count="exact").total == 3
    assert lists.asset_page(keeper, today=TODAY, count="exact", kind=Kind.STANDARD).total == 2


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WyJhIl0", "WyJhIiwgImIiXQ", "W251bGwsIDFd"])
def test_a_foreign_cursor_is_refused(session, keeper, cursor):
    with pytest.raises(Invalid):
        lists.asset_page(keeper, today=TODAY, cursor=cursor)


def test_a_list_costs_the_same_queries_for_one_row_and_for_many(session, keeper):
    costs: list[int] = []
    for _round in range(2):
        for place in range(1 if not costs else 30):
            actions.register(
                kind=Kind.STANDARD,
                name=f"Chuẩn {place}",
                owner=CENTRE,
                characteristics=[{"quantity": "m", "unit": "g"}],
                schedules=[{"kind": ScheduleKind.CALIBRATION, "interval_months": 12}],
                by=None,
            )
        session.commit()
        session.expunge_all()
        with sent() as statements_sent:
            for row in lists.asset_page(keeper, today=TODAY).items:
                assert (row.owner.code, len(row.characteristics), len(row.required_schedules)) == (CENTRE, 1, 1)
        costs.append(len(statements_sent))
    assert costs[0] == costs[1] <= 6


@pytest.mark.usefixtures("people")
class TestAScan:
    def test_costs_one_statement_however_long_the_history(self, session, monkeypatch):
        made = make.asset(schedules=[make.schedule(kind) for kind in ScheduleKind])
        for place in range(50):
            actions.edit(made, location=f"Phòng {place}", by=None)
        session.commit()
        answers: list[list[Any]] = []
        ask = scanning.SCAN.rows

        def note(**said: object) -> list[Any]:
            answers.append(ask(**said))
            return answers[-1]

        monkeypatch.setattr(scanning.SCAN, "rows", note)
        with statements() as others:
            facts = scanning.scan_facts(made.tag)
        assert [len(rows) for rows in answers] == [len(ScheduleKind)]
        assert others == []
        assert (facts.tag, facts.name, facts.status) == (made.tag, made.name, Status.IN_SERVICE)
        assert [schedule.kind for schedule in facts.schedules] == sorted(ScheduleKind)

    def test_gives_dates_and_enumerations_as_the_rules_take_them(self, session):
        made = make.asset(due_on=TODAY)
        session.commit()
        facts = scanning.scan_facts(made.tag)
        assert (facts.kind, facts.proof, facts.due_on) == (Kind.STANDARD, Proof.GOOD, TODAY)
        (only,) = facts.schedules
        assert (only.kind, only.proof, only.due_on) == (ScheduleKind.CALIBRATION, Proof.GOOD, TODAY)

    def test_knows_nothing_of_schedules_that_were_given_up(self, session):
        made = make.asset(schedules=[make.schedule(proof=Proof.NOT_REQUIRED)])
        session.commit()
        assert list(scanning.scan_facts(made.tag).schedules) == []

    @pytest.mark.usefixtures("session")
    def test_of_an_unknown_tag_finds_nothing(self):
        with pytest.raises(NotFound):
            scanning.scan_facts(tags.new())


def test_a_stranger_is_told_of_nothing(session, people):
    made = make.asset(due_on=TODAY)
    stranger, inspector = people.stranger.person(), people.inspector.person()
    with pytest.raises(NotFound):
        queries.by_tag(stranger, made.tag)
    assert listed(stranger) == []
    assert not queries.sees(stranger, made.owner_id)
    assert queries.by_tag(inspector, made.tag.lower()) is made
    assert [row.tag for row in listed(inspector)] == [made.tag]
    assert queries.sees(inspector, made.owner_id)
