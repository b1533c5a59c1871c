"""What a laboratory will be for work that is planned: on that day, and today; on the API and where work is planned."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.assets.models import Characteristic
from registry.calibration.competence import ranges
from registry.kernel.db import db
from registry.labs.scope.matching import judge
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import chain
from tests.make import labs as make_labs
from tests.make.calibration import calibration
from tests.people import ELSEWHERE
from tests.statements import sent

AUTUMN = "due_from=2026-07-01&due_to=2026-09-30&capacity=1"
ENDS = date(2026, 8, 20)


def balance(name="Cân", **changes):
    usual = {"range_low": Decimal(0), "range_high": Decimal(10), "mpe": Decimal("0.0003")}
    held = Characteristic(position=0, quantity="Mass", unit="kg", **usual | changes)
    return make.asset(name=name, characteristics=[held], schedules=[make.schedule()])


@pytest.fixture
def tags(people, arrange):
    """Three balances due on 10 September 2026, calibrated by a laboratory whose accreditation ends on 20 August."""
    with arrange():
        make_labs.lab(
            accreditations=[make_labs.accreditation(valid_until=ENDS)], scope=[chain.line(cmc=Decimal("0.01"))]
        )
        make_labs.lab("FORCE", scope=[chain.line(quantity="Lực", unit="N")], organisation=ELSEWHERE)
        made = [balance(f"Cân {number}") for number in range(3)]
        for asset in made:
            calibration(asset, date(2025, 9, 10), lab=make_labs.LAB)
        db.session.flush()
        return [asset.tag for asset in made]


def asked(caller, tag, **said):
    return caller.get(f"/api/v1/assets/{tag}/foreseen-lab", query_string=said)


@pytest.mark.parametrize(
    ("day", "then"),
    [
        (TODAY, "in_scope"),
        (ENDS, "in_scope"),
        (ENDS + timedelta(days=1), "not_in_force"),
        (date(2024, 3, 12), "not_accredited"),
    ],
)
def test_the_day_of_the_work_decides_and_today_is_told_beside_it(tags, keeper, day, then):
    said = asked(keeper, tags[0], on=day.isoformat()).json
    assert (said["lab"], said["on"], said["then"]["competence"]) == (make_labs.LAB, day.isoformat(), then)
    assert said["today"]["competence"] == "in_scope"


def test_without_a_day_the_next_due_day_and_without_a_laboratory_that_of_the_last_time_is_meant(tags, keeper, stranger):
    said = asked(keeper, tags[0]).json
    assert (said["on"], said["then"]["competence"], said["today"]["competence"]) == (
        "2026-09-10",
        "not_in_force",
        "in_scope",
    )
    other = asked(keeper, tags[0], lab="FORCE", on=TODAY.isoformat()).json
    assert other["then"]["competence"] == "not_accredited"
    assert any("khối lượng" in reason.casefold() for reason in other["then"]["reasons"])
    assert asked(keeper, tags[0], kind="testing").status_code == 404
    assert set(asked(keeper, tags[0], lab="NONE").json["errors"]) == {"lab"}
    assert asked(stranger, tags[0]).status_code == 404


def test_a_share_of_the_limit_that_the_laboratory_does_not_reach_is_out_of_scope(tags, keeper):
    assert asked(keeper, tags[0], on=TODAY.isoformat(), ratio="100").json["then"]["competence"] == "outside_scope"


def test_the_page_that_plans_says_it_for_each_line_in_as_many_statements(tags, keeper, arrange):
    page = keeper.pages.get(f"/replanning?{AUTUMN}").get_data(as_text=True)
    assert page.count("/labs/PTN-1/scope") == 2
    assert "tone-bad" in page
    assert "hôm nay: Được công nhận" in page
    with sent() as few:
        keeper.pages.get(f"/replanning?{AUTUMN}")
    with arrange():
        for number in range(12):
            calibration(balance(f"Thêm {number}"), date(2025, 9, 10), lab=make_labs.LAB)
    with sent() as many:
        keeper.pages.get(f"/replanning?{AUTUMN}")
    assert len(many) == len(few)


def test_another_laboratory_can_be_chosen_for_the_work(tags, keeper):
    page = keeper.pages.get(f"/replanning?{AUTUMN}&by_lab=FORCE").get_data(as_text=True)
    assert page.count('href="/labs/FORCE/scope') == 2
    assert keeper.pages.get(f"/replanning?{AUTUMN}&by_lab=NONE").status_code == 422


def test_it_stands_on_the_schedule_and_where_an_item_is_sent(tags, keeper):
    schedule = keeper.pages.get(f"/assets/{tags[0]}/schedules/calibration").get_data(as_text=True)
    assert "/labs/PTN-1/scope?on=2026-09-10" in schedule
    ship = keeper.pages.get(f"/assets/{tags[0]}/custody/ship").get_data(as_text=True)
    assert f"/labs/PTN-1/scope?on={TODAY}" in ship
    other = keeper.pages.get(f"/assets/{tags[0]}/custody/ship?to=FORCE").get_data(as_text=True)
    assert "/labs/FORCE/scope" in other
    assert 'value="FORCE"' in other


@pytest.mark.parametrize("case", [("1", 2000, "outside_scope"), ("0.01", 2000, "in_scope"), ("0.01", 100, "unknown")])
def test_lines_that_all_overlap_are_compared_within_a_bound(people, arrange, monkeypatch, case):
    """The worst scope: each line over the rest of the range, and none good enough; a good one is asked again first."""
    cmc, most, said = case
    compared = []

    def counted(work, lines):
        compared.append(len(lines))
        return judge(work, lines)

    monkeypatch.setattr(ranges, "judge", counted)
    monkeypatch.setattr(ranges, "MOST_COMPARED", most)
    with arrange():
        lines = [chain.line(range_low=Decimal(at), cmc=Decimal(cmc)) for at in range(200)]
        make_labs.lab(accreditations=[make_labs.accreditation()], scope=lines)
        tag = balance().tag
    found = asked(people.keeper, tag, lab=make_labs.LAB, on=TODAY.isoformat()).json
    assert found["then"]["competence"] == said
    assert sum(compared) <= most + len(lines)
