"""In whose name a record stands: nobody signs for another's laboratory, overturns its result, or approves their own."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.accounts import actions as accounts
from registry.accounts.rules import Role
from registry.calibration.models import Calibration
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets, calibration, labs
from tests.make.calibration import handed_in, sign
from tests.people import ELSEWHERE, PASSWORD, PEOPLE, Caller, password_hash

CALIBRATIONS = "/api/v1/calibrations"
FAILED = {"outcome": "fail", "points": [calibration.point(indication="100.5", reference="100", upper_limit="0.1")]}
SIGN = {"password": PASSWORD}


@pytest.fixture
def world(arrange, people):
    """A gauge of the enterprise elsewhere, one of the centre, and the centre's laboratory."""
    with arrange():
        labs.lab()
        schedules = [assets.schedule()]
        theirs = assets.asset(owner=ELSEWHERE, name="Áp kế", schedules=schedules).tag
        ours = assets.asset(name="Cân", schedules=[assets.schedule()]).tag
    return theirs, ours


@pytest.fixture
def boss(app, arrange, people, monkeypatch):
    """The manager of the enterprise elsewhere."""
    with arrange():
        person, _secret = accounts.add_person(
            email="boss@example.vn", name="Boss", role=Role.MANAGER, organisation=ELSEWHERE, by=None
        )
        person.password_hash = password_hash()
        _row, token = accounts.add_token(person, name="tests", by=None)
    monkeypatch.setitem(PEOPLE, "boss", (Role.MANAGER, ELSEWHERE))
    return Caller(app, "boss", token)


def recorded(who, tag, **changes):
    said = calibration.said(tag, changes.pop("performed_on", TODAY), **changes)
    return who.post(CALIBRATIONS, json={name: value for name, value in said.items() if value is not None})


def drafted(who, tag, **changes):
    answer = recorded(who, tag, certificate_no=None, **changes)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]


def signed(people, tag, **changes):
    """A record that the technician drafted and the keeper signed."""
    key = drafted(people.technician, tag, **changes)
    done = sign(people.keeper, f"{CALIBRATIONS}/{key}/approve", json=SIGN | {"certificate_no": "S-1"})
    assert done.status_code == 200, done.text
    return key


def validity(client, tag):
    return client.get(f"/api/v1/scan/{tag}").get_json()["validity"]


def amending(key, **changes):
    return {"amends": key, "amendment_reason": "Nhầm", "certificate_no": "S-1"} | changes


class TestAmending:
    @pytest.mark.parametrize("who", ["technician", "keeper", "admin"])
    @pytest.mark.parametrize("password", [{}, SIGN])
    def test_what_was_signed_is_amended_by_nobody_alone(self, people, world, client, who, password):
        key = signed(people, world[1], **FAILED)
        refused = recorded(getattr(people, who), world[1], **amending(key), **password)
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["certificate_no"])
        found = people.keeper.get(f"{CALIBRATIONS}/{key}").get_json()
        assert (found["status"], found["amended_by"], validity(client, world[1])) == ("issued", None, "failed")

    def test_its_amendment_is_a_draft_and_it_stands_until_a_second_person_signs_that(self, people, world, client):
        key = signed(people, world[1], **FAILED)
        draft = drafted(people.technician, world[1], amends=key, amendment_reason="Nhầm")
        words = SIGN | {"certificate_no": "S-1"}
        assert sign(people.technician, f"{CALIBRATIONS}/{draft}/approve", json=words).status_code == 403
        assert validity(client, world[1]) == "failed"
        done = sign(people.keeper, f"{CALIBRATIONS}/{draft}/approve", json=words)
        assert (done.status_code, len(done.get_json()["signatures"])) == (200, 1)
        assert people.keeper.get(f"{CALIBRATIONS}/{key}").get_json()["status"] == "amended"
        assert validity(client, world[1]) == "valid"

    def test_an_amendment_of_what_nobody_signed_takes_who_may_approve_and_their_password(self, people, world):
        key = recorded(people.technician, world[1]).get_json()["id"]
        said = amending(key, certificate_no=f"GCN-{TODAY}")
        cases = [
            (people.technician, {}, "certificate_no"),
            (people.technician, SIGN, "certificate_no"),
            (people.keeper, {}, "password"),
            (people.keeper, {"password": "không phải mật khẩu"}, "password"),
        ]
        for who, password, field in cases:
            refused = recorded(who, world[1], **said, **password)
            assert (refused.status_code, list(refused.get_json()["errors"])) == (422, [field])
        done = recorded(people.keeper, world[1], **said, **SIGN)
        assert (done.status_code, done.get_json()["status"]) == (201, "issued")
        assert PASSWORD not in done.text

    def test_an_amendment_of_what_amended_a_signed_record_is_signed_too(self, people, world):
        first = signed(people, world[1])
        draft = drafted(people.technician, world[1], amends=first, amendment_reason="Nhầm")
        sign(people.keeper, f"{CALIBRATIONS}/{draft}/approve", json=SIGN | {"certificate_no": "S-1"})
        assert recorded(people.keeper, world[1], **amending(draft), **SIGN).status_code == 422

    def test_wrong_passwords_are_counted_here_too(self, people, world):
        key = recorded(people.technician, world[1]).get_json()["id"]
        said = amending(key, password="mật khẩu đoán mò")
        codes = [recorded(people.keeper, world[1], **said).status_code for _attempt in range(6)]
        assert codes == [422] * 5 + [429]

    def test_the_page_offers_what_may_be_done(self, people, world):
        by_hand = recorded(people.technician, world[1]).get_json()["id"]
        key = signed(people, world[1], performed_on=str(TODAY - timedelta(days=9)))
        pages = {
            (who, record): getattr(people, who).pages.get(f"/calibrations/{record}/amend?lang=en").text
            for who in ("technician", "keeper")
            for record in (by_hand, key)
        }
        offered = {place: ('name="certificate_no"' in page, 'type="password"' in page) for place, page in pages.items()}
        assert offered == {
            ("technician", by_hand): (False, False),
            ("keeper", by_hand): (True, True),
            ("technician", key): (False, False),
            ("keeper", key): (False, False),
        }

    def test_the_page_issues_nothing_that_takes_a_signed_ones_place(self, people, world):
        key = signed(people, world[1])
        form = {
            "kind": "calibration",
            "performed_on": str(TODAY),
            "lab": labs.LAB,
            "outcome": "pass",
            "amendment_reason": "Nhầm",
            "certificate_no": "S-1",
        }
        page = people.technician.pages.post(f"/calibrations/{key}/amend?lang=en", data=form)
        assert page.status_code == 422
        assert "A second person approves what takes the place of record" in page.text
        kept = people.technician.pages.post(f"/calibrations/{key}/amend", data=form | {"certificate_no": ""})
        assert kept.status_code == 302
        with people.keeper.app.app_context():
            statuses = db.session.scalars(select(Calibration.status).order_by(Calibration.id)).all()
        assert [str(status) for status in statuses] == ["issued", "draft"]


