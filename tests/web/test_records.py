"""Pages of records: long ones page by page, one's own drafts on the first page, and what a signature is bound to."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from registry.calibration import life
from registry.calibration.models import Calibration
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make.calibration import calibration, handed_in, sign, values
from tests.people import PASSWORD

SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')


@pytest.fixture
def long(arrange, people):
    """A record of 450 points."""
    points = [values(nominal=str(place), indication=str(place)) for place in range(450)]
    with arrange():
        made = calibration(make.asset(), TODAY, points=points)
    return made.id


@pytest.fixture
def draft(arrange, people):
    with arrange():
        made = calibration(make.asset(name="Cân trả lại"), TODAY, certificate_no=None)
        made.recorded_by_id = people.technician.person().id
        life.submit(made, by=people.technician.person())
        life.send_back(made, reason="Thiếu nhiệt độ", by=people.keeper.person())
    return made.id


@pytest.mark.parametrize(
    ("asked", "shown", "told"),
    [
        ("", 200, "1 to 200 of 450"),
        ("&points=200", 200, "201 to 400 of 450"),
        ("&points=449", 50, "401 to 450 of 450"),
        ("&points=99999", 50, "401 to 450 of 450"),
        ("&points=-1", 200, "1 to 200 of 450"),
        ("&points=²", 200, "1 to 200 of 450"),
    ],
)
def test_a_long_record_is_read_page_by_page(keeper, long, asked, shown, told):
    page = keeper.pages.get(f"/calibrations/{long}?lang=en{asked}").text
    assert (page.count('class="point"'), told in page) == (shown, True)


def test_a_form_does_not_hold_a_long_record_and_says_so(keeper, long):
    page = keeper.pages.get(f"/calibrations/{long}/amend?lang=en")
    assert page.status_code == 409
    assert "This record has 450 points and a form holds 300" in page.text


def test_the_setpoints_of_a_long_record_are_proposed_as_far_as_a_form_holds_them(keeper, long, app):
    with app.app_context():
        tag = db.session.get_one(Calibration, long).asset.tag
    page = keeper.pages.get(f"/assets/{tag}/calibrations/new?kind=calibration").text
    assert ('value="299"' in page, 'value="300"' in page) == (True, False)


def test_ones_own_draft_stands_on_the_first_page_with_why_it_came_back(people, draft):
    page = people.technician.pages.get("/?lang=vi").text
    assert f'href="/calibrations/{draft}"' in page
    assert "Thiếu nhiệt độ" in page
    assert "Thiếu nhiệt độ" not in people.planner.pages.get("/?lang=vi").text


def test_who_signs_signs_what_the_page_showed(people, draft):
    address = handed_in(people.keeper, f"/calibrations/{draft}")
    (seen,) = SEEN.findall(people.keeper.pages.get(address).text)
    shown = people.technician.get(f"/api/v1{address}")
    said = {name: shown.json[name] for name in ("kind", "performed_on", "outcome")} | {"lab": shown.json["lab"]}
    headers = {"If-Match": shown.headers["ETag"]}
    assert people.technician.put(f"/api/v1{address}", json=said, headers=headers).status_code == 409
    assert people.keeper.post(f"/api/v1{address}/return", json={"reason": "Thiếu độ ẩm"}).status_code == 200
    shown = people.technician.get(f"/api/v1{address}")
    changed = people.technician.put(
        f"/api/v1{address}", json=said | {"note": "khác"}, headers={"If-Match": shown.headers["ETag"]}
    )
    assert changed.status_code == 200, changed.text
    handed_in(people.technician, address)
    form = {"certificate_no": "GCN-9", "password": PASSWORD, "meaning": "approval", "seen": seen}
    assert people.keeper.pages.post(f"{address}/approve", data=form).status_code == 409
    stale = {"certificate_no": "GCN-9", "password": PASSWORD}
    refused = sign(people.keeper, f"/api/v1{address}/approve", json=stale, headers={"If-Match": shown.headers["ETag"]})
    assert refused.status_code == 412
    (seen,) = SEEN.findall(people.keeper.pages.get(address).text)
    assert people.keeper.pages.post(f"{address}/approve", data=form | {"seen": seen}).status_code == 302


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"decision_rule": "simple"}, ["up to 50 %"]),
        ({"decision_rule": "guard_band"}, ["w = U", "up to 2.5 %"]),
        ({"decision_rule": "non_binary"}, ["w = U", "up to 2.5 %"]),
        ({"decision_rule": "guard_band", "guard_factor": Decimal("0.5")}, ["w = 0.5 · U"]),
        ({}, []),
    ],
)
def test_a_record_states_its_decision_rule_with_its_guard_band_and_risk(keeper, arrange, rule, said):
    with arrange():
        made = calibration(make.asset(), TODAY - timedelta(days=9), **rule)
        key = made.id
    page = keeper.pages.get(f"/calibrations/{key}?lang=en").text
    section = page[page.index('id="conformity"') :]
    section = section[: section.index("</section>")]
    found = [one for one in ("w = U", "w = 0.5 · U", "up to 50 %", "up to 2.5 %") if one in section]
    assert sorted(found) == sorted(said)
