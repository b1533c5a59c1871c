"""Where a laboratory issues its certificates here, none of its people's gets a number without a second person."""

from datetime import date, timedelta

import pytest

from registry.accounts.queries import person_by_email
from registry.calibration.issuing import actions
from registry.labs.queries import by_code
from tests.conftest import TODAY
from tests.make import assets, history, labs
from tests.make.calibration import said, sign
from tests.people import ELSEWHERE, PASSWORD

CALIBRATIONS = "/api/v1/calibrations"
ISSUING = f"/api/v1/labs/{labs.LAB}/issuing"
SINCE = TODAY - timedelta(days=10)
DECIDED = {"since_on": str(SINCE), "reason": "Sổ tay chất lượng 7.8", "password": PASSWORD}


@pytest.fixture
def tag(people, arrange):
    """The tag of a scale of the centre, whose laboratory issues its certificates here."""
    with arrange():
        made = history.scale().tag
        labs.lab()
        labs.lab("XA", organisation=ELSEWHERE)
        actions.decide(by_code(labs.LAB), since_on=SINCE, reason="Sổ tay", by=None)
    return made


def posted(caller, tag, day, **changes):
    body = {name: value for name, value in said(tag, day, **changes).items() if value is not None}
    return caller.post(CALIBRATIONS, json=body)


@pytest.mark.parametrize("name", ["technician", "keeper", "admin"])
def test_a_number_is_given_by_a_second_person_alone(people, tag, name):
    caller = getattr(people, name)
    refused = posted(caller, tag, TODAY)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["certificate_no"])
    draft = posted(caller, tag, TODAY, certificate_no=None).json
    assert (draft["status"], draft["vouched_by"]) == ("draft", None)
    second = people.admin if name == "keeper" else people.keeper
    key = draft["id"]
    words = {"certificate_no": "GCN-1", "password": PASSWORD}
    assert sign(caller, f"{CALIBRATIONS}/{key}/approve", json=words).status_code == 403
    issued = sign(second, f"{CALIBRATIONS}/{key}/approve", json=words).json
    assert (issued["status"], issued["vouched_by"], len(issued["signatures"])) == ("issued", None, 1)


def test_what_is_older_or_of_another_laboratory_is_a_copy_that_somebody_vouches_for(people, tag):
    older = posted(people.technician, tag, SINCE - timedelta(days=1)).json
    assert (older["status"], older["vouched_by"]) == ("issued", "Technician")
    other = posted(people.technician, tag, TODAY, lab="XA").json
    assert (other["status"], other["vouched_by"]) == ("issued", "Technician")


def test_an_amendment_is_no_way_round_it(people, tag, arrange):
    with arrange():
        actions.decide(by_code(labs.LAB), since_on=None, reason="Thử", by=None)
    first = posted(people.keeper, tag, TODAY).json["id"]
    with arrange():
        actions.decide(by_code(labs.LAB), since_on=SINCE, reason="Thử", by=None)
    amended = {"amends": first, "amendment_reason": "Nhầm", "password": PASSWORD, "certificate_no": "GCN-2"}
    refused = posted(people.keeper, tag, TODAY, **amended)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["certificate_no"])


def test_the_page_keeps_what_was_typed_and_says_what_to_do(people, tag):
    form = {"kind": "calibration", "performed_on": str(TODAY), "lab": labs.LAB, "outcome": "pass"}
    typed = form | {"certificate_no": "GCN-9", "note": "đã gõ", "standards": "", "idempotency_key": "k1"}
    answer = people.technician.pages.post(f"/assets/{tag}/calibrations/new?lang=en", data=typed)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "a second person gives it its number" in page, "đã gõ" in page) == (422, True, True)


def test_a_sheet_is_no_way_round_it_either(people, tag, session):
    rows = [
        history.row(tag, f"{day:%d/%m/%Y}", certificate_no=f"{place}")
        for place, day in enumerate((SINCE - timedelta(days=1), SINCE))
    ]
    found = history.checked(history.text(*rows), by=person_by_email(people.keeper.email))
    assert [one.outcome for one in history.judged(found)] == ["new", "error"]
    ((where, message),) = history.wrong(found).items()
    assert (where, "người thứ hai" in message) == ("certificate_no E3", True)


@pytest.mark.parametrize(
    ("name", "reads", "decides"),
    [
        ("keeper", 200, 200),
        ("admin", 200, 200),
        ("technician", 200, 403),
        ("inspector", 200, 403),
        ("stranger", 200, 403),
    ],
)
def test_who_signs_results_decides_with_a_reason_and_a_password(people, tag, name, reads, decides):
    caller = getattr(people, name)
    assert caller.get(ISSUING).status_code == reads
    changed = DECIDED | {"since_on": str(TODAY)}
    assert caller.post(ISSUING, json=changed).status_code == decides
    assert people.keeper.get(ISSUING).json["since_on"] == (str(TODAY) if decides == 200 else str(SINCE))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"since_on": str(date(2026, 6, 16))}, "since_on"),
        ({"password": "sai"}, "password"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_on_the_page_too(people, tag, changes, field):
    refused = people.keeper.post(ISSUING, json=DECIDED | changes)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    page = people.keeper.pages.post(f"/approvals/issuing/{labs.LAB}", data=DECIDED | changes)
    assert (page.status_code, f'id="f-{field}' in page.get_data(as_text=True)) == (422, True)


def test_the_page_shows_own_laboratories_and_takes_it_back(people, tag):
    page = people.keeper.pages.get("/approvals/issuing?lang=en").get_data(as_text=True)
    assert ("by two people since" in page, "XA" in page) == (True, False)
    back = DECIDED | {"since_on": ""}
    assert people.keeper.pages.post(f"/approvals/issuing/{labs.LAB}", data=back).status_code == 302
    assert people.keeper.get(ISSUING).json == {"since_on": None, "set_by": None, "set_at": None}
    assert posted(people.technician, tag, TODAY).status_code == 201


def test_a_record_says_who_vouches_for_it(people, arrange, tag):
    with arrange():
        other = assets.asset(name="Cân khác").tag
    key = posted(people.technician, other, SINCE - timedelta(days=5)).json["id"]
    page = people.keeper.pages.get(f"/calibrations/{key}?lang=en").get_data(as_text=True)
    assert "Technician recorded it and vouches" in page
