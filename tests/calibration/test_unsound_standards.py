"""Standards that were not valid on the day: never proposed, refused for a verification, asked about otherwise."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assets.models import Asset, Characteristic
from registry.assets.rules import Doubt, Status
from registry.calibration.models import CalibrationStandard
from registry.calibration.rules import CalibrationKind, Outcome
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets, labs
from tests.make import calibration as calibrations
from tests.make import chain as make
from tests.make.calibration import sign
from tests.people import ELSEWHERE, PASSWORD

DAY = timedelta(days=1)
WHY = "chuẩn đã được kiểm tra lại ngay sau đó"


def valid(name="Quả cân F1", **said):
    """A standard that was calibrated last month."""
    made = make.standard(name, schedules=[assets.schedule()], **said)
    make.used(made, TODAY - 30 * DAY)
    return made


def never(name="Quả cân chưa hiệu chuẩn"):
    return make.standard(name, schedules=[assets.schedule()])


def failed(name="Quả cân hỏng"):
    made = valid(name)
    make.failed(made, TODAY - 2 * DAY, certificate_no="X-1")
    return made


def overdue(name="Quả cân quá hạn"):
    made = make.standard(name, schedules=[assets.schedule()])
    make.used(made, TODAY - 400 * DAY)
    return made


def quarantined(name="Quả cân cách ly"):
    return valid(name, status=Status.QUARANTINED)


UNSOUND = [never, failed, overdue, quarantined]


@pytest.fixture
def item(people, arrange):
    """A thing to calibrate."""
    with arrange():
        labs.lab()
        return assets.asset(name="Cân").tag


@pytest.mark.parametrize("unsound", UNSOUND)
def test_a_verification_is_not_made_with_it_nor_drafted(technician, arrange, item, unsound):
    with arrange():
        good, bad = valid().tag, unsound().tag
    body = calibrations.said(item, TODAY, certificate_no="KD-1", kind="verification", standards=[good, bad])
    body |= {"contradiction_reason": WHY}
    refused = technician.post("/api/v1/calibrations", json=body)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"standards.1"})
    alone = technician.post("/api/v1/calibrations", json=body | {"standards": [good], "contradiction_reason": None})
    assert alone.status_code == 201


@pytest.mark.parametrize("unsound", UNSOUND)
def test_a_calibration_with_it_says_why_and_keeps_that(technician, arrange, item, unsound):
    with arrange():
        good, bad = valid().tag, unsound().tag
    body = calibrations.said(item, TODAY, certificate_no="HC-1", standards=[good, bad])
    refused = technician.post("/api/v1/calibrations", json=body)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"standards.1", "contradiction_reason"})
    made = technician.post("/api/v1/calibrations", json=body | {"contradiction_reason": WHY})
    assert (made.status_code, made.json["contradiction_reason"]) == (201, WHY)
    for address in (f"/calibrations/{made.json['id']}", f"/calibrations/{made.json['id']}/traceability"):
        assert WHY in technician.pages.get(address).text


@pytest.mark.parametrize("kind", ["calibration", "verification"])
def test_what_others_certificate_was_made_with_is_as_it_is_and_the_chain_says_so(technician, arrange, item, kind):
    with arrange():
        bad, code = never().tag, labs.lab("VMI", organisation=ELSEWHERE).code
    body = calibrations.said(item, TODAY, certificate_no="HC-9", kind=kind, standards=[bad], lab=code)
    made = technician.post("/api/v1/calibrations", json=body)
    assert made.status_code == 201, made.json
    assert technician.get(f"/api/v1/calibrations/{made.json['id']}/traceability").json["verdict"] == "broken"


def test_an_administrator_who_records_a_certificate_that_exists_is_asked_nothing(people, arrange, item):
    with arrange():
        bad = never().tag
    body = calibrations.said(item, TODAY, certificate_no="HC-9", standards=[bad])
    assert people.admin.post("/api/v1/calibrations", json=body).status_code == 201
    assert people.technician.post("/api/v1/calibrations", json=body | {"certificate_no": "HC-10"}).status_code == 422


def test_what_was_valid_on_an_earlier_day_is_not_asked_about(technician, arrange, item):
    with arrange():
        bad = failed().tag
    body = calibrations.said(item, TODAY - 5 * DAY, certificate_no="HC-1", standards=[bad])
    assert technician.post("/api/v1/calibrations", json=body).status_code == 201


def test_one_that_failed_after_a_draft_was_written_is_asked_about_when_it_is_approved(keeper, arrange, item):
    with arrange():
        weight = valid()
        thing = db.session.scalars(select(Asset).where(Asset.tag == item)).one()
        said = {"certificate_no": None, "kind": CalibrationKind.CALIBRATION}
        draft = make.used(thing, TODAY, weight, **said).id
        make.failed(weight, TODAY - DAY, certificate_no="X-2")
        assert db.session.scalars(select(CalibrationStandard.was_valid)).all() == [True]
    address, signed = f"/api/v1/calibrations/{draft}/approve", {"certificate_no": "HC-2", "password": PASSWORD}
    refused = sign(keeper, address, json=signed)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"standards.0", "contradiction_reason"})
    assert 'name="contradiction_reason"' in keeper.pages.get(f"/calibrations/{draft}").text
    issued = sign(keeper, address, json=signed | {"contradiction_reason": WHY})
    assert (issued.status_code, issued.json["standards_then"][0]["was_valid"]) == (200, False)


def boxes(page):
    """The tags of the standards that are offered, in their order, and of those that are ticked."""
    found = re.findall(r'<input type="checkbox" name="used_(\w+)"[^>]*?( checked)?>', page)
    return [tag for tag, _ticked in found], {tag for tag, ticked in found if ticked}


def test_the_form_ticks_of_the_last_time_what_holds_today_and_lists_the_rest_with_why(technician, arrange, item):
    with arrange():
        standards = [valid(), failed(), overdue(), quarantined(), valid("Quả cân bị nghi ngờ")]
        standards[-1].doubt = Doubt.IN_DOUBT
        thing = db.session.scalars(select(Asset).where(Asset.tag == item)).one()
        last = make.used(thing, TODAY - 20 * DAY, *standards, outcome=Outcome.PASS)
        tags, last = [one.tag for one in standards], last.id
    address = f"/assets/{item}/calibrations/new?kind=calibration"
    page = technician.pages.get(address).text
    offered, ticked = boxes(page)
    assert (set(offered), ticked) == (set(tags), {tags[0]})
    assert "không có hiệu lực" in page
    chosen = technician.pages.get(f"/assets/{item}/calibrations/new/standards?on={TODAY}&named={tags[1]}").text
    assert boxes(chosen)[1] == {tags[1]}


def test_what_measures_what_the_item_does_is_offered_first(technician, arrange):
    with arrange():
        labs.lab()
        mass = [Characteristic(position=0, quantity="Khối lượng", unit="g")]
        pressure = [Characteristic(position=0, quantity="Áp suất", unit="bar")]
        gauge, weight = valid("Áp kế", characteristics=pressure), valid("Quả cân", characteristics=mass)
        thing = assets.asset(name="Cân", characteristics=[Characteristic(position=0, quantity="Khối lượng", unit="kg")])
        make.used(thing, TODAY - 20 * DAY, gauge, weight)
        tag, order = thing.tag, [weight.tag, gauge.tag]
    assert boxes(technician.pages.get(f"/assets/{tag}/calibrations/new?kind=calibration").text)[0] == order
