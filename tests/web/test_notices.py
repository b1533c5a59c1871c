"""The pages on which people say how they are told, put a due date off, and let programs and calendars be told."""

import re
from datetime import timedelta

import pytest

from registry.assets import actions as assets
from registry.kernel.db import db
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import MessageState
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import outbox
from tests.people import CENTRE, ELSEWHERE

PAGE, HOOKS = "/account/notices", "/account/webhooks"
DAY = timedelta(days=1)
FORM = {"email_on": "true", "day_monday": "true", "offsets": "30, 7; 0,-7", "escalation_days": "", "locale": "en"}


@pytest.fixture
def tag(people, arrange):
    with arrange():
        return make.asset(due_on=TODAY + 5 * DAY, name="Cân phân tích").tag


def version(caller):
    found = re.search(r'name="version" value="(\d+)"', caller.pages.get(PAGE).text)
    assert found
    return found[1]


def stored(caller):
    return caller.get("/api/v1/notices/preference").json


def secret(answer):
    found = re.search(r'<code[^>]*class="secret">([^<]+)</code>', answer.text)
    assert found
    return found[1]


def test_what_is_ticked_and_typed_is_saved(keeper):
    answer = keeper.pages.post(PAGE, data=FORM | {"version": version(keeper)})
    assert answer.status_code == 302
    assert stored(keeper) == {
        "email_on": True,
        "days": ["monday"],
        "offsets": [30, 7, 0, -7],
        "escalation_days": None,
        "locale": "en",
    }
    assert 'value="30, 7, 0, −7"' in keeper.pages.get(PAGE).get_data(as_text=True)
    nothing = {"offsets": "", "escalation_days": "30", "locale": "", "version": version(keeper)}
    assert keeper.pages.post(PAGE, data=nothing).status_code == 302
    assert stored(keeper) == {"email_on": False, "days": [], "offsets": [], "escalation_days": 30, "locale": None}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"offsets": "ba mươi"}, "offsets"),
        ({"offsets": "7, 7"}, "offsets"),
        ({"escalation_days": "-1"}, "escalation_days"),
    ],
)
def test_what_is_wrong_is_drawn_again_as_it_was_typed(keeper, wrong, field):
    before = stored(keeper)
    answer = keeper.pages.post(PAGE, data=FORM | {"version": version(keeper)} | wrong)
    assert answer.status_code == 422
    assert f'id="f-{field}-fault"' in answer.text
    assert f'value="{wrong[field]}"' in answer.text
    assert stored(keeper) == before


def test_a_form_that_was_drawn_before_another_change_is_refused(keeper):
    drawn = version(keeper)
    assert keeper.pages.post(PAGE, data=FORM | {"version": drawn}).status_code == 302
    assert keeper.pages.post(PAGE, data=FORM | {"version": drawn}).status_code == 409


def test_a_due_date_is_put_off_and_told_again(technician, inspector, stranger, tag):
    form = f"{PAGE}/snooze/{tag}/calibration"
    assert "Cân phân tích" in technician.pages.get(PAGE).text
    assert [who.pages.get(form).status_code for who in (inspector, stranger)] == [404, 404]
    assert technician.pages.get(f"{PAGE}/snooze/{tag}/verification").status_code == 404
    assert technician.pages.post(form, data={"until": str(TODAY), "reason": "x"}).status_code == 422
    said = {"until": str(TODAY + 3 * DAY), "reason": "Đã gửi đi"}
    assert technician.pages.post(form, data=said).status_code == 302
    shown = technician.pages.get(PAGE).text
    assert "Đã gửi đi" in shown
    lift = re.search(r'action="(/account/notices/snoozes/\d+/lift)"', shown)
    assert lift
    assert [who.pages.post(lift[1]).status_code for who in (stranger, technician)] == [404, 302]
    assert "Đã gửi đi" not in technician.pages.get(PAGE).text


def test_a_calendar_address_is_shown_once_and_works_without_a_session(technician, tag, client):
    address = secret(technician.pages.post(f"{PAGE}/feed")).removeprefix("http://127.0.0.1:8000")
    assert address not in technician.pages.get(PAGE).text
    assert tag in client.get(address).text.replace("\r\n ", "")
    assert technician.pages.post(f"{PAGE}/feed/revoke").status_code == 302
    assert client.get(address).status_code == 404


def test_without_a_mail_server_a_test_letter_is_refused_in_words(technician):
    answer = technician.pages.post(f"{PAGE}/test")
    assert (answer.status_code, "REGISTRY_SMTP_URL" in answer.text) == (409, True)


def test_a_webhook_is_added_its_secret_shown_once_and_taken_away(keeper, technician):
    said = {"organisation": CENTRE, "name": "Kho", "url": "https://example.vn/hook"}
    first = secret(keeper.pages.post(HOOKS, data=said))
    shown = keeper.pages.get(HOOKS).text
    assert "https://example.vn/hook" in shown
    assert first not in shown
    one = re.search(r'action="(/account/webhooks/\d+)/test"', shown)
    assert one
    assert secret(keeper.pages.post(f"{one[1]}/secret")) != first
    assert keeper.pages.post(f"{one[1]}/test").status_code == 302
    assert technician.pages.post(f"{one[1]}/remove").status_code == 404
    assert keeper.pages.post(f"{one[1]}/remove").status_code == 302
    assert "https://example.vn/hook" not in keeper.pages.get(HOOKS).text


def test_a_webhook_that_leads_inside_is_drawn_again(keeper):
    said = {"organisation": CENTRE, "name": "Kho", "url": "https://10.0.0.1/"}
    answer = keeper.pages.post(HOOKS, data=said)
    assert (answer.status_code, 'id="f-url-fault"' in answer.text) == (422, True)


def test_an_administrator_sees_what_was_given_up_and_sends_it_again(technician, planner, admin, arrange):
    with arrange():
        failed = outbox.letter(technician, subject="Không đến nơi")
        failed.state, failed.error = MessageState.FAILED, "550 5.1.1"
        key = failed.id
    again = f"/jobs/outbox/{key}/send-again"
    assert again in admin.pages.get("/jobs").text
    shown = planner.pages.get("/jobs").text
    assert "550 5.1.1" in shown
    assert again not in shown
    assert [who.pages.post(again).status_code for who in (planner, admin)] == [403, 302]
    with arrange():
        assert db.session.get(Message, key).state is MessageState.WAITING


def test_a_reference_material_past_its_shelf_life_comes_up_too(technician, arrange):
    with arrange():
        for name, days, owner in (("KCl cũ", -3, CENTRE), ("KCl mới", 400, CENTRE), ("KCl xa", -3, ELSEWHERE)):
            assets.limit_life(make.asset(name=name, owner=owner), TODAY + days * DAY)
    shown = technician.pages.get(PAGE).text
    assert [name in shown for name in ("KCl cũ", "KCl mới", "KCl xa", "Hạn dùng")] == [
        True,
        False,
        False,
        True,
    ]


def test_a_calendar_address_can_be_copied_and_added(technician):
    shown = technician.pages.post(f"{PAGE}/feed").text
    assert ('data-copy="feed-address"' in shown, 'href="webcal://127.0.0.1:8000/feeds/' in shown) == (True, True)
