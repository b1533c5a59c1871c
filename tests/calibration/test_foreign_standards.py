"""A standard of another organisation: whoever names its tag in a record learns what its label tells, and no more."""

from datetime import timedelta

import pytest

from tests.conftest import TODAY
from tests.make import assets, labs
from tests.make import chain as make
from tests.make.calibration import said
from tests.people import ELSEWHERE

CALIBRATIONS = "/api/v1/calibrations"
DAY = timedelta(days=1)
SECRETS = ("GCN-XA-77", "Phòng chuẩn nơi khác")


@pytest.fixture
def foreign(people, arrange):
    """The tag of a standard of another organisation, calibrated there last year."""
    with arrange():
        labs.lab("XA", organisation=ELSEWHERE, name=SECRETS[1])
        item = assets.asset(owner=ELSEWHERE, schedules=[assets.schedule()])
        make.used(item, TODAY - 300 * DAY, lab="XA", certificate_no=SECRETS[0])
    return item.tag


@pytest.fixture
def draft(technician, arrange, foreign):
    """The key of a draft that names it, of a day on which it was valid."""
    with arrange():
        made = assets.asset()
        labs.lab()
    body = said(made.tag, TODAY - 100 * DAY, certificate_no=None, standards=[foreign])
    return technician.post(CALIBRATIONS, json=body).json["id"]


def test_only_its_label_is_told_to_who_names_it(technician, foreign, draft):
    (told,) = technician.get(f"{CALIBRATIONS}/{draft}").json["standards_then"]
    assert told == {"asset": foreign, "due_on_then": None, "was_valid": None, "relied_on": None}
    page = technician.pages.get(f"/calibrations/{draft}").text
    assert f"/s/{foreign}" in page
    assert f"/assets/{foreign}" not in page
    chain = technician.pages.get(f"/calibrations/{draft}/traceability").text
    assert not [secret for secret in SECRETS if secret in page + chain]


def test_its_chain_ends_where_its_records_begin(technician, foreign, draft):
    chain = technician.get(f"{CALIBRATIONS}/{draft}/traceability").json
    assert [node["asset"] for node in chain["nodes"] if node["kind"] == "standard"] == [foreign]
    codes = {check["code"]: check["verdict"] for node in chain["nodes"] for check in node["checks"]}
    assert codes["foreign"] == "unknown"
    assert {edge["was_valid"] for edge in chain["edges"]} == {None}
    assert {node["was_valid"] for node in chain["nodes"]} == {None}
    assert not [secret for secret in SECRETS if secret in str(chain)]


def test_that_it_was_not_valid_on_a_day_is_not_told_either(technician, keeper, foreign, draft):
    before = technician.get(f"{CALIBRATIONS}/{draft}").json
    body = said(before["asset"], TODAY - 400 * DAY, certificate_no=None, standards=[foreign])
    made = technician.post(CALIBRATIONS, json=body).json["id"]
    pages = [keeper.pages.get(f"/calibrations/{key}?lang=en").text for key in (draft, made)]
    assert not [page for page in pages if "was not valid" in page or "Not valid" in page or "Valid on" in page]


def test_who_may_read_its_records_is_told_all(admin, draft):
    (told,) = admin.get(f"{CALIBRATIONS}/{draft}").json["standards_then"]
    assert told["was_valid"]
    assert told["relied_on"] is not None
    chain = admin.get(f"{CALIBRATIONS}/{draft}/traceability").json
    assert SECRETS[0] in str(chain)
