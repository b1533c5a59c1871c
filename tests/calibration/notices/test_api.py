"""The doors of notices: what is one's own, what managers and administrators may, what strangers may not."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.accounts import actions as accounts
from registry.calibration.notices.models import CalendarFeed
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.idempotency import IdempotencyKey
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import MessageState
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import outbox
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE

DAY = timedelta(days=1)
PREFERENCE, SNOOZES, FEED = "/api/v1/notices/preference", "/api/v1/notices/snoozes", "/api/v1/notices/feed"
HOOK = {"organisation": CENTRE, "name": "Kho", "url": "https://example.vn/hook"}


@pytest.fixture
def tag(people, arrange):
    with arrange():
        return make.asset(due_on=TODAY + 5 * DAY).tag


def put_off(tag, **said):
    usual = {"asset": tag, "kind": "calibration", "until": str(TODAY + 9 * DAY), "reason": "Đã gửi đi"}
    return usual | said


def test_everybody_has_preferences_before_they_say_any_and_changes_their_own(technician, keeper):
    shown = technician.get(PREFERENCE)
    assert shown.json["offsets"] == [90, 30, 7, 0, -7]
    assert len(shown.json["days"]) == 7
    said = {"offsets": [-3, 14], "days": ["monday"], "escalation_days": None, "locale": "en", "email_on": False}
    changed = technician.patch(PREFERENCE, json=said, headers={"If-Match": shown.headers["ETag"]})
    assert (changed.status_code, changed.json) == (200, said | {"offsets": [14, -3]})
    assert technician.get(PREFERENCE).json == changed.json
    assert keeper.get(PREFERENCE).json == shown.json
    again = technician.patch(PREFERENCE, json={"email_on": True}, headers={"If-Match": shown.headers["ETag"]})
    assert again.status_code == 412


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"offsets": [7, 7]}, "offsets"),
        ({"offsets": [366]}, "offsets.0"),
        ({"offsets": [1.5]}, "offsets.0"),
        ({"offsets": list(range(13))}, "offsets"),
        ({"days": ["monday", "monday"]}, "days"),
        ({"days": ["someday"]}, "days.0"),
        ({"escalation_days": -1}, "escalation_days"),
        ({"locale": "fr"}, "locale"),
        ({"email_on": "yes"}, "email_on"),
        ({"person_id": 1}, "person_id"),
    ],
)
def test_a_preference_that_makes_no_sense_is_refused_beside_its_field(technician, said, field):
    answer = technician.patch(PREFERENCE, json=said, headers={"If-Match": technician.get(PREFERENCE).headers["ETag"]})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_due_date_is_put_off_seen_by_colleagues_and_lifted_by_its_person_only(technician, keeper, stranger, tag):
    made = technician.post(SNOOZES, json=put_off(tag))
    assert made.status_code == 201
    assert (made.json["asset"], made.json["person"], made.json["due_on"]) == (tag, "Technician", str(TODAY + 5 * DAY))
    assert [one["reason"] for one in keeper.get(SNOOZES).json["items"]] == ["Đã gửi đi"]
    assert stranger.get(SNOOZES).json["items"] == []
    one = f"{SNOOZES}/{made.json['id']}"
    assert [who.delete(one).status_code for who in (keeper, stranger, technician, technician)] == [404, 404, 204, 404]
    assert technician.get(SNOOZES).json["items"] == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"until": str(TODAY)}, "until"),
        ({"until": "2199-01-01"}, "until"),
        ({"reason": " "}, "reason"),
        ({"kind": "verification"}, "kind"),
        ({"asset": "nothing"}, "asset"),
    ],
)
def test_what_cannot_be_put_off_is_refused_beside_its_field(technician, tag, said, field):
    answer = technician.post(SNOOZES, json=put_off(tag, **said))
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_who_does_not_look_after_an_asset_puts_nothing_off(inspector, stranger, tag):
    assert [who.post(SNOOZES, json=put_off(tag)).status_code for who in (inspector, stranger)] == [422, 422]


def test_the_log_is_ones_own(app, technician, keeper, arrange):
    with arrange():
        key = outbox.letter(technician, subject="Sổ đăng ký đo lường: 1 quá hạn", text="Kính gửi\n").id
    (line,) = technician.get("/api/v1/notices/log").json["items"]
    assert (line["id"], line["state"], line["address"]) == (key, "waiting", technician.email)
    assert technician.get(f"/api/v1/notices/log/{key}").json["text"] == "Kính gửi\n"
    assert keeper.get("/api/v1/notices/log").json["items"] == []
    assert keeper.get(f"/api/v1/notices/log/{key}").status_code == 404


def test_a_test_letter_needs_a_mail_server_and_comes_once_a_minute(app, technician, clock, monkeypatch):
    assert technician.post("/api/v1/notices/test").status_code == 409
    settings = app.extensions["registry"]
    monkeypatch.setitem(app.extensions, "registry", dataclasses.replace(settings, mail_server=object()))
    assert [technician.post("/api/v1/notices/test").status_code for _twice in range(2)] == [202, 409]
    clock(kernel_clock.now() + timedelta(minutes=1))
    assert technician.post("/api/v1/notices/test").status_code == 202


# The calendar.


def path(answer):
    return answer.json["url"].removeprefix("http://127.0.0.1:8000")


def test_a_calendar_shows_its_person_and_nobody_else_what_falls_due(app, technician, stranger, tag, client):
    address = path(technician.post(FEED))
    answer = client.get(address)
    text = answer.text.replace("\r\n ", "")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert text.count("BEGIN:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{TODAY + 5 * DAY:%Y%m%d}" in text
    assert "SUMMARY:Hiệu chuẩn: Quả cân F1" in text
    assert f"/assets/{tag}" in text
    theirs = client.get(path(stranger.post(FEED)))
    assert "BEGIN:VEVENT" not in theirs.text


def test_a_calendar_that_did_not_change_is_not_sent_again(app, technician, tag, client, arrange):
    address = path(technician.post(FEED))
    first = client.get(address)
    same = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert "private" in first.headers["Cache-Control"]
    assert "Set-Cookie" not in first.headers
    with arrange():
        make.asset(due_on=TODAY, name="Thêm một")
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client.head(address).status_code == 200


def test_a_calendars_address_is_stored_as_a_hash_renewed_and_taken_away(app, technician, tag, client, arrange):
    assert technician.get(FEED).json == {"made_at": None, "url": None}
    first = technician.post(FEED, headers={"Idempotency-Key": "a"})
    again = technician.post(FEED, headers={"Idempotency-Key": "a"})
    token = first.json["url"].rpartition("/")[2].removesuffix(".ics")
    assert again.json["url"] is None
    with arrange():
        kept = db.session.scalars(select(CalendarFeed)).one()
        assert token not in kept.token_hash
        assert all(token not in str(key.body) for key in db.session.scalars(select(IdempotencyKey)))
    second = technician.post(FEED)
    assert [client.get(path(answer)).status_code for answer in (first, second)] == [404, 200]
    assert technician.get(FEED).json["url"] is None
    assert technician.delete(FEED).status_code == 204
    assert client.get(path(second)).status_code == 404
    assert technician.delete(FEED).status_code == 204


def test_a_calendar_of_somebody_whose_access_has_ended_is_gone(app, technician, tag, client, arrange):
    address = path(technician.post(FEED))
    with arrange():
        accounts.deactivate(technician.person(), by=None)
    assert client.get(address).status_code == 404
    assert client.get("/feeds/nothing.ics").status_code == 404


def test_a_calendar_of_somebody_without_a_role_that_acts_is_not_there(inspector, tag, client):
    assert client.get(path(inspector.post(FEED))).status_code == 404


@pytest.mark.usefixtures("tag")
def test_the_address_of_a_calendar_is_in_no_log(app, technician, client, caplog, monkeypatch):
    address = path(technician.post(FEED))
    token = address.rpartition("/")[2].removesuffix(".ics")
    monkeypatch.setattr("registry.web.notices.calendar", lambda *_said: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        assert client.get(address).status_code == 500
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert "/feeds/***" in caplog.text
    assert token not in caplog.text


# Webhooks.


def test_a_manager_lets_a_program_be_told_and_its_secret_is_shown_once(keeper):
    made = keeper.post("/api/v1/webhooks", json=HOOK)
    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    one = f"/api/v1/webhooks/{made.json['id']}"
    shown = keeper.get(one)
    assert "secret" not in shown.json
    renewed = keeper.post(f"{one}/secret")
    assert renewed.json["secret"] not in (None, made.json["secret"])
    changed = keeper.patch(one, json={"active": False, "offsets": [0]}, headers={"If-Match": shown.headers["ETag"]})
    assert (changed.json["active"], changed.json["offsets"]) == (False, [0])
    assert keeper.delete(one).status_code == 204
    assert keeper.get(one).status_code == 404
    assert keeper.get("/api/v1/webhooks").json["items"] == []


def test_a_webhook_is_managed_by_its_organisations_managers_only(keeper, technician, inspector, stranger, admin):
    one = f"/api/v1/webhooks/{keeper.post('/api/v1/webhooks', json=HOOK).json['id']}"
    for who in (technician, inspector, stranger):
        assert who.get(one).status_code == 404
        assert who.post(f"{one}/secret").status_code == 404
        assert who.post("/api/v1/webhooks", json=HOOK).status_code == 403
        assert who.get("/api/v1/webhooks").json["items"] == []
    assert admin.get(one).status_code == 200
    for elsewhere in (ELSEWHERE, DEPARTMENT):
        assert keeper.post("/api/v1/webhooks", json=HOOK | {"organisation": elsewhere}).status_code == 403


@pytest.mark.parametrize("url", ["http://example.vn/", "https://127.0.0.1/", "https://10.0.0.1:8443/x", "nonsense"])
def test_a_webhook_leads_to_the_public_internet_only(keeper, url):
    answer = keeper.post("/api/v1/webhooks", json=HOOK | {"url": url})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["url"])


def test_a_webhook_is_tried_once_a_minute(keeper):
    one = f"/api/v1/webhooks/{keeper.post('/api/v1/webhooks', json=HOOK).json['id']}"
    answers = [keeper.post(f"{one}/test") for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [202, 409]
    assert answers[0].json["channel"] == "webhook"


# The outbox.


def test_the_outbox_is_seen_by_who_sees_the_jobs_and_sent_again_by_administrators(people, arrange):
    technician, planner, keeper, admin = people.technician, people.planner, people.keeper, people.admin
    with arrange():
        failed = outbox.letter(technician)
        failed.state, failed.error = MessageState.FAILED, "550"
        key = failed.id
        waiting = outbox.letter(technician).id
    assert [who.get("/api/v1/outbox").status_code for who in (technician, keeper, planner, admin)] == [
        403,
        403,
        200,
        200,
    ]
    (line,) = planner.get("/api/v1/outbox?state=failed").json["items"]
    assert (line["id"], line["error"]) == (key, "550")
    again = f"/api/v1/outbox/{key}/send-again"
    assert [who.post(again).status_code for who in (planner, keeper, admin, admin)] == [403, 403, 200, 409]
    assert admin.post(f"/api/v1/outbox/{waiting}/send-again").status_code == 409
    assert admin.post("/api/v1/outbox/99999/send-again").status_code == 404
    with arrange():
        assert db.session.get(Message, key).state is MessageState.WAITING
