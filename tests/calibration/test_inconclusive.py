"""A verification without a conclusion: it proves nothing, and a page does not take it."""

import pytest

from registry.assets.rules import Kind, Proof, ScheduleKind
from registry.calibration import settling
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets, calibration, history, labs

NONE = {"kind": "verification", "outcome": "none"}
FORM = {"kind": "verification", "performed_on": str(TODAY), "lab": labs.LAB, "certificate_no": "KĐ-1"}


@pytest.fixture
def meter(arrange, people):
    """The tag of an instrument that is to be verified every year."""
    with arrange():
        labs.lab()
        return assets.asset(kind=Kind.INSTRUMENT, schedules=[assets.schedule(kind=ScheduleKind.VERIFICATION)]).tag


def validity(client, tag):
    return client.get(f"/api/v1/scan/{tag}").get_json()["validity"]


def test_it_is_no_proof(keeper, client, meter):
    made = keeper.post("/api/v1/calibrations", json=calibration.said(meter, TODAY, **NONE))
    assert (made.status_code, made.get_json()["due_on"], made.get_json()["moved"]) == (201, None, True)
    assert validity(client, meter) == "never"
    assert "says neither pass nor fail" in keeper.pages.get(f"/assets/{meter}/schedules/verification?lang=en").text


def test_it_is_none_either_when_it_comes_after_a_good_one_or_with_a_day_printed_on_it(keeper, client, meter):
    keeper.post("/api/v1/calibrations", json=calibration.said(meter, "2026-01-05", kind="verification"))
    assert validity(client, meter) == "valid"
    said = calibration.said(meter, TODAY, **NONE, valid_until="2027-01-05")
    assert keeper.post("/api/v1/calibrations", json=said).status_code == 201
    assert validity(client, meter) == "never"


def test_it_gets_no_stamp(keeper, meter):
    refused = keeper.post("/api/v1/calibrations", json=calibration.said(meter, TODAY, **NONE, stamp_no="T-1"))
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["stamp_no"])


def test_the_sweep_does_not_come_back_to_it_every_night(keeper, meter, app):
    keeper.post("/api/v1/calibrations", json=calibration.said(meter, TODAY, **NONE))
    with app.app_context():
        assert settling.adopt_records() == 0


def test_a_sheet_says_the_same(people, session):
    meter = history.scale(schedules=[assets.schedule(kind=ScheduleKind.VERIFICATION)])
    labs.lab()
    row = history.row(meter.tag, "15/03/2026", kind="Kiểm định", outcome="")
    history.imported(history.text(row))
    db.session.refresh(meter)
    assert (meter.proof, meter.due_on) == (Proof.MISSING, None)


def test_a_page_does_not_take_it_but_a_calibration_without_a_statement(keeper, meter):
    address = f"/assets/{meter}/calibrations/new?lang=en"
    page = keeper.pages.post(address, data=FORM | {"outcome": "none"})
    assert page.status_code == 422
    assert "without that it proves nothing" in page.text
    kept = keeper.pages.post(address, data=FORM | {"kind": "calibration", "outcome": "none"})
    assert kept.status_code == 302
