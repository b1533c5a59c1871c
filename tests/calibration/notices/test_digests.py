"""Digests: who is told what, once each; nobody when there is nothing to say."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind, Role
from registry.assets.rules import Proof, Status
from registry.calibration.notices import actions, queries, readers
from registry.calibration.notices.models import Notice, NoticePreference
from registry.calibration.rules import CalibrationKind
from registry.kernel import audit
from registry.kernel import clock as kernel_clock
from registry.kernel.outbox.models import Message
from tests import statements
from tests.calibration.notices.conftest import BASE
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE

DAY = timedelta(days=1)


def prefer(caller, **said):
    person = caller.person()
    return actions.change_preference(queries.preference_of(person), **said, by=person)


def test_nothing_is_sent_when_there_is_nothing_to_say(session, people, send):
    make.asset(due_on=TODAY + 91 * DAY)
    assert send() == {"people": 0, "lines": 0, "webhooks": 0}
    assert session.scalar(select(func.count(Message.id))) == 0


def test_each_offset_is_told_once_as_its_day_comes(session, people, send, letters_to, clock):
    make.asset(due_on=TODAY + 90 * DAY)
    told = []
    for left in (90, 89, 60, 31, 30, 29, 8, 7, 6, 1, 0, -1, -6, -7, -8, -29, -30, -31):
        clock(TODAY + (90 - left) * DAY)
        for _twice in range(2):
            send()
        told += [left] * (len(letters_to(people.technician)) - len(told))
    assert told == [90, 30, 7, 0, -7]


def test_the_day_turns_at_local_midnight(session, people, send, letters_to, clock):
    make.asset(due_on=TODAY + 91 * DAY)
    clock(kernel_clock.start_of(TODAY + DAY) - timedelta(seconds=1))
    send()
    assert letters_to(people.technician) == []
    clock(kernel_clock.start_of(TODAY + DAY))
    send()
    assert len(letters_to(people.technician)) == 1


def test_missed_days_are_caught_up_in_one_letter_without_doubles(session, people, send, letters_to, clock):
    make.asset(due_on=TODAY + 30 * DAY)
    send()
    clock(TODAY + 40 * DAY)
    send()
    send(TODAY + 40 * DAY)
    first, second = letters_to(people.technician)
    assert "còn 30 ngày" in first.text
    assert "10 ngày trước" in second.text
    clock(TODAY + 41 * DAY)
    send()
    assert len(letters_to(people.technician)) == 2


def test_a_day_that_has_been_told_is_not_told_again_afterwards(session, people, send, letters_to):
    make.asset(due_on=TODAY)
    send()
    make.asset(due_on=TODAY, name="Mới đăng ký")
    send()
    assert send(TODAY - DAY)["people"] == 0
    assert len(letters_to(people.technician)) == 1


def test_a_new_due_date_is_told_of_anew(session, people, send, letters_to, clock):
    asset = make.asset(due_on=TODAY)
    send()
    clock(TODAY + DAY)
    asset.schedules[0].due_on = TODAY + 5 * DAY
    session.commit()
    send()
    assert [letter.subject for letter in letters_to(people.technician)] == [
        "Sổ đăng ký đo lường: 1 sắp đến hạn",
        "Sổ đăng ký đo lường: 1 sắp đến hạn",
    ]


def test_only_who_acts_for_the_owner_is_told(session, people, send, letters_to):
    make.asset(due_on=TODAY, owner=CENTRE)
    make.asset(due_on=TODAY, owner=ELSEWHERE, name="Ở nơi khác")
    send()
    told = {name: letters_to(getattr(people, name)) for name in ("keeper", "technician", "inspector", "planner")}
    assert {name: len(letters) for name, letters in told.items()} == {
        "keeper": 1,
        "technician": 1,
        "inspector": 0,
        "planner": 0,
    }
    (to_stranger,) = letters_to(people.stranger)
    assert "Ở nơi khác" in to_stranger.text
    assert "Quả cân F1" not in to_stranger.text
    (to_admin,) = letters_to(people.admin)  # of the province, in which the enterprise elsewhere is not
    assert "Ở nơi khác" not in to_admin.text


@pytest.mark.parametrize(
    "said",
    [
        lambda: {"due_on": TODAY, "status": Status.QUARANTINED},
        lambda: {"due_on": TODAY, "status": Status.RETIRED},
        lambda: {"schedules": [make.schedule(proof=Proof.NOT_REQUIRED, due_on=TODAY)]},
        lambda: {"schedules": [make.schedule(proof=Proof.FAILED, due_on=TODAY)]},
        lambda: {"schedules": [make.schedule()]},
    ],
    ids=["quarantined", "retired", "given up", "failed", "without a day"],
)
def test_what_no_day_mends_is_not_told_of(session, people, send, said):
    make.asset(**said())
    assert send()["people"] == 0


def test_whose_access_has_ended_or_who_takes_no_letters_is_not_told(session, people, send, letters_to):
    make.asset(due_on=TODAY)
    accounts.deactivate(people.technician.person(), by=None)
    prefer(people.keeper, email_on=False)
    send()
    assert letters_to(people.technician) == letters_to(people.keeper) == []
    prefer(people.keeper, email_on=True)
    send()
    assert len(letters_to(people.keeper)) == 1


def test_without_a_mail_server_nothing_is_put_down_and_nothing_is_forgotten(session, people, send, letters_to):
    make.asset(due_on=TODAY)
    assert send(mailing=False)["people"] == 0
    send()
    assert len(letters_to(people.technician)) == 1


def test_a_weekly_digest_gathers_a_week_and_a_missed_monday_comes_on_tuesday(session, people, send, letters_to, clock):
    assert TODAY.weekday() == 0
    prefer(people.technician, days=["monday"])
    send()
    make.asset(due_on=TODAY + DAY)
    session.commit()
    for later in range(1, 7):
        clock(TODAY + later * DAY)
        send()
    assert letters_to(people.technician) == []
    clock(TODAY + 8 * DAY)
    send()
    send(TODAY + 8 * DAY)
    assert len(letters_to(people.technician)) == 1
    clock(TODAY + 9 * DAY)
    send()
    assert len(letters_to(people.technician)) == 1


def test_offsets_are_a_persons_own(session, people, send, letters_to):
    make.asset(due_on=TODAY + 45 * DAY)
    prefer(people.keeper, offsets=[60])
    prefer(people.technician, offsets=[7, 0])
    send()
    assert (len(letters_to(people.keeper)), len(letters_to(people.technician))) == (1, 0)


def test_a_letter_speaks_the_readers_language(session, people, send, letters_to):
    asset = make.asset(due_on=TODAY - 3 * DAY, name="Cân <b>điện tử</b> & quả cân")
    prefer(people.technician, locale="en")
    send()
    (english,), (vietnamese,) = letters_to(people.technician), letters_to(people.keeper)
    assert english.subject == "Metrology registry: 1 overdue"
    assert "Centre for measurement" in english.text
    assert "12 Jun 2026, 3 days ago" in english.text
    assert vietnamese.subject == "Sổ đăng ký đo lường: 1 quá hạn"
    assert "12/06/2026, 3 ngày trước" in vietnamese.text
    for letter in (english, vietnamese):
        assert f"{BASE}/assets/{asset.tag}" in letter.text
        assert f"{BASE}/account/notices" in letter.text
        assert "Cân <b>điện tử</b> & quả cân" in letter.text
        assert "<b>" not in letter.html
        assert "Cân &lt;b&gt;điện tử&lt;/b&gt; &amp; quả cân" in letter.html
        assert letter.headers == {"List-Unsubscribe": f"<{BASE}/account/notices>"}


def test_a_name_cannot_begin_a_header(session, people, send, letters_to):
    person = people.technician.person()
    person.name = "Kỹ thuật\r\nBcc: all@example.vn"
    make.asset(due_on=TODAY, name="Cân\nSubject: khác")
    send()
    (letter,) = letters_to(people.technician)
    assert letter.name == "Kỹ thuật Bcc: all@example.vn"
    assert "\nSubject" not in letter.text
    assert "\nBcc" not in letter.text


def test_a_long_digest_is_cut_and_says_how_much_is_left(session, people, send, letters_to):
    for number in range(103):
        make.asset(due_on=TODAY - DAY, name=f"Cân {number}")
    send()
    (letter,) = letters_to(people.technician)
    assert letter.text.count(f"{BASE}/assets/") == 100
    assert "và 3 mục nữa" in letter.text
    assert "và 3 mục nữa" in letter.html
    assert session.scalar(select(func.count(Notice.id)).where(Notice.message_id == letter.id)) == 103


def test_the_statements_do_not_grow_with_what_is_due(session, people, send):
    make.asset(due_on=TODAY)
    send(TODAY - 30 * DAY)
    with statements.sent() as few:
        send()
    for _asset in range(20):
        make.asset(due_on=TODAY + DAY)
    session.commit()
    with statements.sent() as seen:
        send(TODAY + DAY)
    assert len(seen) <= len(few)


# Putting off.


def snooze(caller, asset, days=10, reason="Đã gửi đi hiệu chuẩn"):
    person = caller.person()
    return actions.snooze(
        asset=asset.tag, kind=CalibrationKind.CALIBRATION, until=TODAY + days * DAY, reason=reason, by=person
    )


def test_what_is_put_off_is_told_on_that_day_and_not_before(session, people, send, letters_to, clock):
    asset = make.asset(due_on=TODAY + 7 * DAY)
    snooze(people.technician, asset)
    for later in range(10):
        clock(TODAY + later * DAY)
        send()
    assert letters_to(people.technician) == []
    assert len(letters_to(people.keeper)) == 2  # at 7 and at 0: a snooze is one's own
    clock(TODAY + 10 * DAY)
    send()
    send()
    (letter,) = letters_to(people.technician)
    assert letter.text.count(asset.name) == 1
    assert queries.snoozes(people.technician.person()) == []


def test_what_was_told_before_it_was_put_off_is_told_again_when_the_day_comes(session, people, send, letters_to, clock):
    asset = make.asset(due_on=TODAY - 30 * DAY)
    send()
    snooze(people.technician, asset, 3)
    clock(TODAY + 3 * DAY)
    send()
    _first, second = letters_to(people.technician)
    assert "Bạn đã hoãn nhắc việc này đến hôm nay" in second.text


def test_a_snooze_ends_with_its_due_date(session, people, send, letters_to, clock):
    asset = make.asset(due_on=TODAY)
    snooze(people.technician, asset, 30)
    asset.schedules[0].due_on = TODAY + 7 * DAY
    session.commit()
    send()
    assert len(letters_to(people.technician)) == 1
    clock(TODAY + 30 * DAY)
    send()
    assert queries.snoozes(people.technician.person()) == []


def test_a_snooze_is_written_down_with_its_reason(session, people):
    asset = make.asset(due_on=TODAY)
    snooze(people.technician, asset)
    (entry,) = audit.history("asset", asset.tag)
    assert (entry.action, entry.changes["reason"]) == ("notices.snooze", [None, "Đã gửi đi hiệu chuẩn"])
    again = snooze(people.technician, asset, 20)
    assert [one.id for one in queries.snoozes(people.technician.person())] == [again.id]


# Escalation.


def test_what_stays_overdue_goes_to_the_manager_once(session, people, send, letters_to, clock):
    make.asset(due_on=TODAY - 14 * DAY)
    prefer(people.keeper, offsets=[])
    send()
    assert letters_to(people.keeper) == []
    clock(TODAY + DAY)
    for later in range(1, 5):
        clock(TODAY + later * DAY)
        send()
    (letter,) = letters_to(people.keeper)
    assert "Quá hạn đã lâu và không ai xin hoãn" in letter.text
    assert all("Quá hạn đã lâu" not in other.text for other in letters_to(people.technician))


def test_what_somebody_put_off_is_not_escalated_before_that_day(session, people, send, letters_to, clock):
    asset = make.asset(due_on=TODAY - 20 * DAY)
    prefer(people.keeper, offsets=[])
    snooze(people.technician, asset, 10)
    for later in range(10):
        clock(TODAY + later * DAY)
        send()
    assert letters_to(people.keeper) == []
    clock(TODAY + 10 * DAY)
    send()
    assert len(letters_to(people.keeper)) == 1


def test_a_manager_may_choose_never_to_be_asked(session, people, send, letters_to):
    make.asset(due_on=TODAY - 100 * DAY)
    prefer(people.keeper, offsets=[], escalation_days=None)
    send()
    assert letters_to(people.keeper) == []


def test_the_nearest_manager_is_asked_and_no_one_farther_up(session, people, send, letters_to):
    boss, _secret = accounts.add_person(
        email="boss@example.vn", name="Boss", role=Role.MANAGER, organisation=DEPARTMENT, by=None
    )
    accounts.add_organisation(
        code="PHONG", name_vi="Phòng", name_en="Room", kind=OrganisationKind.OTHER, parent=CENTRE, by=None
    )
    session.flush()
    for person in (boss, people.keeper.person()):
        session.add(NoticePreference(person_id=person.id, offsets=[]))
    make.asset(due_on=TODAY - 100 * DAY, owner="PHONG")
    send()
    assert len(letters_to(people.keeper)) == 1
    assert session.scalar(select(func.count(Message.id)).filter_by(person_id=boss.id)) == 0
    make.asset(due_on=TODAY - 100 * DAY, owner=DEPARTMENT)
    send(TODAY + DAY)
    assert session.scalar(select(func.count(Message.id)).filter_by(person_id=boss.id)) == 1


def test_whoever_looks_after_an_owner_is_found_in_it_or_over_it(session, people):
    owner = accounts.add_organisation(
        code="PHONG", name_vi="Phòng", name_en="Room", kind=OrganisationKind.OTHER, parent=CENTRE, by=None
    )
    session.flush()
    found = [(person.email, owners) for person, owners in readers.caretakers([owner.id])]
    assert found == [(people.keeper.email, [owner.id]), (people.technician.email, [owner.id])]


def test_an_inspector_who_asked_is_told_of_what_is_overdue_in_the_province(session, people, send, letters_to, clock):
    make.asset(name="Quá hạn", due_on=TODAY - DAY)
    make.asset(name="Sắp hạn", due_on=TODAY + DAY)
    make.asset(name="Nơi khác", owner=ELSEWHERE, due_on=TODAY - DAY)
    session.commit()
    send()
    assert letters_to(people.inspector) == []
    prefer(people.inspector, email_on=True)
    for days in (1, 1, 2):
        clock(TODAY + days * DAY)
        send()
    first, second = (letter.text for letter in letters_to(people.inspector))
    assert ("Quá hạn" in first, "Nơi khác" in first + second, "Sắp hạn" in second) == (True, False, True)
    assert [line.name for line in readers.upcoming_lines(people.inspector.person(), (30,), TODAY, limit=9)] == [
        "Quá hạn"
    ]
