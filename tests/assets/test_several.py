"""Several values of one filter: any of them will do, and counts of a filter do not depend on which are chosen."""

from datetime import timedelta
from typing import Any

import pytest

from registry.assets import pressing
from registry.assets.custody import actions as custody
from registry.assets.custody.rules import HoldingKind
from registry.assets.lists import queries as lists
from registry.assets.lists.conditions import named
from registry.assets.lists.counts import Counted, counts
from registry.assets.lists.rules import Filters
from registry.assets.rules import Doubt, Kind, Proof, StandardClass, Status, Use, Validity
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import DEPARTMENT


@pytest.fixture
def reader(people, session):
    return people.inspector.person()


def names(person: Any, **said: Any) -> list[str]:
    db.session.commit()
    return [line.name for line in lists.asset_page(person, today=TODAY, **said).items]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("limits", [(0, 0, 0), (0, 0, 10_000), (10_000, 10_000, 10_000)])
def test_any_of_them_will_do_and_of_several_filters_all(people, reader, monkeypatch, limits):
    for name, value in zip(("NEAR", "FAR", "FEW"), limits, strict=True):
        monkeypatch.setattr(lists, name, value)
    late, soon = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    make.asset(name="A", status=Status.QUARANTINED, proof=Proof.FAILED, kind=Kind.INSTRUMENT)
    make.asset(name="B", status=Status.RETIRED, due_on=late, standard_class=StandardClass.WORKING)
    make.asset(name="C", status=Status.QUARANTINED, due_on=soon, standard_class=StandardClass.NATIONAL)
    out = make.asset(name="D", status=Status.IN_SERVICE, due_on=TODAY + timedelta(days=400))
    offered = make.asset(name="E", proof=Proof.NOT_REQUIRED)
    keeper = people.keeper.person()
    custody.check_out(out, holder="An", expected_back_on=TODAY, by=keeper)
    custody.offer(offered, to=DEPARTMENT, by=keeper)
    away = [Status.QUARANTINED, Status.RETIRED]
    assert names(reader, status=away) == names(reader, status=tuple(away[::-1])) == ["A", "B", "C"]
    assert names(reader, status=away, kind=Kind.STANDARD) == ["B", "C"]
    assert names(reader, status=away, kind=list(Kind), sort="-name") == ["C", "B", "A"]
    assert names(reader, validity=[Validity.OVERDUE, Validity.FAILED]) == ["A", "B"]
    assert names(reader, validity=[Validity.VALID, Validity.DUE_SOON], status=away) == ["C"]
    assert names(reader, validity=list(Validity)) == ["A", "B", "C", "D", "E"]
    assert names(reader, standard_class=[StandardClass.WORKING, StandardClass.NATIONAL]) == ["B", "C"]
    assert names(reader, custody=[HoldingKind.OFFER, HoldingKind.CHECK_OUT]) == ["D", "E"]
    assert names(reader, custody=[HoldingKind.OFFER, HoldingKind.CHECK_OUT], q="d") == ["D"]
    assert names(reader, status=[]) == ["A", "B", "C", "D", "E"]


def test_one_value_is_asked_for_as_ever_and_several_by_how_many_they_are():
    one, values = named(Filters.of({"kind": Kind.STANDARD, "status": ["in_service"]}), TODAY, None)
    assert one == ["kind", "status"]
    assert (values["kind"], values["status"]) == ("standard", "in_service")
    two, values = named(Filters.of({"status": ["retired", "quarantined"], "validity": ["failed"]}), TODAY, None)
    assert two == ["status.2", "validity.failed"]
    assert {values["status_0"], values["status_1"]} == {"retired", "quarantined"}


def test_counts_of_a_filter_do_not_depend_on_which_of_its_values_are_chosen(session, reader):
    late = TODAY - timedelta(days=1)
    for kind, status, due_on in (
        (Kind.INSTRUMENT, Status.QUARANTINED, late),
        (Kind.STANDARD, Status.IN_SERVICE, late),
        (Kind.STANDARD, Status.IN_SERVICE, TODAY + timedelta(days=300)),
        (Kind.STANDARD, Status.RETIRED, late),
    ):
        make.asset(kind=kind, status=status, due_on=due_on, location="Kho")
    session.commit()
    several = {"status": [Status.QUARANTINED, Status.IN_SERVICE], "validity": [Validity.OVERDUE, Validity.FAILED]}
    found = counts(reader, today=TODAY, **several, kind=Kind.STANDARD)
    assert found["kind"] == [Counted("standard", 1), Counted("instrument", 1)]
    assert found["status"] == [Counted("in_service", 1), Counted("retired", 1)]
    assert found["validity"] == [Counted("valid", 1), Counted("overdue", 1)]
    assert found["location"] == [Counted("Kho", 1)]


@pytest.mark.parametrize("limits", [(0, 0, 0), (0, 0, 10_000), (10_000, 10_000, 10_000)])
def test_what_must_not_be_used_is_listed_and_counted_as_at_home(session, reader, monkeypatch, limits):
    for name, value in zip(("NEAR", "FAR", "FEW"), limits, strict=True):
        monkeypatch.setattr(lists, name, value)
    days = {"late": TODAY - timedelta(days=1), "good": TODAY + timedelta(days=300), "none": None}
    for status in Status:
        for day, due_on in days.items():
            make.asset(name=f"{status} {day}", status=status, due_on=due_on, kind=Kind.INSTRUMENT)
        for doubt in Doubt:
            make.asset(name=f"{status} {doubt}", status=status, due_on=days["good"]).doubt = doubt
        make.asset(name=f"{status} failed", status=status, proof=Proof.FAILED)
    session.commit()
    at_home = pressing.held_back(reader, TODAY, pressing.tally(reader, TODAY), limit=200)
    found = names(reader, use=Use.FORBIDDEN, limit=200)
    assert sorted(found) == sorted(one.name for one in at_home.items)
    assert counts(reader, today=TODAY)["use"] == [Counted("forbidden", at_home.total)]
    assert {"quarantined good", "in_service recall", "in_service failed", "limited_use late"} <= set(found)
    assert not {"in_service good", "retired late", "disposed recall", "in_service in_doubt"} & set(found)
    assert names(reader, use=Use.FORBIDDEN, status=Status.IN_SERVICE, validity=Validity.VALID) == [
        "in_service certificate_withdrawn",
        "in_service recall",
        "in_service stopped",
    ]
