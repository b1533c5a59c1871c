"""Accreditations, lines of scope, inspections and assessments as evidence: each holds by its own, none counts twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from registry.inspection.models import Inspection, InspectionStep
from registry.inspection.rules import State
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.labs.models import Accreditation, ScopeLine
from registry.plan.evidence import queries
from registry.plan.evidence.falling import Cause
from registry.plan.models import EvidenceState, RecordType
from tests.conftest import TODAY
from tests.make import assets, inspection, labs
from tests.make import plan as make

DAY = date(2026, 1, 1)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def plan(people, session):
    return make.plan()


def lab(code: str = "PTN-9", until: date = date(2028, 1, 1), lines: int = 0) -> str:
    held = labs.accreditation(granted_on=DAY, valid_until=until, number=code)
    line = {"quantity": "Khối lượng", "unit": "kg", "range_low": None, "range_high": None, "method": None}
    scope = [line | {"cmc": Decimal(at + 1)} for at in range(lines)]
    labs.lab(code, accreditations=[held], scope=scope)
    return code


def key_of(model) -> str:
    return str(db.session.scalars(select(model.id).order_by(model.id.desc()).limit(1)).one())


def value(code: str, day: date = TODAY) -> int:
    return make.results(day)[code, "P2"][0]


def test_an_accreditation_counts_its_laboratory_while_it_is_in_force(plan):
    lab(until=TODAY)
    make.evidence("II.2.d", key_of(Accreditation), kind=RecordType.ACCREDITATION)
    assert (value("II.2.d"), value("B30.5"), value("II.2.d", TODAY + timedelta(days=1))) == (1, 1, 0)


def test_a_laboratory_and_its_accreditation_are_one(plan):
    code = lab()
    key = key_of(Accreditation)
    make.evidence("II.2.d", code, kind=RecordType.LAB)
    with pytest.raises(Conflict, match=code):
        make.evidence("II.2.d", key, kind=RecordType.ACCREDITATION)
    make.evidence("B30.5", key, kind=RecordType.ACCREDITATION)
    assert value("B30.5") == 1


def test_lines_of_scope_count_each_but_not_beside_their_laboratory(plan):
    code = lab(lines=2)
    one, two = db.session.scalars(select(ScopeLine.id).order_by(ScopeLine.id)).all()
    for key in (one, two):
        make.evidence("B30.1", str(key), kind=RecordType.SCOPE_LINE, counted_on=DAY)
    assert value("B30.1") == 2
    with pytest.raises(Conflict, match=code):
        make.evidence("B30.1", code, kind=RecordType.LAB)
    with pytest.raises(Invalid, match=r"record\.id"):
        make.evidence("II.2.d", str(one), kind=RecordType.SCOPE_LINE, counted_on=DAY, anything=False)


def test_a_laboratory_and_its_organisation_are_one_organisation(plan):
    lab()
    make.evidence("II.2.b", "TTDL", kind=RecordType.ORGANISATION, counted_on=DAY)
    make.evidence("II.2.b", key_of(Accreditation), kind=RecordType.ACCREDITATION)
    assert value("II.2.b") == 1


def test_what_lapsed_falls_with_the_number_that_rests_on_it(plan):
    lab(until=YESTERDAY, lines=1)
    make.evidence("II.2.d", key_of(Accreditation), kind=RecordType.ACCREDITATION)
    make.evidence("B30.1", key_of(ScopeLine), kind=RecordType.SCOPE_LINE, counted_on=DAY)
    found = queries.fallen(plan, None, TODAY)
    assert {line.record.type: (line.fall.cause, line.fall.on) for line in found.lines} == {
        RecordType.ACCREDITATION: (Cause.EXPIRED, TODAY),
        RecordType.SCOPE_LINE: (Cause.EXPIRED, TODAY),
    }
    moved = {(one.row.code, one.with_it, one.without) for one in found.effects}
    assert moved == {("II.2.d", 1, 0), ("B30.5", 1, 0), ("B30.1", 1, 0)}


def test_an_inspection_counts_once_its_minutes_are_signed_and_falls_when_it_is_called_off(plan, people):
    visit = inspection.visit()
    key = str(visit.id)
    with pytest.raises(Invalid, match=r"record\.id"):
        make.evidence("II.3.b", key, kind=RecordType.INSPECTION, counted_on=DAY)
    db.session.get_one(Inspection, visit.id).state = State.SIGNED
    db.session.flush()
    make.evidence("II.3.b", key, kind=RecordType.INSPECTION, counted_on=DAY, by=people.planner.person())
    assert value("II.3.b") == 1
    db.session.get_one(Inspection, visit.id).state = State.CANCELLED
    db.session.add(InspectionStep(inspection_id=visit.id, state=State.CANCELLED, at=clock.now(), reason="Nhầm"))
    db.session.flush()
    (line,) = queries.fallen(plan, None, TODAY).lines
    assert (line.fall.cause, line.fall.on, line.fall.reason, line.holds) == (Cause.CANCELLED, TODAY, "Nhầm", False)


def test_an_inspection_is_not_for_everybodys_eyes(plan, people):
    visit = inspection.visit()
    for caller in (people.keeper, people.stranger):
        with pytest.raises(Invalid, match=r"record\.id"):
            make.evidence(
                "II.3.b",
                str(visit.id),
                kind=RecordType.INSPECTION,
                counted_on=DAY,
                state=EvidenceState.PROPOSED,
                by=caller.person(),
            )


def test_the_page_of_each_record_says_what_it_fulfils(people, arrange, planner):
    with arrange():
        make.plan()
        code = lab(lines=1)
        accreditation, line = key_of(Accreditation), key_of(ScopeLine)
        make.evidence("II.2.d", accreditation, kind=RecordType.ACCREDITATION)
        visit = inspection.visit()
        visit.state = State.SIGNED
        db.session.flush()
        make.evidence("II.3.b", str(visit.id), kind=RecordType.INSPECTION, counted_on=DAY)
    page = planner.pages.get(f"/labs/{code}?lang=en").text
    assert (f'value="accreditation/{accreditation}"' in page, "II.2.d" in page) == (True, True)
    said = {"record": f"scope_line/{line}", "indicator": "B30.1", "counted_on": "2026-01-01", "quantity": "1"}
    assert planner.pages.post(f"/plan/{make.CODE}", data=said).status_code == 302
    again = planner.pages.post(f"/plan/{make.CODE}", data=said | {"quantity": "2"})
    assert (again.status_code, f'name="record" value="scope_line/{line}"' in again.text) == (409, True)
    for indicator, address in (
        ("B30.1", f"/labs/{code}/scope"),
        ("II.2.d", f"/labs/{code}"),
        ("II.3.b", "/inspections/"),
    ):
        assert f'href="{address}' in planner.pages.get(f"/plan/{make.CODE}/{indicator}").text


def test_a_link_from_a_records_page_says_where_else_it_counts(people, arrange, planner):
    with arrange():
        make.plan()
        make.admit("II.3.a.2")
        tag = assets.asset(owner="STC", commissioned_on=DAY).tag
        make.evidence("II.2.a", tag)
    said = {
        "record_type": "asset",
        "record_id": tag,
        "indicator": "II.3.a.2",
        "counted_on": "2026-01-01",
        "quantity": "1",
    }
    refused = planner.pages.post(f"/plan/{make.CODE}", data=said)
    assert (refused.status_code, 'name="also_counted_in"' in refused.text) == (409, True)
    assert planner.pages.post(f"/plan/{make.CODE}", data=said | {"also_counted_in": "II.2.a"}).status_code == 302
    rows = planner.get(f"/api/v1/plans/{make.CODE}/evidence?indicator=II.3.a.2").json["items"]
    assert [row["also_counted_in"] for row in rows] == [["II.2.a"]]
