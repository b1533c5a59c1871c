"""Signing through the doors: passwords that are wrong or guessed, drafts that are changed, and who may do what."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from registry.accounts.rules import MAX_FAILURES
from registry.assets.rules import Proof
from registry.calibration import queries, signing
from registry.calibration.content import content, digest
from registry.calibration.models import Calibration, Signature
from registry.kernel import audit
from registry.kernel import clock as kernel_clock
from registry.kernel.canonical import digest_of
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make.calibration import point, said, sign
from tests.people import PASSWORD

CALIBRATIONS = "/api/v1/calibrations"


@pytest.fixture
def tag(people, arrange):
    """The tag of a standard of the centre, calibrated every twelve months."""
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)
        make_labs.lab()
    return made.tag


@pytest.fixture
def draft(technician, tag):
    """A draft of the technician, as the API tells it."""
    return technician.post(CALIBRATIONS, json=said(tag, TODAY, certificate_no=None, points=[point()])).json


def address(draft, act=""):
    return f"{CALIBRATIONS}/{draft['id']}{act}"


def test_a_wrong_password_is_named_beside_its_field_and_a_good_one_signs(keeper, draft):
    headers = {"Idempotency-Key": "sign-1"}
    signed = {"certificate_no": "1", "password": "không phải", "meaning": "authorisation"}
    refused = sign(keeper, address(draft, "/approve"), json=signed, headers=headers)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"password"})
    answers = [
        sign(keeper, address(draft, "/approve"), json=signed | {"password": PASSWORD}, headers=headers)
        for _tap in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    (signature,) = answers[1].json["signatures"]
    assert (signature["signer"], signature["meaning"], signature["holds"]) == ("Keeper", "authorisation", True)
    assert signature["content_hash"] == answers[1].json["content_hash"]
    assert "password" not in answers[1].text


@pytest.mark.parametrize("password", [None, "", 7, "x" * 129])
def test_nothing_is_signed_without_a_password(keeper, draft, password):
    answer = sign(keeper, address(draft, "/approve"), json={"certificate_no": "1", "password": password})
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"password"})
    assert keeper.get(address(draft)).json["status"] == "submitted"


def test_passwords_cannot_be_guessed_here_either(keeper, draft):
    signed = {"certificate_no": "1", "password": "đoán thử xem"}
    statuses = [
        sign(keeper, address(draft, "/approve"), json=signed).status_code for _try in range(MAX_FAILURES["pair"])
    ]
    assert set(statuses) == {422}
    answer = sign(keeper, address(draft, "/approve"), json=signed | {"password": PASSWORD})
    assert answer.status_code == 429
    assert keeper.get(address(draft)).json["status"] == "submitted"


def test_a_good_password_is_no_failure_however_often(keeper, draft):
    signed = {"certificate_no": "1" * 101, "password": PASSWORD}
    tries = MAX_FAILURES["pair"] + 1
    assert {sign(keeper, address(draft, "/approve"), json=signed).status_code for _try in range(tries)} == {422}
    assert sign(keeper, address(draft, "/approve"), json=signed | {"certificate_no": "1"}).status_code == 200


def test_a_draft_is_said_anew_by_who_saw_its_newest_version(technician, draft):
    anew = {"kind": "calibration", "performed_on": str(TODAY), "outcome": "fail", "lab": make_labs.LAB, "place": "Kho"}
    assert technician.put(address(draft), json=anew).status_code == 428
    shown = technician.get(address(draft))
    changed = technician.put(address(draft), json=anew, headers={"If-Match": shown.headers["ETag"]})
    assert (changed.status_code, changed.json["points"], changed.json["place"]) == (200, [], "Kho")
    stale = technician.put(address(draft), json=anew, headers={"If-Match": shown.headers["ETag"]})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("technician", [200, 403, 403]),
        ("keeper", [200, 200, 200]),
        ("inspector", [403, 403, 403]),
        ("stranger", [404, 404, 404]),
    ],
)
def test_each_person_may_submit_return_and_approve(people, draft, name, statuses):
    caller = getattr(people, name)
    answers = [caller.post(address(draft, "/submit"), json={})]
    if name != "keeper":
        people.technician.post(address(draft, "/submit"), json={})
    answers.append(caller.post(address(draft, "/return"), json={"reason": "Thiếu"}) if name != "technician" else None)
    if answers[1] is None:
        people.keeper.post(address(draft, "/return"), json={"reason": "Thiếu"})
        people.keeper.post(address(draft, "/submit"), json={})
        answers[1] = caller.post(address(draft, "/return"), json={"reason": "Thiếu"})
    approver = people.admin if name == "keeper" else caller
    answers.append(sign(approver, address(draft, "/approve"), json={"certificate_no": "1", "password": PASSWORD}))
    assert [answer.status_code for answer in answers] == statuses


def test_a_page_shows_declared_beside_recomputed_and_warns_where_they_disagree(technician, keeper, tag):
    measured = point(reference="100.0", indication="100.3", lower_limit="-0.2", upper_limit="0.2")
    made = technician.post(CALIBRATIONS, json=said(tag, TODAY, points=[measured])).json
    assert (made["outcome"], made["recomputed"], made["disagrees"]) == ("pass", "fail", True)
    assert (made["points"][0]["error"], made["points"][0]["correction"]) == ("0.3", "-0.3")
    page = keeper.pages.get(f"/calibrations/{made['id']}?lang=en").text
    assert "In doubt: It is declared good, but its measured points say that it fails." in page
    assert "Declared: Pass. Recomputed from the points: Fail." in page


def test_a_record_that_was_tampered_with_says_so(keeper, draft, arrange):
    sign(keeper, address(draft, "/approve"), json={"certificate_no": "1", "password": PASSWORD})
    with arrange():
        db.session.execute(update(Calibration).values(outcome="fail"))
    shown = keeper.get(address(draft)).json
    assert (shown["is_intact"], shown["signatures"][0]["holds"]) == (False, False)
    page = keeper.pages.get(f"/calibrations/{draft['id']}?lang=en").text
    assert "Changed after it was signed" in page


@pytest.fixture
def signed(keeper, draft):
    """The draft, signed by the keeper."""
    return sign(keeper, address(draft, "/approve"), json={"certificate_no": "1", "password": PASSWORD}).json


def read(caller, record):
    """Whether its content stands and its signature verifies, by the API and by the page."""
    shown = caller.get(address(record)).json
    page = caller.pages.get(f"/calibrations/{record['id']}?lang=en").text
    (signature,) = shown["signatures"]
    assert ("Signature verifies" in page, "Signature does not verify" in page) == (
        signature["verifies"],
        not signature["verifies"],
    )
    return shown["is_intact"], signature["holds"], signature["verifies"]


@pytest.mark.parametrize(
    "forged",
    [
        {"actor": "Technician"},
        {"person_id": None},
        {"meaning": "authorisation"},
        {"at": kernel_clock.now() - timedelta(days=1)},
        {"digest": "0" * 64},
        {"digest": None},
        {"form": 1},
        {"form": 1, "digest": None},
        {"form": 2},
    ],
)
def test_who_signed_when_and_what_for_is_part_of_what_verifies(keeper, signed, arrange, forged):
    assert read(keeper, signed) == (True, True, True)
    with arrange():
        db.session.execute(update(Signature).values(forged))
    assert read(keeper, signed) == (True, True, False)


def test_a_signature_moved_to_another_record_that_says_the_same_does_not_verify(
    keeper, technician, signed, tag, arrange
):
    twin = technician.post(CALIBRATIONS, json=said(tag, TODAY, certificate_no=None, points=[point()])).json
    with arrange():
        db.session.execute(update(Signature).values(calibration_id=twin["id"]))
    assert not keeper.get(address(twin)).json["signatures"][0]["verifies"]


def test_a_signature_of_the_first_form_verifies_as_far_as_it_goes(keeper, signed, arrange):
    with arrange():
        old = digest(queries.by_id(keeper.person(), signed["id"]), 1)
        db.session.execute(update(Signature).values(form=1, digest=None, content_hash=old))
        db.session.execute(update(Calibration).values(content_hash=old))
    assert read(keeper, signed) == (True, True, True)
    assert "An older signature" in keeper.pages.get(f"/calibrations/{signed['id']}?lang=en").text
    with arrange():
        db.session.execute(update(Calibration).values(performed_by="Keeper"))  # of which the first form said nothing
    assert read(keeper, signed) == (False, False, False)


def test_a_signature_of_the_second_form_verifies_and_knows_no_reason_to_issue(keeper, signed, arrange):
    with arrange():
        old = digest(queries.by_id(keeper.person(), signed["id"]), 2)
        signature = db.session.scalars(select(Signature)).one()
        signature.form, signature.content_hash = 2, old
        signature.digest = digest_of(signing._said(signature))  # noqa: SLF001 — signed as it was then
        db.session.execute(update(Calibration).values(content_hash=old))
    assert read(keeper, signed) == (True, True, True)
    with arrange():
        db.session.execute(update(Calibration).values(contradiction_reason="…"))
    assert read(keeper, signed) == (False, False, False)


def test_who_signs_without_a_standard_is_warned_and_signs_the_warning(keeper, draft, arrange):
    page = f"/calibrations/{draft['id']}?lang=en"
    assert "No standard is named." in keeper.pages.get(page).text
    answer = sign(keeper, address(draft, "/approve"), json={"certificate_no": "1", "password": PASSWORD})
    assert (answer.status_code, answer.json["lacks_standards"]) == (200, True)
    with arrange():
        record = queries.by_id(keeper.person(), draft["id"])
        assert (content(record)["lacks_standards"], "lacks_standards" in content(record, 3)) == (True, False)
        (entry, *_earlier) = (one for one in audit.history("calibration", draft["id"]) if "signature" in one.changes)
        assert entry.changes["lacks_standards"] == [None, True]
    shown = keeper.pages.get(page).text
    assert ("It was signed without a standard" in shown, "Issued without a standard" in shown) == (True, True)


def test_a_certificate_of_elsewhere_names_its_standards_itself(keeper, technician, tag):
    record = technician.post(CALIBRATIONS, json=said(tag, TODAY)).json
    assert record["lacks_standards"] is False
    assert "without a standard" not in keeper.pages.get(f"/calibrations/{record['id']}?lang=en").text


def test_the_digest_of_a_signature_stands_in_the_log(keeper, signed, arrange):
    with arrange():
        (entry, *_earlier) = (one for one in audit.history("calibration", signed["id"]) if "signature" in one.changes)
        assert entry.changes["signature"] == [None, signed["signatures"][0]["digest"]]


def test_what_was_issued_is_voided_with_the_password_typed_again_and_a_draft_without(keeper, technician, signed, tag):
    why = {"reason": "Nhầm"}
    for wrong in ({}, {"password": ""}, {"password": "đoán"}):
        refused = keeper.post(address(signed, "/void"), json=why | wrong)
        assert (refused.status_code, set(refused.json["errors"])) == (422, {"password"})
    page = keeper.pages.post(f"/calibrations/{signed['id']}/void", data=why)
    assert (page.status_code, 'name="password"' in page.text) == (422, True)
    assert keeper.get(address(signed)).json["status"] == "issued"
    assert keeper.post(address(signed, "/void"), json=why | {"password": PASSWORD}).json["status"] == "void"
    second = technician.post(CALIBRATIONS, json=said(tag, TODAY, certificate_no=None)).json
    assert keeper.post(address(second, "/void"), json=why).json["status"] == "void"


def test_passwords_cannot_be_guessed_while_voiding(keeper, signed):
    guesses = [
        keeper.post(address(signed, "/void"), json={"reason": "Nhầm", "password": "đoán"}).status_code
        for _try in range(MAX_FAILURES["pair"] + 1)
    ]
    assert guesses == [422] * MAX_FAILURES["pair"] + [429]


@pytest.mark.parametrize("named", ["Keeper", "technician; KEEPER", "Kỹ thuật viên <keeper@example.vn>"])
def test_who_did_the_work_does_not_approve_it(people, technician, tag, named):
    record = technician.post(CALIBRATIONS, json=said(tag, TODAY, certificate_no=None, performed_by=named)).json
    assert record["performed_by"] == named
    words = {"certificate_no": "1", "password": PASSWORD}
    assert sign(people.keeper, address(record, "/approve"), json=words).status_code == 403
    assert "/approve" not in people.keeper.pages.get(f"/calibrations/{record['id']}").text
    assert sign(people.admin, address(record, "/approve"), json=words).status_code == 200


def test_a_new_form_starts_with_the_setpoints_of_the_last_time(technician, tag):
    points = [point(nominal=nominal, indication=nominal) for nominal in "12"]
    technician.post(CALIBRATIONS, json=said(tag, TODAY, points=points))
    page = technician.pages.get(f"/assets/{tag}/calibrations/new").text
    drawn = re.findall(r'name="points-\d-(nominal|proposed)" value="([^"]+)"', page)
    assert drawn == [("proposed", "yes"), ("nominal", "1"), ("proposed", "yes"), ("nominal", "2")]
    assert not re.search(r'name="points-\d-indication" value="[^"]', page)
    form = {"kind": "calibration", "performed_on": str(TODAY), "outcome": "pass", "lab": make_labs.LAB}
    setpoint = {"proposed": "yes", "quantity": "khối lượng", "unit": "g", "nominal": "1"}
    form |= {f"points-{row}-{name}": value for row in "01" for name, value in setpoint.items()}
    answer = technician.pages.post(f"/assets/{tag}/calibrations/new", data=form | {"points-1-indication": "1,02"})
    made = technician.get(f"/api/v1/calibrations/{answer.location.rsplit('/', 1)[1]}").json
    assert [one["indication"] for one in made["points"]] == ["1.02"]
