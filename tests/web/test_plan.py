"""The plan's pages: linking, deciding, and the history of both."""

import re
from datetime import date

import pytest

from registry.calibration import actions as calibrations
from registry.calibration.models import Calibration
from registry.kernel.db import db
from registry.plan import queries
from registry.plan.evidence import queries as evidence
from registry.plan.models import EvidenceState, RecordType
from tests.conftest import TODAY
from tests.make import assets, calibration, labs
from tests.make import plan as make


@pytest.fixture
def said(shown, arrange) -> dict[str, str]:
    """A link of an asset that nobody decided about."""
    with arrange():
        tag = assets.asset(commissioned_on=TODAY).tag
    return {"record_type": "asset", "record_id": tag, "counted_on": TODAY.isoformat(), "quantity": "1"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({}, "indicator"),
        ({"indicator": "II.9"}, "indicator"),
        ({"indicator": "II.2"}, "indicator"),
        ({"indicator": "II.2.a", "quantity": "9"}, "quantity"),
        ({"indicator": "II.2.a", "counted_on": "2018-01-01"}, "counted_on"),
    ],
)
def test_a_refused_link_is_drawn_again_as_it_was_typed(shown, said, planner, changed, field):
    said |= changed
    answer = planner.pages.post(f"/plan/{shown.plan}", data=said)
    assert answer.status_code == 422
    assert f'id="f-{field}-fault"' in answer.text
    assert f'href="#f-{field}"' in answer.text
    for name in ("record_id", "counted_on", "quantity"):
        assert f'value="{said[name]}"' in answer.text
    mended = said | {"indicator": "II.2.a", "quantity": "1", "counted_on": TODAY.isoformat()}
    done = planner.pages.post(f"/plan/{shown.plan}", data=mended)
    assert (done.status_code, done.headers["Location"]) == (302, f"/plan/{shown.plan}/II.2.a")


def test_a_refused_link_of_no_record_says_so_above_the_form(shown, said, planner):
    answer = planner.pages.post(f"/plan/{shown.plan}", data=said | {"indicator": "II.2.a", "record_id": "x"})
    assert answer.status_code == 422
    assert 'id="faults"' in answer.text
    assert 'href="#f-record-id"' not in answer.text


def test_a_link_that_stands_already_is_refused_after_the_right_to_decide(shown, said, people):
    link = said | {"indicator": shown.indicator, "record_id": shown.tag}
    for path in (f"/plan/{shown.plan}", f"/plan/{shown.plan}/{shown.indicator}"):
        found = {who: getattr(people, who).pages.post(path, data=link).status_code for who in ("keeper", "planner")}
        assert found == {"keeper": 403, "planner": 409}
        assert people.keeper.pages.post(path, data=link | {"version": "77"}).status_code == 403


def test_pages_tell_what_was_decided_booked_and_loaded(shown, planner):
    booked = {"indicator": "II.2.a", "kind": "allocated", "amount": 500, "on": "2026-03-01", "source": "local_budget"}
    assert planner.post(f"/api/v1/plans/{shown.plan}/money", json=booked).status_code == 201
    text = planner.pages.get(f"/plan/{shown.plan}/{shown.indicator}?lang=en").text
    for deed in ("Counted", "Money allocated"):
        assert f">{deed}<" in text
    assert ">Plan loaded<" in planner.pages.get(f"/plan/{shown.plan}?lang=en").text


def test_a_counted_record_that_fell_is_marked(shown, planner, arrange):
    with arrange():
        made = calibration.calibration(assets.asset(), TODAY, certificate_no="GCN-FELL")
        make.evidence("II.4.b", str(made.id), kind=RecordType.CALIBRATION)
        address = f"/plan/{shown.plan}/II.4.b?lang=en"
    assert "Adds nothing now" not in planner.pages.get(address).text
    with arrange():
        calibrations.void(db.session.get_one(Calibration, made.id), reason="Nhập nhầm", by=None)
    text = planner.pages.get(address).text
    assert "Adds nothing now" in text
    assert "GCN-FELL" in text
    said = {"record_type": "calibration", "record_id": str(made.id), "version": "1"}
    excluded = said | {"state": "excluded", "reason": "Bị hủy"}
    assert planner.pages.post(f"/plan/{shown.plan}/II.4.b", data=excluded).status_code == 302
    again = planner.pages.post(f"/plan/{shown.plan}/II.4.b", data=said | {"state": "counted", "version": "2"})
    assert again.status_code == 422
    assert 'href="#f-record-id"' not in again.text


def test_what_is_proposed_can_be_counted_with_its_own_button(shown, planner, arrange):
    """A laboratory older than the plan, and a record that somebody proposed by hand."""
    with arrange():
        make.evidence("II.3.a.1", assets.asset(commissioned_on=TODAY).tag, state=EvidenceState.PROPOSED)
        held = labs.accreditation(granted_on=date(2015, 1, 1), valid_until=date(2030, 1, 1))
        labs.lab("PTN-OLD", accreditations=[held])
    for code in ("II.3.a.1", "II.2.d"):
        page = planner.pages.get(f"/plan/{shown.plan}/{code}").text
        forms = re.findall(r"<form method=\"post\".*?</form>", page, re.DOTALL)
        offered = next(form for form in forms if 'value="counted"' in form)
        fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', offered))
        answer = planner.pages.post(f"/plan/{shown.plan}/{code}", data=fields)
        assert answer.status_code == 302
    with arrange():
        assert make.results(TODAY)["II.3.a.1", "P2"][0] == 1
        assert evidence.proposals(queries.by_code(shown.plan, None), None, TODAY, indicator="II.2.d").items == []


def test_clauses_are_said_in_the_language_of_the_page(shown, planner):
    page = planner.pages.get(f"/plan/{shown.plan}?lang=en").text
    assert "Annex II.2.a" in page
    assert "Phụ lục" not in page
    assert "gạch" not in page
    assert "Phụ lục II.2.a" in planner.pages.get(f"/plan/{shown.plan}?lang=vi").text
