"""What lapses of laboratories is told with the due dates, once at each offset, to those who keep the laboratory."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from registry.accounts.queries import organisation_by_code
from registry.calibration.notices import lapsing
from registry.calibration.notices.actions import add_webhook
from registry.calibration.notices.models import Telling
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from registry.kernel.outbox.models import Message
from registry.labs import actions
from registry.labs.criteria.models import CorrectiveAction
from registry.labs.lapses import queries
from registry.labs.lapses.rules import Lapse, LapseKind
from registry.labs.proficiency import planning
from registry.labs.proficiency.models import PtFollowUp
from registry.labs.queries import by_code
from registry.labs.rules import RecognitionKind
from registry.labs.staff import actions as staff
from registry.labs.staff.rules import Duty
from tests.calibration.notices.conftest import BASE
from tests.conftest import TODAY
from tests.make import criteria as make_criteria
from tests.make import labs as make
from tests.make import proficiency as make_proficiency
from tests.people import CENTRE

DAY = timedelta(days=1)


def lab(code="PTN-1", *, left, **said):
    held = make.accreditation(granted_on=TODAY - 900 * DAY, valid_until=TODAY + left * DAY)
    return make.lab(code, accreditations=[held], **said)


def person(duty, left, **said):
    usual = dict.fromkeys(("person", "title", "phone", "email", "number", "issuer", "covers", "valid_from"))
    return usual | {"duty": duty, "name": f"{duty} {left}", "valid_until": TODAY + left * DAY} | said


def recognition(left, **said):
    usual = {"kind": RecognitionKind.DESIGNATION, "number": "12/QĐ", "issuer": "TĐC", "ended_on": None, "covers": None}
    return usual | {"granted_on": TODAY - 400 * DAY, "valid_until": TODAY + left * DAY} | said


def told(first=-30, last=90):
    within = select(organisation_by_code(CENTRE).__class__.id)
    return [(str(one.kind), one.what) for one in queries.lapses(within, TODAY + first * DAY, TODAY + last * DAY)]


@pytest.mark.usefixtures("session", "people")
def test_everything_with_a_last_day_is_one_list_the_first_first():
    found = lab(left=40, recognitions=[recognition(20), recognition(10, ended_on=TODAY, number="11/QĐ", issuer="X")])
    rows = [person(Duty.SIGNATORY, 30), person(Duty.VERIFIER, 5, number="KĐV 1"), person(Duty.CONTACT, 91)]
    staff.replace(found, staff=rows, by=None)
    assert told() == [
        ("card", "verifier 5"),
        ("recognition", "12/QĐ"),
        ("signatory", "signatory 30"),
        ("accreditation", "VILAS 999"),
    ]
    assert told(6, 39) == [("recognition", "12/QĐ"), ("signatory", "signatory 30")]


@pytest.mark.usefixtures("session", "people")
def test_planned_proficiency_tests_and_what_is_to_be_put_right_are_told_as_well():
    found = lab(left=99)
    make_proficiency.published()
    for left in (20, 95):
        planning.plan(found, quantity="Khối lượng", due_on=TODAY + left * DAY, by=None)
    make_criteria.gap(lab="PTN-1")
    bad = select(PtFollowUp.due_on)
    assert db.session.scalars(bad).all() == [TODAY + 30 * DAY]
    assert told() == [
        ("corrective_action", "Lập hồ sơ"),
        ("proficiency_test", "Khối lượng"),
        ("follow_up", "Quả cân 1 kg"),
    ]


def test_who_answers_for_a_corrective_action_is_told_though_others_keep_the_laboratory(
    people, session, send, letters_to, clock
):
    lab(left=900)
    _found, _answer, action, *_files = make_criteria.gap(lab="PTN-1")
    owner = people.technician.person()
    db.session.execute(
        update(CorrectiveAction).where(CorrectiveAction.id == action).values(owner_id=owner.id, due_on=TODAY + 7 * DAY)
    )
    for _twice in range(2):
        send()
    (letter,) = letters_to(people.technician)
    assert "Lập hồ sơ" in letter.text
    clock(TODAY + DAY)
    send()
    assert len(letters_to(people.technician)) == 1
    assert letters_to(people.stranger) == []


@pytest.mark.usefixtures("session", "people")
def test_what_was_withdrawn_or_followed_by_another_does_not_lapse():
    lab("PTN-1", left=40)
    make.decision("PTN-1", "withdrawn", TODAY - 9 * DAY)
    lab("PTN-2", left=10, recognitions=[recognition(5), recognition(700, granted_on=TODAY, number="13/QĐ")])
    following = make.accreditation(number="VILAS 1000", granted_on=TODAY + 11 * DAY, valid_until=TODAY + 999 * DAY)
    held = make.accreditation(granted_on=TODAY - 900 * DAY, valid_until=TODAY + 10 * DAY)
    actions.edit(by_code("PTN-2"), accreditations=[held, following], by=None)
    lab("PTN-3", left=7)
    make.decision("PTN-3", "suspended", TODAY - 9 * DAY)
    assert told() == [("accreditation", "VILAS 999")]


def test_each_offset_is_told_once_to_the_keeper_alone(session, people, send, letters_to, clock):
    lab(left=90)
    days = []
    for left in (91, 90, 89, 30, 29, 7, 0, -6, -7, -8):
        clock(TODAY + (90 - left) * DAY)
        for _twice in range(2):
            send()
        days += [left] * (len(letters_to(people.keeper)) - len(days))
    assert days == [90, 30, 7, 0, -7]
    for other in (people.technician, people.stranger, people.inspector):
        assert letters_to(other) == []
    first = letters_to(people.keeper)[0]
    assert "VILAS 999" in first.text
    assert "/labs/PTN-1" in first.text
    assert {telling.person_id for telling in session.scalars(select(Telling))} == {
        people.keeper.person().id,
        people.admin.person().id,
    }


def test_two_cards_of_one_person_with_the_same_last_day_are_told_in_one_line(people, send, letters_to):
    cards = [person(Duty.VERIFIER, 7, number=number) for number in ("KĐV 1", "KĐV 2")]
    staff.replace(lab(left=300), staff=cards, by=None)
    for _twice in range(2):
        send()
    assert [message.text.count("verifier 7") for message in letters_to(people.keeper)] == [1]


@pytest.mark.usefixtures("session", "people")
@pytest.mark.parametrize(
    ("later", "lapses"),
    [
        ({"covers": "Cân"}, False),
        ({"covers": "Cân", "valid_until": None}, False),
        ({"covers": "Taximet"}, True),
        ({"covers": "Cân", "ended_on": TODAY}, True),
        ({"covers": "Cân", "valid_until": TODAY + 20 * DAY}, True),
    ],
)
def test_a_designation_is_followed_only_by_one_for_the_same_that_outlives_it(later, lapses):
    following = recognition(700, number="13/QĐ", granted_on=TODAY - DAY, **later)
    lab(left=300, recognitions=[recognition(20, covers="Cân"), following])
    assert (("recognition", "12/QĐ") in told()) is lapses


def test_what_was_told_already_does_not_stand_in_the_way_of_what_was_not(people, send, letters_to, clock, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    found = lab(left=300)
    old = [person(Duty.SIGNATORY, 80 + left) for left in range(4)]
    staff.replace(found, staff=old, by=None)
    for days in range(3):  # two at a time
        clock(TODAY + days * DAY)
        send()
    clock(TODAY + 3 * DAY)
    staff.replace(found, staff=[*old, person(Duty.SIGNATORY, 90)], by=None)
    send()
    told = [letter.text.count("signatory") for letter in letters_to(people.keeper)]
    assert told == [2, 2, 1]
    assert "signatory 90" in letters_to(people.keeper)[-1].text


def test_a_program_is_told_when_something_comes_to_an_offset_also_after_a_missed_day(people, send, session, clock):
    hook = add_webhook(
        organisation=CENTRE, name="Kho", url="https://example.vn/hook", private=False, by=people.keeper.person()
    )
    lab(left=31)
    for days in (0, 2, 2, 3):
        clock(TODAY + days * DAY)
        send(mailing=False)
    wanted = select(Message).filter_by(webhook_id=hook.id).order_by(Message.id)
    first, second = (json.loads(message.text) for message in session.scalars(wanted))
    assert [(one["type"], one["items"][0]["days"]) for one in (first, second)] == [
        ("labs.lapsing", 31),  # at ninety days, since it began to listen
        ("labs.lapsing", 29),  # at thirty, a day late
    ]
    assert second["items"][0] | {"days": 0} == {
        "lab": "PTN-1",
        "name": "Phòng hiệu chuẩn",
        "kind": "accreditation",
        "what": "VILAS 999",
        "lapses_on": (TODAY + 31 * DAY).isoformat(),
        "days": 0,
        "url": f"{BASE}/labs/PTN-1",
    }


def test_a_calendar_shows_what_lapses_to_the_keeper_alone(people, session):
    lab(left=40, recognitions=[recognition(20)])
    session.commit()
    for caller, shown in ((people.keeper, ["12/QĐ", "VILAS 999"]), (people.technician, []), (people.stranger, [])):
        found = lapsing.calendar(caller.person(), TODAY, TODAY + 90 * DAY)
        assert [one.what for one in found] == shown


def test_an_extension_is_told_anew(session, people, send, letters_to, clock):
    lab(left=7)
    send()
    make.decision("PTN-1", "extended", TODAY, valid_until=TODAY + 60 * DAY)
    clock(TODAY + 31 * DAY)
    send()
    assert [message.text.count("VILAS 999") for message in letters_to(people.keeper)] == [1, 1]


def put_off(caller, days, **changes):
    said = {"lab": "PTN-1", "kind": "accreditation", "what": "VILAS 999", "reason": "Đã hẹn đoàn đánh giá"}
    day = {"lapses_on": (TODAY + 30 * DAY).isoformat(), "until": (TODAY + days * DAY).isoformat()}
    return caller.post("/api/v1/notices/lapse-snoozes", json=said | day | changes)


def test_what_lapses_is_put_off_with_a_reason_and_told_again_on_its_day(session, people, send, letters_to, clock):
    lab(left=30)
    session.commit()
    made = put_off(people.keeper, 10)
    assert (made.status_code, made.json["lab"], made.json["ended_on"]) == (201, "PTN-1", None)
    page = people.keeper.pages.get("/account/notices").get_data(as_text=True)
    assert "Đã hẹn đoàn đánh giá" in page
    send()
    assert [message.text.count("VILAS 999") for message in letters_to(people.keeper)] in ([], [0])
    clock(TODAY + 10 * DAY)
    send()
    send()
    assert sum(message.text.count("VILAS 999") for message in letters_to(people.keeper)) == 1
    assert people.keeper.get("/api/v1/notices/lapse-snoozes").json["items"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"what": "VILAS 1"}, "what"), ({"reason": " "}, "reason"), ({"until": "2026-06-15"}, "until")],
)
def test_only_what_lapses_of_ones_own_laboratories_is_put_off_and_lifted_again(people, arrange, changes, field):
    with arrange():
        lab(left=30)
    assert set(put_off(people.keeper, 10, **changes).json["errors"]) == {field}
    assert put_off(people.stranger, 10).status_code in {403, 422}
    key = put_off(people.keeper, 10).json["id"]
    assert put_off(people.keeper, 12).json["id"] != key
    (held,) = people.keeper.get("/api/v1/notices/lapse-snoozes").json["items"]
    address = f"/api/v1/notices/lapse-snoozes/{held['id']}"
    assert people.admin.delete(address).status_code == 404
    assert people.keeper.delete(address).status_code == 204
    assert people.keeper.delete(address).status_code == 404


@pytest.mark.parametrize(
    ("kind", "left", "english", "vietnamese"),
    [
        (
            LapseKind.ACCREDITATION,
            30,
            "Accreditation X: valid until 15 Jul 2026, in 30 days.",
            "có hiệu lực đến hết ngày",
        ),
        (LapseKind.CARD, 0, "Verifier's card of X: valid until 15 Jun 2026, which is today.", "của X: có hiệu lực đến"),
        (LapseKind.SIGNATORY, -1, "Appointment of X: lapsed; its last day was 14 Jun 2026, 1 day ago.", "hết hiệu lực"),
        (LapseKind.PROFICIENCY_TEST, 1, "Proficiency test in “X”: due on 16 Jun 2026, in 1 day.", "về “X”: đến hạn"),
        (LapseKind.CORRECTIVE_ACTION, -2, "Corrective action “X”: was due on 13 Jun 2026, 2 days ago.", "quá hạn"),
    ],
)
def test_a_line_says_what_of_it_ends_and_when(app, kind, left, english, vietnamese):
    names = {"vi": "Trung tâm", "en": "Centre"}
    lapse = Lapse(kind, 1, "PTN-1", "Phòng", 1, names, "X", TODAY + left * DAY)
    said = {}
    for locale in ("en", "vi"):
        with app.test_request_context(), speaking(locale):
            (part,) = lapsing.parts([lapsing.Lapsing(lapse, 0)], TODAY, locale)
            (said[locale],) = part.lines
    assert (said["en"], vietnamese in said["vi"]) == (english, True)
