"""What is said beside a verdict: of the accreditation body on the day, and of a laboratory that had ceased."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.accounts import actions as accounts
from registry.accounts.queries import organisation_field
from registry.accounts.rules import SuccessionKind
from registry.assets.models import Characteristic
from registry.labs.bodies import actions as bodies
from tests.make import assets as make
from tests.make import chain
from tests.make import labs as make_labs
from tests.make.calibration import calibration
from tests.people import CENTRE, ELSEWHERE

DAY = timedelta(days=1)
WORK = date(2025, 6, 15)


def result(lab="LAB"):
    item = make.asset(name="Cân")
    record = calibration(item, WORK, lab=lab, points=[chain.point("100", u="0.1")])
    return record.id, item.tag


def foreign(until):
    bodies.enter(
        code="NABX", name="NABX", country="LA", mra_since=date(2020, 1, 1), mra_until=until, source="ILAC", by=None
    )
    return "NABX"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lambda: "BoA", None),
        (lambda: "FAKE", "body_unknown"),
        (lambda: foreign(WORK), None),
        (lambda: foreign(WORK - DAY), "body_outside"),
    ],
)
def test_a_body_outside_the_arrangement_on_the_day_is_remarked_upon_in_verdict_and_chain(people, arrange, body, code):
    with arrange():
        named = body()
        chain.accredited("LAB", body=named)
        key, tag = result()
    now = people.keeper.get(f"/api/v1/calibrations/{key}/competence?lang=en").json["now"]
    assert (now["competence"], now["is_remarked"]) == ("in_scope", code is not None)
    assert any(named in reason for reason in now["reasons"]) is (code is not None)
    told = people.keeper.get(f"/api/v1/assets/{tag}/traceability").json
    found = {check["code"]: check["verdict"] for node in told["nodes"] for check in node["checks"]}
    assert (told["verdict"], found.get(code)) == (("remark", "remark") if code else ("good", None))
    assert (named in people.keeper.pages.get(f"/calibrations/{key}").text) is (code is not None)


@pytest.mark.usefixtures("people")
def test_one_body_in_the_arrangement_is_enough(people, arrange):
    with arrange():
        held = [
            make_labs.accreditation(body="FAKE", number="F 1", granted_on=date(2020, 1, 1)),
            make_labs.accreditation(body="AOSC", number="VLAC 1", granted_on=date(2020, 1, 1)),
        ]
        make_labs.lab("LAB", accreditations=held, scope=[chain.line()])
        key, _tag = result()
    assert people.keeper.get(f"/api/v1/calibrations/{key}/competence").json["now"]["is_remarked"] is False


def test_a_laboratory_of_an_unknown_body_is_offered_after_all_others(people, arrange):
    with arrange():
        chain.accredited("A", body="FAKE")
        make_labs.lab("B", organisation=ELSEWHERE, accreditations=[make_labs.accreditation()], scope=[chain.line()])
        held = Characteristic(position=0, quantity="Mass", unit="kg", range_low=Decimal(0), range_high=Decimal(10))
        tag = make.asset(name="Cân", characteristics=[held]).tag
    found = people.keeper.get(f"/api/v1/assets/{tag}/capable-labs").json["capable"]
    assert [(one["lab"], one["is_remarked"]) for one in found] == [("B", False), ("A", True)]
    assert any("FAKE" in reason for reason in found[1]["reasons"])


@pytest.mark.parametrize(("last_day", "is_remarked"), [(WORK, False), (WORK - DAY, True)])
def test_that_the_organisation_of_a_laboratory_had_ceased_is_said_with_its_successor(
    people, arrange, last_day, is_remarked
):
    with arrange():
        make_labs.lab("OLD", organisation=ELSEWHERE, accreditations=[make_labs.accreditation()], scope=[chain.line()])
        accounts.succeed(code=ELSEWHERE, successor=CENTRE, on=last_day + DAY, kind=SuccessionKind.MERGE, by=None)
        key, tag = result("OLD")
        heir = organisation_field(CENTRE, "organisation").name_vi
    now = people.admin.get(f"/api/v1/calibrations/{key}/competence").json["now"]
    assert (now["is_remarked"], any(heir in reason for reason in now["reasons"])) == (is_remarked, is_remarked)
    told = people.admin.get(f"/api/v1/assets/{tag}/traceability").json
    codes = {check["code"] for node in told["nodes"] for check in node["checks"]}
    assert ("lab_ceased" in codes) is is_remarked
