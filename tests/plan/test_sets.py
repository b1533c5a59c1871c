"""A set is one thing to the plan, whatever belongs to it."""

from datetime import date

import pytest

from registry.assets import actions as assets
from registry.assets.models import Asset
from registry.kernel.errors import Invalid
from registry.plan.evidence import queries
from tests.make import assets as make_assets
from tests.make import plan as make

TODAY = date(2026, 6, 15)


def standard(**said) -> Asset:
    return make_assets.asset(**{"owner": "STC", "commissioned_on": TODAY} | said)


def counted() -> int:
    return sum(value for (code, _period), (value, _verdict) in make.results(TODAY).items() if code == "II.2.a")


def test_only_the_set_is_proposed(session, plan):
    whole = standard()
    part = standard(parent_id=whole.id)
    found = queries.proposals(plan, None, TODAY, limit=200).items
    assert {line.record.id for line in found if line.indicator == "II.2.a"} == {whole.tag}
    assets.edit(part, parent=None, by=None)
    found = queries.proposals(plan, None, TODAY, limit=200).items
    assert {line.record.id for line in found if line.indicator == "II.2.a"} == {whole.tag, part.tag}


def test_what_was_counted_adds_nothing_once_it_belongs_to_a_set(session, plan):
    whole, part = standard(), standard()
    for one in (whole, part):
        make.evidence("II.2.a", one.tag)
    assert counted() == 2
    assets.edit(part, parent=whole.tag, by=None)
    assert counted() == 1


def test_a_component_is_not_counted_by_hand(session, plan):
    part = standard(parent_id=standard().id)
    with pytest.raises(Invalid) as refused:
        make.evidence("II.2.a", part.tag)
    assert list(refused.value.errors or {}) == ["record.id"]
