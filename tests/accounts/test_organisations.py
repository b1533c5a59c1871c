"""Organisations: who follows whom, who stands over whom, and whose records a person therefore reads."""

import threading
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import select

from registry.accounts import actions, queries
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import OrganisationKind, Role, SuccessionKind
from registry.kernel import audit
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE, PROVINCE

MERGED = date(2025, 7, 1)
DAY = timedelta(days=1)


@pytest.fixture
def organisation(session):
    """Adds an organisation by its code."""

    def add(code, kind=OrganisationKind.OTHER, parent=None, **said):
        row = actions.add_organisation(code=code, name_vi=code, name_en=code, kind=kind, parent=parent, by=None, **said)
        session.flush()
        return row

    return add


def follow(code, successor, on=MERGED, kind=SuccessionKind.MERGE, by=None):
    return actions.succeed(code=code, successor=successor, on=on, kind=kind, by=by)


def person(session, role, organisation, email="a@example.vn"):
    row, _secret = actions.add_person(email=email, name="A", role=role, organisation=organisation, by=None)
    session.flush()
    return row


def reached(session, who):
    """The codes of the organisations a person reads; None for all."""
    ids = queries.reach(who)
    return None if ids is None else set(session.scalars(select(Organisation.code).where(Organisation.id.in_(ids))))


class TestSuccession:
    def test_takes_effect_on_its_day_and_not_before(self, organisation):
        old, new = organisation("BK"), organisation("TN")
        follow("BK", "TN")
        assert queries.successor(old, MERGED - DAY) is old
        assert queries.successor(old, MERGED).id == queries.successor(old, date(2100, 1, 1)).id == new.id
        assert queries.successor(new, MERGED) is new

    def test_is_followed_through_a_chain_as_far_as_the_day_goes(self, organisation):
        first, second, third = (organisation(code) for code in ("A", "B", "C"))
        follow("A", "B", date(2020, 1, 1))
        follow("B", "C", date(2024, 1, 1))
        ends = {
            day: queries.successor(first, day).code
            for day in (date(2019, 12, 31), date(2023, 12, 31), date(2024, 1, 1))
        }
        assert list(ends.values()) == ["A", "B", "C"]
        assert queries.successor(second, date(2024, 1, 1)).id == third.id

    def test_of_two_heads_the_latest_answers(self, organisation):
        old = organisation("A")
        organisation("B")
        organisation("C")
        follow("A", "B", date(2020, 1, 1))
        follow("A", "C", date(2024, 1, 1))
        assert queries.successor(old, date(2023, 1, 1)).code == "B"
        assert queries.successor(old, date(2024, 1, 1)).code == "C"

    def test_of_oneself_is_refused(self, organisation):
        organisation("A")
        with pytest.raises(Invalid) as caught:
            follow("A", "A")
        assert list(caught.value.errors or {}) == ["successor"]

    @pytest.mark.parametrize("length", [2, 3, 5])
    def test_that_would_close_a_loop_is_refused(self, organisation, length):
        codes = [organisation(f"C{number}").code for number in range(length)]
        for old, new in pairwise(codes):
            follow(old, new)
        with pytest.raises(Invalid):
            follow(codes[-1], codes[0])

    def test_that_would_close_a_loop_beside_the_line_is_refused(self, organisation):
        """A went to Z; N went to A. A cannot go to N as well, though the line from N ends at Z."""
        for code in ("A", "N", "Z"):
            organisation(code)
        follow("A", "Z", date(2024, 1, 1))
        follow("N", "A", date(2023, 1, 1))
        with pytest.raises(Invalid):
            follow("A", "N", date(2022, 1, 1))

    def test_twice_is_a_conflict_that_names_the_day(self, organisation):
        organisation("A")
        organisation("B")
        follow("A", "B")
        with pytest.raises(Conflict, match="01/07/2025"):
            follow("A", "B", date(2026, 1, 1))

    def test_of_or_by_nobody_is_refused_beside_its_field(self, organisation):
        organisation("A")
        for code, successor, field in (("NONE", "A", "code"), ("A", "NONE", "successor")):
            with pytest.raises(Invalid) as caught:
                follow(code, successor)
            assert list(caught.value.errors or {}) == [field]

    def test_is_in_the_history_of_the_one_that_ended(self, organisation):
        organisation("A")
        organisation("B")
        follow("A", "B")
        entry = audit.history("organisation", "A")[0]
        assert entry.action == "organisation.succeed"
        assert entry.changes == {"successor": [None, "B"], "on": [None, "2025-07-01"], "kind": [None, "merge"]}

    def test_is_for_administrators(self, people, organisation):
        organisation("A")
        with pytest.raises(Forbidden):
            follow("A", CENTRE, by=people.keeper.person())


class TestParents:
    def test_cannot_be_below_their_children(self, organisation):
        top = organisation("A")
        organisation("B", parent="A")
        organisation("C", parent="B")
        for parent in ("A", "B", "C"):
            with pytest.raises(Invalid) as caught:
                actions.edit_organisation(top, parent=parent, by=None)
            assert list(caught.value.errors or {}) == ["parent"]
        assert top.parent_id is None

    def test_change_when_they_do_not_make_a_loop(self, session, organisation):
        organisation("A")
        row = organisation("B", parent="A")
        organisation("C")
        actions.edit_organisation(row, parent="C", by=None)
        session.expire_all()
        assert [one.code for one in queries.parents(queries.organisation_by_code("B"))] == ["C"]
        assert [one.code for one in queries.children(queries.organisation_by_code("C"))] == ["B"]
        assert queries.children(queries.organisation_by_code("A")) == []

    def test_are_listed_from_the_top(self, organisation):
        organisation("A")
        organisation("B", parent="A")
        row = organisation("C", parent="B")
        assert [one.code for one in queries.parents(row)] == ["A", "B"]

    def test_that_nobody_knows_are_refused(self, organisation):
        with pytest.raises(Invalid) as caught:
            organisation("A", parent="NONE")
        assert list(caught.value.errors or {}) == ["parent"]


