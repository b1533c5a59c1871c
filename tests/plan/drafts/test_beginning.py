"""Which version a draft begins from."""

from datetime import date

import pytest

from registry.kernel.errors import Invalid
from registry.plan.drafts import actions
from registry.plan.models import PlanVersion
from tests.make import adjustments as make
from tests.make import plan as plans


def test_a_draft_begins_from_the_version_in_force_not_from_one_to_come(session):
    plan = plans.plan()
    to_come = make.decided("1/QĐ", "2026-02-01", make.target("I.2", "P2", 8, "08"), in_force_from="2028-01-01")
    make.load(to_come)
    make.load(make.decided("2/QĐ", "2026-05-20", make.target("I.1", "P2", 12, "12")))
    draft = actions.open_draft(plan, by=None)
    assert session.get_one(PlanVersion, draft.based_on_id).number == 3
    assert plans.row(draft.document, "I.1")["targets"]["P2"]["value"] == 12


def test_before_its_first_version_is_in_force_a_draft_begins_from_that_one(session, clock):
    clock(date(2019, 1, 1))
    draft = actions.open_draft(plans.plan(), by=None)
    assert session.get_one(PlanVersion, draft.based_on_id).number == 1


def test_no_version_is_in_force_after_the_plans_last_day(session):
    with pytest.raises(Invalid, match=r"decision\.in_force_from"):
        make.decided("1/QĐ", "2026-02-01", in_force_from="2035-01-01")
