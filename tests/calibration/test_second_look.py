"""Certificates that a laboratory's own people copy here alone: marked, then confirmed or voided by a second person."""

import pytest
from sqlalchemy import select

from registry.calibration.models import Signature
from registry.calibration.waiting import counted
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets, labs
from tests.make.calibration import said, sign
from tests.people import ELSEWHERE, PASSWORD

CALIBRATIONS = "/api/v1/calibrations"
MARK = "Ghi lại từ bản giấy, chưa ai phê duyệt tại đây"
SIGN = {"password": PASSWORD}


@pytest.fixture
def copy(technician, arrange):
    """The key of a record that a technician issued alone in the name of their own laboratory."""
    with arrange():
        labs.lab()
        tag = assets.asset(name="Cân").tag
    made = technician.post(CALIBRATIONS, json=said(tag, TODAY, certificate_no="TTKT-9")).json
    assert (made["status"], made["is_unapproved_copy"], made["seen_by"], made["seen_at"]) == (
        "issued",
        True,
        None,
        None,
    )
    return made["id"]


def waiting(caller):
    return caller.pages.get("/approvals/copies").text


@pytest.fixture
def name(people, arrange):
    """What the manager is called."""
    with arrange():
        return people.keeper.person().name


def test_it_is_marked_and_waits_for_a_second_person_who_confirms_it(name, technician, keeper, copy):
    page = f"/calibrations/{copy}"
    assert MARK in technician.pages.get(page).text
    assert f"{page}/confirm" not in technician.pages.get(page).text
    assert (page in waiting(keeper), f"{page}/confirm" in keeper.pages.get(page).text) == (True, True)
    assert "/approvals/copies" in keeper.pages.get("/").text
    done = keeper.post(f"{CALIBRATIONS}/{copy}/confirm", json=SIGN | {"meaning": "authorisation"})
    assert (done.status_code, done.json["is_unapproved_copy"], done.json["is_intact"]) == (200, True, True)
    assert (done.json["seen_by"], bool(done.json["seen_at"])) == (name, True)
    (signature,) = done.json["signatures"]
    assert (signature["meaning"], signature["verifies"]) == ("authorisation", True)
    shown = technician.pages.get(page).text
    assert (MARK in shown, "đã đối chiếu với giấy chứng nhận" in shown, page in waiting(keeper)) == (True, True, False)
    again = keeper.post(f"{CALIBRATIONS}/{copy}/confirm", json=SIGN)
    assert (again.status_code, name in again.json["detail"]) == (409, True)


def test_who_recorded_it_may_not_confirm_it_nor_a_stranger_nor_anybody_with_another_password(people, copy, arrange):
    address = f"{CALIBRATIONS}/{copy}/confirm"
    answers = [
        people.technician.post(address, json=SIGN).status_code,
        people.stranger.post(address, json=SIGN).status_code,
        people.keeper.post(address, json={"password": "sai"}).status_code,
        people.keeper.post(address, json=SIGN | {"seen": "0" * 64}).status_code,
    ]
    assert answers == [403, 404, 422, 409]
    with arrange():
        assert db.session.scalars(select(Signature)).all() == []


def test_a_manager_who_copied_it_alone_waits_for_another(keeper, arrange):
    with arrange():
        labs.lab()
        tag = assets.asset().tag
    made = keeper.post(CALIBRATIONS, json=said(tag, TODAY, certificate_no="TTKT-8")).json
    assert made["is_unapproved_copy"]
    assert f"/calibrations/{made['id']}" not in waiting(keeper)
    assert keeper.post(f"{CALIBRATIONS}/{made['id']}/confirm", json=SIGN).status_code == 403


def test_it_is_voided_with_a_reason_instead(keeper, copy):
    assert keeper.post(f"{CALIBRATIONS}/{copy}/void", json=SIGN | {"reason": "không có giấy"}).status_code == 200
    assert f"/calibrations/{copy}" not in waiting(keeper)
    assert keeper.post(f"{CALIBRATIONS}/{copy}/confirm", json=SIGN).status_code == 409


def test_a_certificate_of_another_laboratory_and_an_approved_draft_wait_for_nobody(people, technician, keeper, arrange):
    with arrange():
        labs.lab()
        labs.lab("XA", organisation=ELSEWHERE)
        tag = assets.asset().tag
    foreign = technician.post(CALIBRATIONS, json=said(tag, TODAY, lab="XA", certificate_no="XA-1")).json
    draft = technician.post(CALIBRATIONS, json=said(tag, TODAY, certificate_no=None)).json["id"]
    signed = sign(keeper, f"{CALIBRATIONS}/{draft}/approve", json=SIGN | {"certificate_no": "1"}).json
    assert [one["is_unapproved_copy"] for one in (foreign, signed)] == [False, False]
    assert keeper.post(f"{CALIBRATIONS}/{foreign['id']}/confirm", json=SIGN).status_code in {403, 409}
    with arrange():
        assert counted(people.keeper.person()).copies == 0


def test_the_page_confirms_too(keeper, copy):
    page = keeper.pages.get(f"/calibrations/{copy}")
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    typed = {"password": PASSWORD, "meaning": "approval", "seen": seen}
    assert keeper.pages.post(f"/calibrations/{copy}/confirm", data=typed | {"password": ""}).status_code == 422
    assert keeper.pages.post(f"/calibrations/{copy}/confirm", data=typed).status_code == 302
    assert "Người xác nhận" in keeper.pages.get(f"/calibrations/{copy}").text


def test_the_form_says_what_a_number_of_ones_own_laboratory_means(technician, arrange):
    with arrange():
        labs.lab()
        labs.lab("XA", organisation=ELSEWHERE)
        tag = assets.asset().tag
    page = technician.pages.get(f"/assets/{tag}/calibrations/new").text
    assert f'data-own-labs="{labs.LAB}"' in page
