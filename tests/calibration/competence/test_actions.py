"""Verdicts on laboratories: frozen when a record is issued, and beside it what is known now."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from registry.accounts import actions as accounts
from registry.accounts.models import OrganisationSuccession
from registry.accounts.rules import SuccessionKind
from registry.assets.models import Asset
from registry.calibration.competence import actions, queries
from registry.calibration.competence.models import CompetenceCheck
from registry.calibration.competence.telling import told
from registry.calibration.rules import CalibrationKind
from registry.jobs import work
from registry.kernel import tasks
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.labs import actions as lab_actions
from registry.labs import queries as labs
from registry.labs.decisions import actions as decisions
from registry.labs.rules import RecognitionKind
from registry.labs.scope import actions as scopes
from registry.labs.scope.rules import Competence
from registry.labs.standing import DecisionKind
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import chain
from tests.make import labs as make_labs
from tests.make.calibration import calibration
from tests.people import CENTRE, ELSEWHERE
from tests.statements import sent

DAY = timedelta(days=1)
WORK = date(2025, 6, 15)
GOOD = chain.point("100", u="0.001")


def verdicts(record):
    """What was found, and what is known now."""
    held = db.session.get(CompetenceCheck, record.id, populate_existing=True)
    return (held.competence_found.value, held.competence.value)


def work_off():
    db.session.commit()
    while work.one():
        pass
    assert set(db.session.scalars(select(tasks.Task.state))) <= {tasks.TaskState.DONE}


@pytest.fixture
def record(people, session):
    """A calibration within the scope of an accredited laboratory."""
    chain.accredited("LAB")
    return calibration(make.asset(), WORK, lab="LAB", points=[GOOD])


def suspend(day, **said):
    return make_labs.decision("LAB", "suspended", day, **said)


@pytest.mark.parametrize(
    ("first", "last", "now"),
    [
        (WORK, None, "not_in_force"),
        (WORK + DAY, None, "in_scope"),
        (WORK - 9 * DAY, WORK - DAY, "in_scope"),
        (WORK - 9 * DAY, WORK, "not_in_force"),
    ],
)
def test_a_suspension_dated_back_marks_results_of_its_days_and_rewrites_none(record, first, last, now):
    suspend(first, until_on=last, number="9/QĐ-VPCNCL")
    work_off()
    assert verdicts(record) == ("in_scope", now)
    held = db.session.get(CompetenceCheck, record.id)
    assert (held.changed_by == "9/QĐ-VPCNCL") is (now != "in_scope")


def test_what_is_annulled_holds_again_and_the_list_of_changed_results_forgets_it(record, people):
    decision = suspend(WORK)
    work_off()
    assert [one.calibration_id for one in queries.changed(people.keeper.person()).items] == [record.id]
    assert queries.changed(people.stranger.person()).items == []
    decisions.annul(labs.by_code("LAB"), decision, reason="Ghi nhầm", by=None)
    work_off()
    assert verdicts(record) == ("in_scope", "in_scope")
    assert queries.changed(people.keeper.person()).items == []


def test_a_result_is_marked_with_the_decision_that_interrupts_it_whatever_was_recorded_or_annulled_meanwhile(record):
    first = suspend(WORK - 9 * DAY, number="A1")
    work_off()
    assert db.session.get(CompetenceCheck, record.id).changed_by == "A1"
    decisions.annul(labs.by_code("LAB"), first, reason="Ghi nhầm", by=None)
    second = suspend(WORK, until_on=WORK, number="B1")
    work_off()
    held = db.session.get(CompetenceCheck, record.id, populate_existing=True)
    assert (held.standing, held.changed_by) == ("suspended", "B1")  # it never stood otherwise in between
    make_labs.decision("LAB", "withdrawn", WORK, number="W1")
    decisions.annul(labs.by_code("LAB"), second, reason="Ghi nhầm", by=None)
    work_off()
    held = db.session.get(CompetenceCheck, record.id, populate_existing=True)
    assert (held.standing, held.changed_by) == ("withdrawn", "W1")


def test_a_line_put_right_counts_from_its_first_day_on_and_what_was_found_stays(record):
    lab = labs.by_code("LAB")
    scopes.correct(lab, lab.lines[0], reason="Gõ thiếu số 0", corrected=chain.line(cmc=Decimal("0.01")), by=None)
    work_off()
    assert verdicts(record) == ("in_scope", "outside_scope")
    now = told(db.session.get(CompetenceCheck, record.id))
    assert now.is_changed
    assert [reason for reason in now.now.reasons if "0,001" in reason and "0,01" in reason]


@pytest.mark.usefixtures("people", "session")
@pytest.mark.parametrize(("named", "now"), [("VILAS 999", "outside_scope"), ("VLAC 7", "in_scope"), (None, "unknown")])
def test_a_suspension_of_one_of_two_accreditations_bears_on_the_lines_that_belong_to_it(named, now):
    held = [
        make_labs.accreditation(granted_on=WORK - 99 * DAY),
        make_labs.accreditation(body="AOSC", number="VLAC 7", granted_on=WORK - 99 * DAY),
    ]
    make_labs.lab("TWO", accreditations=held, scope=[chain.line(accreditation=named)])
    result = calibration(make.asset(), WORK, lab="TWO", points=[GOOD])
    make_labs.decision("TWO", "suspended", WORK, number="9/QĐ")
    work_off()
    assert verdicts(result) == ("in_scope", now)
    assert (db.session.get(CompetenceCheck, result.id).changed_by == "9/QĐ") is (now != "in_scope")


@pytest.mark.usefixtures("people", "session")
def test_a_line_belongs_to_an_accreditation_of_its_own_laboratory():
    with pytest.raises(Invalid) as refused:
        make_labs.lab("ONE", accreditations=[make_labs.accreditation()], scope=[chain.line(accreditation="VLAC 7")])
    assert set(refused.value.errors) == {"scope.0.accreditation"}


@pytest.mark.parametrize(("effective", "now"), [(WORK, "outside_scope"), (WORK + DAY, "in_scope")])
def test_a_decision_that_ends_a_line_leaves_the_days_before_it_as_they_were(record, effective, now):
    lab = labs.by_code("LAB")
    scopes.decide(lab, number="1", effective_on=effective, kind=scopes.ScopeChange.END, ends=[lab.lines[0].id], by=None)
    work_off()
    assert verdicts(record) == ("in_scope", now)


def test_what_was_recorded_before_verdicts_were_kept_gets_one_in_the_background(record):
    for other in range(3):
        calibration(make.asset(), WORK + other * DAY, lab="LAB", points=[GOOD], certificate_no=f"C{other}")
    db.session.query(CompetenceCheck).delete()
    tasks.enqueue(actions.JUDGE, 0)
    work_off()
    assert [check.competence for check in db.session.scalars(select(CompetenceCheck))] == [Competence.IN_SCOPE] * 4
    tasks.enqueue(actions.JUDGE, 0)
    work_off()
    assert len(db.session.scalars(select(CompetenceCheck)).all()) == 4


@pytest.mark.usefixtures("people", "session")
def test_a_draft_has_no_verdict_yet_but_is_told_what_it_would_be():
    chain.accredited("LAB", scope=[])
    drafted = calibration(make.asset(), WORK, lab="LAB", points=[GOOD], certificate_no=None)
    assert db.session.get(CompetenceCheck, drafted.id) is None
    found = told(queries.of_record(drafted))
    assert (found.now.competence, found.found) == (Competence.UNKNOWN, None)


@pytest.mark.usefixtures("record")
def test_a_record_costs_two_statements_more_for_its_verdict():
    item = make.asset()
    db.session.commit()
    db.session.expire_all()
    with sent() as statements:
        calibration(item, WORK, lab="LAB", points=[GOOD], certificate_no="A")
    named = ("scope_line", "competence_check", "accreditation")
    asked = [statement for statement in statements if any(f" {name}" in statement for name in named)]
    assert sum("FROM lab LEFT OUTER JOIN accreditation" in statement for statement in asked) == 1  # there before, too
    assert len(asked) == 3


def designation(number="12/QĐ-TĐC", granted_on=WORK - 9 * DAY, valid_until=WORK + 9 * DAY, ended_on=None):
    kind, covers = RecognitionKind.DESIGNATION, "Kiểm định cân"
    return {
        "kind": kind,
        "number": number,
        "issuer": "STAMEQ",
        "granted_on": granted_on,
        "valid_until": valid_until,
        "ended_on": ended_on,
        "covers": covers,
    }


def verification(lab="VERIFIER", **said):
    return calibration(make.asset(), WORK, lab=lab, kind=CalibrationKind.VERIFICATION, **said)


def designate(*held, code="VERIFIER"):
    lab_actions.edit(labs.by_code(code), recognitions=list(held), by=None)
    work_off()


@pytest.mark.usefixtures("people", "session")
@pytest.mark.parametrize(
    ("before", "after", "now"),
    [
        ([designation()], [designation(ended_on=WORK)], ("not_in_force", "withdrawn", "designation_ended")),
        ([designation()], [designation(ended_on=WORK + DAY)], None),
        ([designation()], [designation(valid_until=WORK - DAY)], ("not_in_force", "expired", "designation_expired")),
        ([designation()], [designation(valid_until=WORK)], None),
        ([designation()], [designation(), designation("9", WORK + DAY)], None),  # says nothing about that day
        ([], [designation(granted_on=WORK)], ("unknown", "in_force", "designated")),
        ([], [designation(granted_on=WORK + DAY)], ("not_in_force", "not_yet", "designated_later")),
        ([designation()], [], ("unknown", None, "no_designation")),
    ],
)
def test_a_designation_that_changes_marks_verifications_and_rewrites_none(before, after, now):
    make_labs.lab("VERIFIER", recognitions=before)
    made = verification(certificate_no="KĐ 1")
    measured = calibration(make.asset(), WORK, lab="VERIFIER", points=[GOOD])
    check = db.session.get(CompetenceCheck, made.id)
    found = check.competence_found, check.standing_found, check.findings_found
    designate(*after)
    check = db.session.get(CompetenceCheck, made.id, populate_existing=True)
    assert (check.competence_found, check.standing_found, [list(row) for row in check.findings_found]) == (
        *found[:2],
        [list(row) for row in found[2]],
    )
    assert (check.changed_by is not None) is (now is not None)
    if now is not None:
        assert (check.competence, check.standing, check.findings[0][0]) == now
        assert told(check).is_changed
    assert db.session.get(CompetenceCheck, measured.id, populate_existing=True).changed_at is None


@pytest.mark.usefixtures("people", "session")
def test_a_verification_that_turned_out_to_be_by_designation_is_in_the_list_of_changes(people):
    make_labs.lab("VERIFIER")
    made = verification(certificate_no="KĐ 1")
    assert queries.changed(people.keeper.person()).items == []
    designate(designation())
    assert [one.calibration_id for one in queries.changed(people.keeper.person()).items] == [made.id]
    designate()
    assert queries.changed(people.keeper.person()).items == []


@pytest.mark.usefixtures("people", "session")
def test_a_designation_of_a_predecessor_counts_for_what_its_successor_is_said_to_have_verified():
    make_labs.lab("VERIFIER", organisation=ELSEWHERE)
    make_labs.lab("HEIR")
    before, after = labs.by_code("VERIFIER").organisation, labs.by_code("HEIR").organisation
    taken = OrganisationSuccession(from_id=before.id, to_id=after.id, on=WORK + DAY, kind=SuccessionKind.MERGE)
    db.session.add(taken)
    db.session.flush()
    made = verification("HEIR")
    assert told(db.session.get(CompetenceCheck, made.id)).now.standing is None
    designate(designation())
    now = told(db.session.get(CompetenceCheck, made.id, populate_existing=True))
    assert (now.now.standing, now.holder) == ("in_force", labs.by_code("VERIFIER").name)


@pytest.fixture
def heir(people, session):
    """What the laboratory of a successor did while its predecessor, that was not accredited yet, still existed."""
    make_labs.lab("OLD", organisation=ELSEWHERE, scope=[chain.line()])
    make_labs.lab("HEIR")
    return calibration(make.asset(), WORK, lab="HEIR", points=[GOOD])


def take_over(on=WORK + DAY):
    accounts.succeed(code=ELSEWHERE, successor=CENTRE, on=on, kind=SuccessionKind.MERGE, by=None)


def test_an_accreditation_of_a_predecessor_that_is_recorded_late_counts_for_its_successor(heir):
    take_over()
    work_off()
    assert verdicts(heir) == ("not_accredited", "not_accredited")
    lab_actions.edit(labs.by_code("OLD"), accreditations=[make_labs.accreditation()], by=None)
    work_off()
    assert verdicts(heir) == ("not_accredited", "in_scope")
    make_labs.decision("OLD", "suspended", WORK)
    work_off()
    assert verdicts(heir) == ("not_accredited", "not_in_force")
    lab_actions.edit(labs.by_code("HEIR"), accreditations=[make_labs.accreditation(number="VILAS 1")], by=None)
    work_off()
    assert verdicts(heir) == ("not_accredited", "unknown")  # by its own accreditation now, whose scope is not known


@pytest.mark.parametrize(("on", "now"), [(WORK + DAY, "in_scope"), (WORK, "not_accredited")])
def test_a_succession_that_is_recorded_late_counts_for_what_was_done_before_it(heir, on, now):
    lab_actions.edit(labs.by_code("OLD"), accreditations=[make_labs.accreditation()], by=None)
    take_over(on)
    work_off()
    assert verdicts(heir) == ("not_accredited", now)


def test_lines_that_are_replaced_by_a_list_end_and_those_that_are_new_begin_that_day(record):
    lab = labs.by_code("LAB")
    lab_actions.edit(lab, scope=[chain.line(cmc=Decimal("0.01"))], by=None)
    work_off()
    assert verdicts(record) == ("in_scope", "in_scope")
    later = calibration(make.asset(), TODAY, lab="LAB", points=[GOOD], certificate_no="B")
    assert verdicts(later) == ("outside_scope", "outside_scope")
    before, after = sorted(labs.by_code("LAB").scope, key=lambda line: line.id)
    assert (before.valid_to, after.valid_from) == (TODAY - DAY, TODAY)
    lab_actions.edit(labs.by_code("LAB"), scope=[chain.line(cmc=Decimal("0.01"))], by=None)  # said once more
    assert len(labs.by_code("LAB").scope) == 2
    lab_actions.edit(labs.by_code("LAB"), scope=[chain.line(cmc=Decimal("0.01"), valid_from=WORK)], by=None)
    work_off()
    assert verdicts(record)[1] == "in_scope"  # by the line that ended; from when it counts was said


def test_a_record_that_is_issued_while_a_suspension_is_being_recorded_waits_for_it(people, app, arrange, database):
    with arrange():
        chain.accredited("LAB")
        key = make.asset().id
    if database == "sqlite":
        pytest.skip("Who writes is alone there.")
    asked, answers = threading.Event(), []

    def issue():
        with app.app_context():
            item = db.session.get_one(Asset, key)
            labs.lab_field("LAB")  # read before the suspension is there
            asked.set()
            record = calibration(item, WORK, lab="LAB", points=[GOOD])
            db.session.commit()
            answers.append(verdicts(record))

    with app.app_context():
        lab = labs.by_code("LAB", lock=True)
        thread = threading.Thread(target=issue)
        thread.start()
        asked.wait(10)
        said = {"effective_on": WORK, "decided_on": WORK, "number": "1"}
        decisions.record(lab, accreditation="VILAS 999", kind=DecisionKind.SUSPENDED, **said, by=None)
        thread.join(0.3)
        assert answers == []
        db.session.commit()
        thread.join(10)
    assert answers == [("not_in_force", "not_in_force")]


@pytest.mark.usefixtures("people", "session")
def test_what_is_no_designation_starts_no_work():
    make_labs.lab("VERIFIER", recognitions=[designation()])
    verification()
    work_off()
    lab_actions.edit(
        labs.by_code("VERIFIER"),
        recognitions=[designation(), designation("ISO") | {"kind": RecognitionKind.ISO_9001}],
        by=None,
    )
    assert db.session.scalars(select(tasks.Task).where(tasks.Task.kind == actions.AGAIN)).all() == []
