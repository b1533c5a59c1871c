"""What activities do for the plan: the traps of its text, each with the value under both readings."""

from datetime import date

import pytest

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.kernel.errors import Conflict, Invalid
from registry.plan import queries as rolled
from registry.plan.activities import actions
from registry.plan.activities.rules import ActivityKind, Aspect, ParticipantKind, Person, Stage
from registry.plan.evidence import queries
from registry.plan.models import RecordType
from tests.make import activities as make
from tests.make import plan as plans

TODAY = date(2026, 6, 15)
P1, P2 = date(2024, 5, 20), date(2026, 3, 10)


def count(indicator, activity, **said):
    return plans.evidence(indicator, str(activity.id), kind=RecordType.ACTIVITY, **said)


def read(code, period, on=TODAY):
    """The value of the period, and the running total."""
    rollup = rolled.rollup(rolled.by_code(plans.CODE, None), on)
    one = next(one for one in rollup.indicators if one.row.code == code)
    tally = next(result.tally for result in one.periods if result.span.code == period)
    return tally.in_period, tally.running


def proposed(plan, code):
    found = queries.proposals(plan, None, TODAY, limit=200).items
    return {(line.record.id, line.counted_on, line.quantity) for line in found if line.indicator == code}


@pytest.mark.parametrize(
    ("code", "kind", "said", "quantity"),
    [
        ("I.1", ActivityKind.COMMUNICATION, {"aspect": Aspect.RADIO, "quantity": 3}, 3),
        ("I.2", ActivityKind.CONFERENCE, {"aspect": Aspect.METROLOGY_DAY}, 1),
        ("II.1.-", ActivityKind.POLICY_REVIEW, {"aspect": Aspect.AMENDED, "quantity": 2}, 2),
        ("II.2.c", ActivityKind.TRAINING, {"persons": 30, "attendances": 55}, 30),
        ("II.3.a.1", ActivityKind.PURCHASE, {"aspect": Aspect.VEHICLE}, 1),
        ("II.3.b", ActivityKind.COORDINATION, {"aspect": Aspect.OUTSIDE}, 1),
        ("II.4.a", ActivityKind.SURVEY, {"quantity": 4}, 4),
    ],
)
def test_an_activity_is_proposed_at_the_row_of_its_kind_and_nowhere_else(plan, code, kind, said, quantity):
    made = make.activity(kind, P1, **said)
    found = queries.proposals(plan, None, TODAY, limit=200).items
    assert [(line.indicator, line.record.id, line.quantity) for line in found] == [(code, str(made.id), quantity)]
    count(code, made)
    assert read(code, "P1") == (quantity, quantity)
    actions.void(made, reason="Nhập nhầm", by=None)
    assert read(code, "P1") == (0, 0)


def test_a5_people_are_counted_once_in_a_period_and_attendances_are_not_people(plan):
    one = make.course(P1, "An", "Bình", "Chi", sessions=2)
    two = make.course(date(2025, 12, 31), "Bình", "chi", "Dũng")
    later = make.course(date(2026, 1, 1), "An", "Em")
    assert (one.persons, one.attendances) == (3, 6)
    assert proposed(plan, "II.2.c") == {
        (str(one.id), P1, 3),
        (str(two.id), two.held_to, 3),
        (str(later.id), later.held_to, 2),
    }
    for course in (one, two, later):
        count("II.2.c", course)
    assert read("II.2.c", "P1") == (4, 4)
    assert read("II.2.c", "P2") == (2, 5)  # per period An counts again; running through both An is one person
    assert read("B25.2", "P1") == (4, 4)
    assert read("B30.3", "P2") == (2, 5)


def test_a_course_without_a_list_adds_the_people_it_states(plan):
    count("II.2.c", make.course(P1, persons=40, attendances=90))
    count("II.2.c", make.course(P1, "An", "Bình"))
    assert read("II.2.c", "P1") == (42, 42)


def test_somebody_with_an_identity_number_is_one_person_however_the_name_is_written(plan):
    one, two = make.course(P1), make.course(P1)
    for course, name in ((one, "Nông Văn A"), (two, "NONG VAN A (lớp 2)")):
        actions.list_people(
            course,
            people=[Person(name, "Sở Công Thương", ParticipantKind.CIVIL_SERVANT, "006 090 001234")],
            by=None,
        )
        count("II.2.c", course)
    assert read("II.2.c", "P1") == (1, 1)


