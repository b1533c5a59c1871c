"""A reserve stands only where what nobody confirmed decides: the paper, or lines of the scope while that holds."""

from datetime import date

import pytest

from registry.jobs import work
from registry.labs.scope.rules import is_confirmed
from registry.labs.standing import Standing
from tests.labs.test_confirming import DECISION, DECISIONS, LAB, confirm, statements
from tests.make import assets as make
from tests.make import chain
from tests.make.calibration import calibration
from tests.make.labs import said, said_accreditation


@pytest.mark.parametrize(
    ("standing", "paper", "scope", "confirmed"),
    [
        (Standing.IN_FORCE, True, True, True),
        (Standing.IN_FORCE, True, False, False),
        (Standing.IN_FORCE, False, True, False),
        (Standing.SUSPENDED, True, False, True),
        (Standing.WITHDRAWN, False, True, False),
        (None, True, False, True),
    ],
)
def test_lines_of_the_scope_are_reserved_about_only_where_they_decide(standing, paper, scope, confirmed):
    assert is_confirmed(standing, paper=paper, scope=scope) is confirmed


def test_a_suspension_that_is_confirmed_is_told_without_reserve_whoever_stated_the_scope(people, app, arrange):
    keeper, inspector = people.keeper, people.inspector
    body = said(accreditations=[said_accreditation()], scope=[{"quantity": "Khối lượng", "unit": "g", "cmc": "0.05"}])
    assert keeper.post("/api/v1/labs", json=body).status_code == 201
    scope = {name for name in statements(inspector) if "accreditation" not in name}
    with arrange():
        item = make.asset()
        key, tag = calibration(item, date(2025, 6, 15), lab="PTN-1", points=[chain.point("100", u="0.1")]).id, item.tag
    assert confirm(inspector, *set(statements(inspector)) - scope).status_code == 200

    def seen():
        with app.app_context():
            while work.one():
                pass
        (line,) = keeper.get(f"{LAB}/changed-results").json["items"]
        now = keeper.get(f"/api/v1/calibrations/{key}/competence").json["now"]
        then = keeper.get(f"/api/v1/assets/{tag}/foreseen-lab?kind=calibration&lab=PTN-1&on=2026-09-01").json["then"]
        assert (line["now"], now["competence"], then["competence"]) == ("not_in_force",) * 3
        pages = [keeper.pages.get(page, query_string={"lang": "en"}).text for page in ("/changed-results", f"/s/{tag}")]
        reserve = "Accreditation not in force on that day (by its own statement)"
        told = {*(reserve not in page for page in pages), now["confirmed"], line["confirmed"], then["confirmed"]}
        assert "found before: Accredited and within its scope (by its own statement)" in pages[0]
        return told

    assert keeper.post(DECISIONS, json=DECISION).status_code == 201
    assert seen() == {False}
    assert (
        confirm(inspector, *{name for name in statements(inspector) if name.startswith("decision")}).status_code == 200
    )
    assert seen() == {True}
    assert {statements(inspector)[name] for name in scope} == {False}