class TestWhoseResultItIs:
    @pytest.fixture(params=["signed", "recorded"])
    def failed(self, request, people, world):
        """A failure that the laboratory gave the enterprise."""
        if request.param == "signed":
            return signed(people, world[0], **FAILED)
        return recorded(people.technician, world[0], **FAILED).get_json()["id"]

    def test_the_owner_does_not_overturn_what_the_laboratory_found(self, world, stranger, boss, failed):
        void = {"reason": "Không đồng ý", **SIGN}
        for who in (stranger, boss):
            assert who.post(f"{CALIBRATIONS}/{failed}/void", json=void).status_code == 403
            assert recorded(who, world[0], **amending(failed), **SIGN).status_code == 403
            without = recorded(who, world[0], **amending(failed, certificate_no=None), **SIGN)
            assert without.status_code == 403
        refused = boss.post(f"{CALIBRATIONS}/{failed}/void", json=void, headers={"Accept-Language": "en"})
        assert "The people of Phòng hiệu chuẩn recorded or signed this result" in refused.get_json()["detail"]
        assert validity(boss.app.test_client(), world[0]) == "failed"

    def test_nor_does_its_page_offer_that(self, stranger, failed):
        page = stranger.pages.get(f"/calibrations/{failed}?lang=en").text
        assert "/amend" not in page
        assert "Void this record" not in page
        assert stranger.pages.get(f"/calibrations/{failed}/amend").status_code == 403

    @pytest.mark.parametrize("who", ["keeper", "admin"])
    def test_the_laboratory_and_an_administrator_withdraw_it(self, people, failed, who, world, client):
        void = {"reason": "Chuẩn sai", **SIGN}
        assert getattr(people, who).post(f"{CALIBRATIONS}/{failed}/void", json=void).status_code == 200
        assert validity(client, world[0]) == "never"

    def test_what_the_owner_copied_from_a_certificate_is_the_owners_to_correct(self, stranger, boss, world, people):
        key = recorded(stranger, world[0]).get_json()["id"]
        said = amending(key, certificate_no=f"GCN-{TODAY}", note="Đúng")
        refused = recorded(stranger, world[0], **said, **SIGN)
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["certificate_no"])
        done = recorded(boss, world[0], **said, **SIGN)
        assert done.status_code == 201, done.text
        void = {"reason": "Nhầm", **SIGN}
        assert boss.post(f"{CALIBRATIONS}/{done.get_json()['id']}/void", json=void).status_code == 200
        assert people.keeper.post(f"{CALIBRATIONS}/{key}/void", json=void).status_code == 200  # it is in its name

    def test_it_stays_the_owners_when_who_copied_it_has_left(self, stranger, boss, world, arrange):
        key = recorded(stranger, world[0]).get_json()["id"]
        with arrange():
            for membership in list(stranger.person().memberships):
                db.session.delete(membership)
        void = {"reason": "Nhầm", **SIGN}
        assert boss.post(f"{CALIBRATIONS}/{key}/void", json=void).status_code == 200

    def test_it_stays_the_laboratorys_when_who_recorded_it_has_left(self, people, boss, world, arrange):
        key = recorded(people.technician, world[0], **FAILED).get_json()["id"]
        with arrange():
            for membership in list(people.technician.person().memberships):
                db.session.delete(membership)
        void = {"reason": "Nhầm", **SIGN}
        assert boss.post(f"{CALIBRATIONS}/{key}/void", json=void).status_code == 403