class TestAtOnce:
    """Changes that are harmless alone and would close a loop together: of two made at once, one is refused."""

    @pytest.fixture(autouse=True)
    def _two(self, arrange):
        with arrange():
            for code in ("A", "B"):
                actions.add_organisation(code=code, name_vi=code, name_en=code, kind=OrganisationKind.OTHER, by=None)

    def race(self, app, act):
        """Do it with A and B and with B and A, both knowing what was stored before either."""
        together, outcomes = threading.Barrier(2), []

        def one(first, second):
            with app.app_context():
                row = queries.organisation_by_code(first)
                with suppress(threading.BrokenBarrierError):  # on SQLite the second waits for the first already
                    together.wait(0.5)
                try:
                    act(row, second)
                    db.session.commit()
                    outcomes.append("done")
                except Invalid:
                    db.session.rollback()
                    outcomes.append("refused")

        threads = [threading.Thread(target=one, args=codes) for codes in (("A", "B"), ("B", "A"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return sorted(outcomes)

    def test_parents(self, app):
        edit = partial(actions.edit_organisation, name_en="Changed", by=None)
        assert self.race(app, lambda row, other: edit(row, parent=other)) == ["done", "refused"]

    def test_successions(self, app):
        assert self.race(app, lambda row, other: follow(row.code, other)) == ["done", "refused"]


def test_a_loop_of_parents_that_is_stored_already_ends_every_walk(session, organisation):
    first, second, third = organisation("A"), organisation("B", parent="A"), organisation("C")
    first.parent_id = second.id
    session.flush()
    session.expire_all()
    assert {one.code for one in queries.parents(first)} == {"A", "B"}
    with pytest.raises(Invalid):
        actions.edit_organisation(first, parent="B", by=None)
    actions.edit_organisation(third, parent="A", by=None)
    assert third.parent_id == first.id


def test_a_life_ends_after_it_began(organisation):
    with pytest.raises(Invalid) as caught:
        organisation("A", valid_from=MERGED, valid_to=MERGED - DAY)
    assert list(caught.value.errors or {}) == ["valid_to"]
    row = organisation("B", valid_from=MERGED, valid_to=MERGED)
    with pytest.raises(Invalid):
        actions.edit_organisation(row, valid_to=MERGED - DAY, by=None)


def test_an_unknown_code_is_not_found(session):
    with pytest.raises(NotFound):
        queries.organisation_by_code("NONE")


class TestReach:
    def test_of_a_technician_is_the_own_organisation_and_what_is_below(self, session, people, organisation):
        organisation("ROOM", parent=CENTRE)
        organisation("SHELF", parent="ROOM")
        assert reached(session, people.technician.person()) == {CENTRE, "ROOM", "SHELF"}

    def test_of_a_technician_has_no_sibling_and_nothing_above(self, session, people, organisation):
        organisation("SIBLING", parent=DEPARTMENT)
        assert reached(session, people.technician.person()) & {"SIBLING", DEPARTMENT, PROVINCE} == set()

    def test_of_a_manager_has_what_the_organisation_took_over(self, session, people, organisation):
        organisation("OLD")
        organisation("OLDER", parent="OLD")
        follow("OLD", CENTRE)
        assert reached(session, people.keeper.person()) == {CENTRE, "OLD", "OLDER"}

    @pytest.mark.usefixtures("people")
    def test_of_a_predecessor_has_nothing_of_its_successor(self, session, organisation):
        organisation("OLD")
        follow("OLD", CENTRE)
        assert reached(session, person(session, Role.MANAGER, "OLD")) == {"OLD"}

    def test_of_an_inspector_is_the_province_and_the_province_it_took_over(self, session, people, organisation):
        organisation("BK", OrganisationKind.PROVINCE)
        organisation("NA-RI", OrganisationKind.DISTRICT, parent="BK")
        organisation("SO-BK", OrganisationKind.DEPARTMENT, parent="BK")
        before = reached(session, people.inspector.person())
        assert before == {PROVINCE, DEPARTMENT, CENTRE}
        follow("BK", PROVINCE)
        assert reached(session, people.inspector.person()) == before | {"BK", "NA-RI", "SO-BK"}

    @pytest.mark.usefixtures("people")
    def test_of_an_inspector_outside_any_province_is_the_own_organisation(self, session):
        assert reached(session, person(session, Role.INSPECTOR, ELSEWHERE)) == {ELSEWHERE}

    def test_of_an_administrator_is_everything(self, session, people):
        assert reached(session, people.admin.person()) is None

    def test_of_somebody_without_a_role_is_nothing(self, session):
        nobody = Person(email="n@example.vn", name="N", made_at=kernel_clock.now())
        session.add(nobody)
        assert reached(session, nobody) == set()

    def test_of_several_roles_is_all_of_them_together(self, session, people):
        who = people.stranger.person()
        actions.grant(who, role=Role.TECHNICIAN, organisation=CENTRE, by=None)
        assert reached(session, who) == {ELSEWHERE, CENTRE}

    def test_ends_even_where_the_records_make_a_loop(self, session, people):
        """The centre takes over the department above it: a loop of a parent and a successor, which is allowed."""
        follow(DEPARTMENT, CENTRE)
        assert reached(session, people.keeper.person()) == {CENTRE, DEPARTMENT}
        assert reached(session, people.inspector.person()) == {PROVINCE, DEPARTMENT, CENTRE}
