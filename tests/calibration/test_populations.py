"""Global risks told beside each decision, where a record says what share of such items is in tolerance."""

import pytest

from registry.calibration.rules import DecisionRule
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make.calibration import point, said

BARE = {"reference": "0", "indication": "0.1", "lower_limit": "-1", "upper_limit": "1"}
WITHIN = BARE | {"expanded_uncertainty": "0.25", "coverage_factor": "2"}
# In-tolerance probability, test uncertainty ratio, guard band: PFA, PFR and the conditional PFA (worked numbers).
WORKED = [
    ("0.95", "0.25", DecisionRule.SIMPLE, (0.00858266, 0.01553651, 0.00910100)),
    ("0.95", "0.25", DecisionRule.GUARD_BAND, (0.00020770, 0.10357193, 0.00024533)),
    ("0.95", "0.5", DecisionRule.SIMPLE, (0.01337341, 0.04177530, 0.01451111)),
    ("0.80", "0.5", DecisionRule.GUARD_BAND, (0.00082972, 0.34254476, 0.00181050)),
]


@pytest.fixture
def recorded(keeper, arrange):
    """Record a passed calibration of one point through the API; gives the answer as it is read."""
    with arrange():
        tag = make_assets.asset().tag
        make_labs.lab()

    def record(points=(BARE,), **changes):
        body = said(tag, TODAY, points=[point(**values) for values in points], **changes)
        answer = keeper.post("/api/v1/calibrations", json=body)
        if answer.status_code == 201:
            return keeper.get(f"/api/v1/calibrations/{answer.json['id']}").json
        return answer.json

    return record


@pytest.mark.parametrize(("share", "uncertainty", "rule", "risks"), WORKED)
def test_they_are_those_of_the_worked_numbers(recorded, share, uncertainty, rule, risks):
    found = recorded([WITHIN | {"expanded_uncertainty": uncertainty}], in_tolerance=share, decision_rule=rule.value)
    risk = found["points"][0]["global_risk"]
    numbers = tuple(risk[name] for name in ("false_accept", "false_reject", "false_among_accepted"))
    assert numbers == pytest.approx(risks, abs=6e-9)
    assert found["in_tolerance"] == share
    assert found["is_intact"] is True


@pytest.mark.parametrize(
    ("values", "share"),
    [
        (BARE, "0.95"),  # no uncertainty
        (WITHIN, None),  # nothing is known
        (WITHIN | {"lower_limit": "0.05", "upper_limit": None}, "0.95"),  # beyond zero
    ],
)
def test_where_they_cannot_be_told_there_are_none(recorded, values, share):
    assert recorded([values], in_tolerance=share)["points"][0]["global_risk"] is None


def test_within_one_limit_errors_spread_about_zero(recorded):
    one_sided = WITHIN | {"lower_limit": None}
    risk = recorded([one_sided], in_tolerance="0.975")["points"][0]["global_risk"]
    both = recorded([WITHIN], in_tolerance="0.95", certificate_no="2")
    assert risk["false_accept"] == pytest.approx(both["points"][0]["global_risk"]["false_accept"] / 2, rel=1e-6)


@pytest.mark.parametrize("share", ["0.5", "1", "0", "-0.95", "95"])
def test_a_share_that_is_none_is_refused_beside_its_field(recorded, share):
    assert set(recorded(in_tolerance=share)["errors"]) == {"in_tolerance"}


def test_the_page_tells_them_in_words(recorded, keeper):
    found = recorded([WITHIN], in_tolerance="0.95")
    page = keeper.pages.get(f"/calibrations/{found['id']}?lang=en").text
    assert "are wrongly accepted" in page
    assert "in tolerance" in page