class TestInWhoseNameItIsSigned:
    def test_the_customer_does_not_sign_for_the_laboratory(self, people, world, boss):
        key = drafted(people.technician, world[0])
        words = SIGN | {"certificate_no": "S-1"}
        refused = sign(boss, f"{CALIBRATIONS}/{key}/approve", json=words, headers={"Accept-Language": "en"})
        assert refused.status_code == 403
        assert "records it with the certificate's number" in refused.get_json()["detail"]
        assert sign(people.keeper, f"{CALIBRATIONS}/{key}/approve", json=words).status_code == 200

    def test_what_waits_for_the_laboratory_waits_for_nobody_else(self, people, world, boss):
        key = drafted(people.technician, world[0])
        people.technician.post(f"{CALIBRATIONS}/{key}/submit", json={})
        assert f"/calibrations/{key}" in people.keeper.pages.get("/approvals").text
        assert f"/calibrations/{key}" not in boss.pages.get("/approvals").text
        assert "/approve" not in boss.pages.get(f"/calibrations/{key}").text

    def test_nobody_drafts_for_a_laboratory_that_is_not_theirs(self, stranger, world):
        refused = recorded(stranger, world[0], certificate_no=None)
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["certificate_no"])
        assert "PTN-1" not in refused.text  # it is called by its name
        assert recorded(stranger, world[0]).get_json()["status"] == "issued"

    def test_a_draft_of_ones_own_check_is_not_turned_into_one_of_a_laboratory(self, stranger, boss, world):
        check = {"kind": "intermediate_check", "lab": None}
        key = drafted(stranger, world[0], **check)
        tag = stranger.get(f"{CALIBRATIONS}/{key}").headers["ETag"]
        said = {"kind": "calibration", "performed_on": str(TODAY), "outcome": "pass", "lab": labs.LAB}
        refused = stranger.put(f"{CALIBRATIONS}/{key}", json=said, headers={"If-Match": tag})
        assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["lab"])
        done = sign(boss, f"{CALIBRATIONS}/{key}/approve", json=SIGN | {"certificate_no": "K-1"})
        assert done.status_code == 200, done.text


class TestTheSecondPerson:
    def test_who_wrote_any_version_does_not_approve_it(self, people, world):
        key = drafted(people.keeper, world[1])
        tag = people.technician.get(f"{CALIBRATIONS}/{key}").headers["ETag"]
        said = {"kind": "calibration", "performed_on": str(TODAY), "outcome": "pass", "lab": labs.LAB}
        moved = people.technician.put(f"{CALIBRATIONS}/{key}", json=said, headers={"If-Match": tag})
        assert moved.get_json()["recorded_by"] == "Technician"
        people.technician.post(f"{CALIBRATIONS}/{key}/submit", json={})
        words = SIGN | {"certificate_no": "S-1"}
        assert sign(people.keeper, f"{CALIBRATIONS}/{key}/approve", json=words).status_code == 403
        assert f"/calibrations/{key}" not in people.keeper.pages.get("/approvals").text
        assert "/approve" not in people.keeper.pages.get(f"/calibrations/{key}").text
        assert sign(people.admin, f"{CALIBRATIONS}/{key}/approve", json=words).status_code == 200

    def test_nor_does_who_handed_it_in_before_it_was_returned(self, people, world):
        key = drafted(people.technician, world[1])
        people.keeper.post(f"{CALIBRATIONS}/{key}/submit", json={})
        people.keeper.post(f"{CALIBRATIONS}/{key}/return", json={"reason": "Nhầm"})
        people.technician.post(f"{CALIBRATIONS}/{key}/submit", json={})
        words = SIGN | {"certificate_no": "S-1"}
        assert sign(people.keeper, f"{CALIBRATIONS}/{key}/approve", json=words).status_code == 403

    @pytest.mark.parametrize("written", ["Bà Keeper (KĐV)", "keeper@example.vn"])
    def test_nor_does_who_did_the_work_however_it_is_written(self, people, world, written):
        key = drafted(people.technician, world[1], performed_by=written)
        words = SIGN | {"certificate_no": "S-1"}
        assert sign(people.keeper, f"{CALIBRATIONS}/{key}/approve", json=words).status_code == 403

    def test_a_page_signs_only_what_it_showed(self, people, world):
        key = drafted(people.technician, world[1])
        page = people.keeper.pages.get(handed_in(people.keeper, f"/calibrations/{key}")).text
        (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', page)
        form = {"certificate_no": "S-1", "password": PASSWORD, "meaning": "approval"}
        for said in ({}, {"seen": ""}):
            assert people.keeper.pages.post(f"/calibrations/{key}/approve", data=form | said).status_code == 422
        assert people.keeper.pages.post(f"/calibrations/{key}/approve", data=form | {"seen": seen}).status_code == 302
