"""News of cases: told to who looks after the items, once, grouped, in their language, and never lost."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind, Role
from registry.assets.models import Asset
from registry.calibration.cases import actions, gathering, news
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import CaseState, Disposition
from registry.calibration.models import Calibration
from registry.calibration.notices import actions as notices
from registry.calibration.notices import queries
from registry.calibration.notices.models import Telling
from registry.jobs import work
from registry.kernel import clock, tasks
from registry.kernel.db import db
from registry.kernel.outbox.models import Message
from registry.kernel.tasks import Task, TaskState
from tests.conftest import TODAY
from tests.make import chain as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE
from tests.statements import sent

DAY = timedelta(days=1)
BASE = "https://do-luong.example.vn"


@pytest.fixture
def weight(people, session):
    made = make.standard("F1 <b>", characteristics=[])
    make.used(made, TODAY - 100 * DAY)
    return made


def used_by(weight, *owners):
    made = [make.standard(f"Cân {number}", owner=owner) for number, owner in enumerate(owners)]
    for item in made:
        make.used(item, TODAY - 9 * DAY, weight)
    return made


def bad(weight) -> Case:
    make.failed(weight, TODAY, make.point("2000", "0.7", limit="0.1"))
    db.session.commit()
    return db.session.scalars(select(Case)).one()


def tell(case, *, mailing=True):
    news.tell(case, base_url=BASE, mailing=mailing)
    db.session.commit()


def letters():
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def prefer(caller, **said):
    person = caller.person()
    notices.change_preference(queries.preference_of(person), **said, by=person)


def counted(caller):
    wanted = select(Telling.counts).where(Telling.person_id == caller.person().id).order_by(Telling.id)
    return list(db.session.scalars(wanted))


def test_who_looks_after_the_items_is_told_once_each_in_their_language(weight, people):
    notices.change_preference(
        queries.preference_of(people.technician.person()), locale="en", by=people.technician.person()
    )
    used_by(weight, CENTRE, CENTRE, CENTRE, CENTRE, ELSEWHERE)
    case = bad(weight)
    for _twice in range(2):
        tell(case)
    keeper, technician, stranger = letters()
    assert [one.address for one in letters()] == [people.keeper.email, people.technician.email, people.stranger.email]
    assert "Đang nghi ngờ: 4 (Cân 0" in keeper.text
    assert "…)" in keeper.text
    assert "In doubt: 4 (Cân 0" in technician.text
    assert f"{BASE}/cases/{case.id}/concerned?owner={CENTRE}" in keeper.text
    assert ("Đang nghi ngờ: 1 (Cân 4" in stranger.text, "Cân 0" in stranger.text, CENTRE in stranger.text) == (1, 0, 0)
    assert "F1 &lt;b&gt;" in keeper.html
    assert (counted(people.keeper), counted(people.stranger)) == ([{"in_doubt": 4}], [{"in_doubt": 1}])
    assert counted(people.planner) == []


def test_what_is_decided_is_told_and_what_is_not_new_is_not(weight, people):
    items = used_by(weight, CENTRE, CENTRE, ELSEWHERE)
    case = bad(weight)
    tell(case)
    keys = dict(db.session.execute(select(CaseItem.asset_id, CaseItem.id)).all())
    decide = {"reason": "…", "by": None}
    actions.dispose(case, disposition=Disposition.RECALL, items=[keys[items[0].id]], **decide)
    actions.dispose(case, disposition=Disposition.NO_EFFECT, items=[keys[items[1].id]], **decide)
    tell(case)
    actions.dispose(case, disposition=Disposition.RECALL, items=[keys[items[0].id]], seen=clock.now(), **decide)
    tell(case)
    assert counted(people.keeper) == [{"in_doubt": 2}, {"recall": 1, "cleared": 1}]
    assert counted(people.stranger) == [{"in_doubt": 1}]
    assert "Không còn nghi ngờ: 1" in letters()[-1].text


def test_a_case_that_widens_tells_of_what_came_and_one_without_ground_takes_it_back(weight, people):
    used_by(weight, CENTRE)
    case = bad(weight)
    tell(case)
    make.used(make.standard("Muộn"), TODAY - DAY, weight)
    tell(case)
    actions.voided(db.session.get_one(Calibration, case.calibration_id), by=None)
    tell(case)
    assert counted(people.keeper) == [{"in_doubt": 1}, {"in_doubt": 1}, {"cleared": 2}]
    assert "Vụ việc đã được rút lại" in letters()[-1].text


def test_many_organisations_of_one_caretaker_come_in_one_letter(weight, people):
    for number in range(3):
        accounts.add_organisation(
            code=f"X{number}", name_vi=f"Xã {number}", name_en=f"Commune {number}",
            kind=OrganisationKind.COMMUNE, parent=DEPARTMENT, by=None,
        )  # fmt: skip
    boss, _secret = accounts.add_person(
        email="boss@example.vn", name="Boss", role=Role.MANAGER, organisation=DEPARTMENT, by=None
    )
    used_by(weight, "X0", "X1", "X2")
    tell(bad(weight))
    (letter,) = letters()
    assert letter.person_id == boss.id
    assert [f"Xã {number}\n- Đang nghi ngờ: 1" in letter.text for number in range(3)] == [True] * 3
    assert db.session.scalar(select(func.count(Telling.id)).where(Telling.message_id == letter.id)) == 3


def test_an_item_that_was_handed_over_is_told_to_its_new_owner_only(weight, people):
    (item,) = used_by(weight, CENTRE)
    case = bad(weight)
    other = db.session.scalar(select(accounts.Organisation.id).filter_by(code=ELSEWHERE))
    db.session.execute(update(Asset).where(Asset.id == item.id).values(owner_id=other))
    tell(case)
    assert (counted(people.keeper), counted(people.stranger)) == ([], [{"in_doubt": 1}])


def test_without_a_mail_server_or_letters_the_registry_says_it_all_the_same(weight, people):
    prefer(people.keeper, email_on=False)
    used_by(weight, CENTRE)
    case = bad(weight)
    tell(case)
    assert [one.address for one in letters()] == [people.technician.email]
    make.used(make.standard("Muộn"), TODAY - DAY, weight)
    tell(case, mailing=False)
    assert len(letters()) == 1
    assert (len(counted(people.keeper)), len(counted(people.technician))) == (2, 2)


def test_a_program_is_told_of_the_organisations_it_listens_for(weight, people):
    keeper = people.keeper.person()
    hook = notices.add_webhook(organisation=CENTRE, name="Kho", url="https://example.vn/h", private=False, by=keeper)
    used_by(weight, CENTRE, ELSEWHERE)
    case = bad(weight)
    tell(case, mailing=False)
    (message,) = letters()
    said = json.loads(message.text)
    assert (message.webhook_id, said["type"], said["case"]) == (hook.id, "case.changed", case.id)
    url = f"{BASE}/cases/{case.id}/concerned?owner={CENTRE}"
    assert said["items"] == [{"owner": CENTRE, "counts": {"in_doubt": 1}, "url": url}]


def test_nothing_is_told_while_a_case_gathers_and_all_when_it_is_done_or_gives_up(weight, people, monkeypatch):
    monkeypatch.setattr(gathering, "FEW", 1)
    used_by(weight, CENTRE, CENTRE, CENTRE)
    case = bad(weight)
    assert case.state is CaseState.GATHERING
    tell(case)
    assert counted(people.keeper) == []
    while work.one():
        pass
    assert counted(people.keeper) == [{"in_doubt": 3}]


def test_what_was_found_before_a_search_broke_off_is_told(weight, people, monkeypatch):
    monkeypatch.setattr(gathering, "FEW", 1)
    used_by(weight, CENTRE, CENTRE, CENTRE)
    case = bad(weight)
    actions.gave_up(case, "…")
    tell(case)
    assert counted(people.keeper) == [{"in_doubt": 1}]


def test_work_that_broke_off_is_asked_for_again_and_told_once(weight, people, monkeypatch):
    used_by(weight, CENTRE)
    case = bad(weight)

    def broken(*_said, **_more):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(news.writing, "note", broken)
        while work.one():
            pass
    assert db.session.scalar(select(Task.state).filter_by(kind=news.TELL)) is TaskState.FAILED
    assert (letters(), counted(people.keeper)) == ([], [])
    assert [news.ask_for_all() for _twice in range(2)] == [1, 1]
    db.session.commit()
    while work.one():
        pass
    assert counted(people.keeper) == [{"in_doubt": 1}]
    assert (news.ask_for_all(), case.state) == (0, CaseState.OPEN)


def test_the_same_work_is_asked_for_once_until_it_begins(session):
    for _twice in range(2):
        tasks.enqueue_once("k", 1)
    tasks.enqueue_once("k", 2)
    session.flush()
    session.execute(update(Task).values(attempts=1))
    tasks.enqueue_once("k", 1)
    session.flush()
    assert sorted(session.scalars(select(Task.key).filter_by(kind="k"))) == ["1", "1", "2"]
    session.rollback()


def test_telling_asks_as_much_for_many_items_as_for_few(weight, people):
    def statements_for(number):
        used_by(weight, *[CENTRE] * number)
        with sent() as asked:
            tell(case)
        return len(asked)

    used_by(weight, CENTRE)
    case = bad(weight)
    assert statements_for(1) == statements_for(5)