def test_a7_surveys_never_count_as_programmes_and_only_an_adopted_one_does(plan):
    survey = make.activity(ActivityKind.SURVEY, P1, quantity=10)
    begun = make.adoption(make.enterprise("DN1"), P1, stage=Stage.SELECTED)
    adopted = make.adoption(make.enterprise("DN2"), P1)
    assert proposed(plan, "B25.3") == {(str(adopted.id), P1, 1)}
    assert proposed(plan, "B30.4") == set()
    for activity in (survey, begun):
        with pytest.raises(Invalid):
            count("B25.3", activity, anything=False)
    count("II.4.a", survey)
    count("B25.3", adopted)
    actions.edit(begun, steps=[{"stage": Stage.ADOPTED, "on": P2, "document_no": "9/QĐ"}], by=None)
    assert proposed(plan, "B30.4") == {(str(begun.id), P2, 1)}
    count("B30.4", begun)
    assert read("II.4.a", "P1") == (10, 10)
    assert read("B25.3", "P1") == (1, 1)
    assert read("B30.4", "P2") == (1, 2)


def test_an_enterprise_has_one_programme(plan):
    first = make.adoption(make.enterprise("DN1"), P1)
    with pytest.raises(Conflict) as refused:
        make.adoption("DN1", P2)
    assert list(refused.value.errors or {}) == ["subject"]
    actions.void(first, reason="Nhập nhầm", by=None)
    make.adoption("DN1", P2)


def test_a9_one_application_counts_in_several_rows_only_when_that_is_said(plan):
    applied = make.criteria(make.enterprise("DN1"), P1)
    assert proposed(plan, "II.3.c") == {(str(applied.id), P1, 1)}
    count("II.3.c", applied)
    with pytest.raises(Conflict):
        count("II.4.b", applied)
    count("II.4.b", applied, also_counted_in=["II.3.c"])
    assert (read("II.3.c", "P1"), read("II.4.b", "P1")) == ((1, 1), (1, 1))


def test_the_same_organisation_counts_once_in_a_period_and_once_in_all(plan):
    body = make.enterprise("DN1")
    for day in (P1, date(2025, 1, 1), P2):
        count("II.4.b", make.activity(ActivityKind.SUPPORT, day, subject=body, aspect=Aspect.CRITERIA_SET))
    assert (read("II.4.b", "P1"), read("II.4.b", "P2")) == ((1, 1), (1, 1))


def test_a12_a_project_counts_once_its_results_are_accepted(plan):
    steps = [{"stage": Stage.APPROVED, "on": P1, "document_no": "1/QĐ"}]
    project = make.activity(ActivityKind.PROJECT, P1, steps=steps, funds=5_000_000_000)
    assert proposed(plan, "II.5.-") == set()
    with pytest.raises(Invalid):
        count("II.5.-", project, anything=False)
    actions.edit(
        project, steps=[*steps, {"stage": Stage.ACCEPTED, "on": date(2025, 2, 1), "document_no": None}], by=None
    )
    assert proposed(plan, "II.5.-") == {(str(project.id), date(2025, 2, 1), 1)}


def test_a11_what_happens_in_a_period_without_a_target_is_not_proposed(plan):
    make.activity(ActivityKind.POLICY_REVIEW, P2, aspect=Aspect.KEPT)
    assert proposed(plan, "II.1.-") == set()


def test_a16_without_the_document_a_row_is_not_judged_whatever_was_counted(plan):
    assert plans.results(TODAY)["II.3.c", "P1"] == (0, "not_applicable")
    count("II.3.c", make.criteria(make.enterprise("DN1"), P1))
    assert plans.results(TODAY)["II.3.c", "P1"] == (1, "not_applicable")


def test_an_activity_about_an_enterprise_elsewhere_is_not_proposed(plan):
    make.enterprise("DN9", parent="UBND-THAINGUYEN")
    accounts.add_organisation(
        code="TINH-KHAC", name_vi="Tỉnh khác", name_en="Another", kind=OrganisationKind.PROVINCE, by=None
    )
    make.adoption(make.enterprise("DN8", parent="TINH-KHAC"), P1)
    assert proposed(plan, "B25.3") == set()
