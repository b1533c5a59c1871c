"""Permissions: a table of persons and verbs, at home, below, above and elsewhere."""

import pytest
from sqlalchemy import select

from registry.accounts import actions, queries
from registry.accounts.models import Organisation
from registry.accounts.permissions import require
from registry.accounts.rules import ALLOWED, OrganisationKind, Role, SuccessionKind, Verb, check_password, role_words
from registry.kernel.errors import Forbidden, Invalid
from tests.conftest import TODAY
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE, PEOPLE, PROVINCE

RECORDING = {Verb.ASSET_WRITE, Verb.CALIBRATION_RECORD, Verb.ASSESSMENT_WRITE, Verb.ACTIVITY_WRITE, Verb.REPORT_WRITE}
OVERSEEING = {Verb.TELLING_READ, Verb.ASSESSMENT_OVERSEE, Verb.ACCREDITATION_CONFIRM}
MANAGING = RECORDING | {
    Verb.CALIBRATION_APPROVE,
    Verb.IMPACT_CONCLUDE,
    Verb.LAB_WRITE,
    Verb.ACCREDITATION_CONFIRM,
    Verb.ASSESSMENT_SIGN,
    Verb.TYPE_WRITE,
    Verb.PROCEDURE_WRITE,
    Verb.VIEW_SHARE,
    Verb.WEBHOOK_WRITE,
    Verb.TELLING_READ,
    Verb.REPORT_SUBMIT,
}
INSPECTING = OVERSEEING | {Verb.INSPECTION_WRITE}
PLANNING = OVERSEEING | {
    Verb.PLAN_WRITE,
    Verb.EVIDENCE_DECIDE,
    Verb.JOB_READ,
    Verb.ACTIVITY_WRITE,
    Verb.ENTERPRISE_WRITE,
    Verb.REPORT_WRITE,
    Verb.REPORT_SUBMIT,
}
EVERYTHING = set(Verb)
# What each person may do for an organisation; what is not here, nobody may.
MAY = {
    ("technician", CENTRE): RECORDING,
    ("keeper", CENTRE): MANAGING,
    ("planner", DEPARTMENT): PLANNING,
    ("planner", CENTRE): PLANNING,
    ("inspector", DEPARTMENT): INSPECTING,
    ("inspector", CENTRE): INSPECTING,
    ("stranger", ELSEWHERE): RECORDING,
} | {("admin", where): EVERYTHING for where in (PROVINCE, DEPARTMENT, CENTRE, ELSEWHERE)}
ANYWHERE = {
    "technician": RECORDING,
    "keeper": MANAGING,
    "inspector": INSPECTING,
    "planner": PLANNING,
    "admin": EVERYTHING,
    "stranger": RECORDING,
}


def test_the_table_of_roles_is_the_one_that_was_agreed():
    assert {role: set(verbs) for role, verbs in ALLOWED.items()} == {
        Role.TECHNICIAN: RECORDING,
        Role.MANAGER: MANAGING,
        Role.INSPECTOR: INSPECTING,
        Role.PLANNER: PLANNING,
        Role.ADMIN: EVERYTHING,
    }


def test_each_person_may_do_what_the_table_says_and_nothing_else(session, people):
    ids = {row.code: row.id for row in session.scalars(select(Organisation))}
    found = {}
    for name in PEOPLE:
        who = getattr(people, name).person()
        for code in (PROVINCE, DEPARTMENT, CENTRE, ELSEWHERE):
            verbs = {verb for verb in Verb if queries.may(who, verb, ids[code])}
            if verbs:
                found[name, code] = verbs
    assert found == MAY


def test_without_an_organisation_the_question_is_whether_one_may_anywhere(session, people):
    found = {
        name: {verb for verb in Verb if queries.may(getattr(people, name).person(), verb, None)} for name in PEOPLE
    }
    assert found == ANYWHERE


def test_what_one_may_not_do_is_refused_with_the_roles_that_may(session, people):
    where = queries.organisation_by_code(CENTRE).id
    with pytest.raises(Forbidden) as refused:
        require(people.technician.person(), Verb.LAB_WRITE, where)
    assert f"{role_words(Role.ADMIN)}, {role_words(Role.MANAGER)}" in refused.value.detail
    require(people.keeper.person(), Verb.LAB_WRITE, where)
    require(None, Verb.LAB_WRITE, where)


def test_a_role_follows_the_records_that_were_taken_over(session, people):
    old = actions.add_organisation(code="OLD", name_vi="o", name_en="o", kind=OrganisationKind.OTHER, by=None)
    assert not queries.may(people.keeper.person(), Verb.ASSET_WRITE, old.id)
    actions.succeed(code="OLD", successor=CENTRE, on=TODAY, kind=SuccessionKind.MERGE, by=None)
    assert queries.may(people.keeper.person(), Verb.ASSET_WRITE, old.id)
    assert not queries.may(people.stranger.person(), Verb.ASSET_WRITE, old.id)


def test_an_unknown_organisation_gives_nobody_a_right(session, people):
    assert not queries.may(people.keeper.person(), Verb.ASSET_WRITE, 2**31 - 1)


def test_the_choices_of_a_form_are_the_living_organisations_one_may_write_for(session, people):
    for code, ended in (("ENDED", TODAY.replace(day=14)), ("ENDS-TODAY", TODAY)):
        actions.add_organisation(
            code=code, name_vi=code, name_en=code, kind=OrganisationKind.OTHER, parent=CENTRE, valid_to=ended, by=None
        )

    def choices(name):
        return {
            row.code for row in queries.organisation_choices(getattr(people, name).person(), Verb.ASSET_WRITE, TODAY)
        }

    assert choices("keeper") == choices("technician") == {CENTRE, "ENDS-TODAY"}
    assert choices("stranger") == {ELSEWHERE}
    assert choices("inspector") == choices("planner") == set()
    assert choices("admin") == {PROVINCE, DEPARTMENT, CENTRE, ELSEWHERE, "ENDS-TODAY"}


@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 129, "Somebody@Example.vn", "somebody"])
def test_a_password_is_long_enough_and_not_the_address(password):
    with pytest.raises(Invalid) as caught:
        check_password(password, "somebody@example.vn", "new_password")
    assert list(caught.value.errors or {}) == ["new_password"]


@pytest.mark.parametrize("password", ["x" * 12, "x" * 128, "một hai ba bốn năm", "            "])
def test_a_password_of_any_letters_is_accepted_when_it_is_long(password):
    check_password(password, "somebody@example.vn")
