"""Webhooks' news of the day, and single notices to people and programs."""

import json
from datetime import timedelta

from sqlalchemy import select

from registry.assets.rules import ScheduleKind
from registry.calibration.notices import actions, queries, writing
from registry.calibration.notices.letters import Said
from registry.kernel.i18n import _
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import Channel
from tests.calibration.notices.conftest import BASE
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import CENTRE

DAY = timedelta(days=1)


def prefer(caller, **said):
    person = caller.person()
    return actions.change_preference(queries.preference_of(person), **said, by=person)


def hook(people, **said):
    keeper = people.keeper.person()
    usual = {"organisation": CENTRE, "name": "Kho", "url": "https://example.vn/hook", "private": False}
    return actions.add_webhook(**usual | said, by=keeper)


def test_a_webhook_is_told_each_offset_once(session, people, send, clock):
    made = hook(people)
    asset = make.asset(due_on=TODAY + 30 * DAY)
    for days in (0, 0, 1, 23, 23):
        clock(TODAY + days * DAY)
        send(mailing=False)
    wanted = select(Message).filter_by(webhook_id=made.id, channel=Channel.WEBHOOK).order_by(Message.id)
    first, second = (json.loads(message.text) for message in session.scalars(wanted))
    assert (first["type"], first["on"]) == ("schedules.due", TODAY.isoformat())
    assert first["items"] == [
        {
            "asset": asset.tag,
            "name": asset.name,
            "owner": CENTRE,
            "kind": ScheduleKind.CALIBRATION,
            "due_on": (TODAY + 30 * DAY).isoformat(),
            "days": 30,
            "unverified": False,
            "url": f"{BASE}/assets/{asset.tag}",
        }
    ]
    assert second["items"][0]["days"] == 7


def test_a_webhook_that_was_taken_away_is_told_nothing_more(session, people, send):
    made = hook(people)
    make.asset(due_on=TODAY)
    actions.remove_webhook(made, by=people.keeper.person())
    assert send(mailing=False)["webhooks"] == 0


def test_a_single_notice_is_told_once_in_each_readers_language(session, people, letters_to):
    prefer(people.technician, locale="en")
    prefer(people.keeper, email_on=False)

    def words():
        return Said(_("Overdue"), [_("Falling due")], "/assets/X", _("Assets"))

    both = [people.technician.person(), people.planner.person(), people.keeper.person()]
    assert [writing.tell(both, words, key="case:1", base_url=BASE) for _twice in range(2)] == [2, 0]
    (english,), (vietnamese,) = letters_to(people.technician), letters_to(people.planner)
    assert (english.subject, vietnamese.subject) == ("Overdue", "Quá hạn")
    assert f"Assets: {BASE}/assets/X" in english.text
