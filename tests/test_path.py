"""One real path through every slice, asked of the API alone: from an organisation to an indicator that rose by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from registry.assets import tags
from registry.assets.models import Asset
from registry.jobs import runner
from registry.kernel.db import db
from tests import statements
from tests.conftest import TODAY
from tests.make import calibration as make_calibration
from tests.make import labs as make_labs
from tests.make import plan as make_plan
from tests.people import DEPARTMENT, Caller

YESTERDAY = TODAY - timedelta(days=1)
BODY, LAB, INDICATOR, PERIOD = "TRAM-DO", "PTN-TRAM", "II.2.a", "P2"
ROLLUP = f"/api/v1/plans/{make_plan.CODE}/rollup"
EVIDENCE = f"/api/v1/plans/{make_plan.CODE}/evidence"


def a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1)


@dataclass
class Path:
    """The path walked to its first crossing: an asset whose calibration fell due yesterday."""

    admin: Caller
    tag: str

    def made(self, path: str, **body: Any) -> dict[str, Any]:
        return answered(self.admin.post(path, json=body), 201)

    def scan(self) -> dict[str, Any]:
        """What a stranger is told."""
        return answered(self.admin.app.test_client().get(f"/api/v1/scan/{self.tag}"), 200)

    def asset(self) -> dict[str, Any]:
        return answered(self.admin.get(f"/api/v1/assets/{self.tag}"), 200)

    def calibrated(self, day: date, certificate: str) -> dict[str, Any]:
        said = make_calibration.said(self.tag, day, lab=LAB, certificate_no=certificate)
        return self.made("/api/v1/calibrations", **said)

    def flagged(self) -> Mapping[str, int]:
        """What `registry jobs run flag-overdue` prints as its result."""
        with self.admin.app.app_context():
            result = runner.run("flag-overdue", TODAY).result
        assert result is not None
        return result

    def value(self) -> dict[tuple[str, str], int]:
        """Every indicator's value by code and period."""
        rollup = answered(self.admin.get(ROLLUP), 200)
        return {(one["code"], at["code"]): at["value"] for one in rollup["indicators"] for at in one["periods"]}


def answered(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.get_json()
    return body


@pytest.fixture
def path(admin, arrange) -> Path:
    """Organisation, laboratory, asset and calibration, each told to the API; the plan is loaded by its operator."""
    with arrange():
        make_plan.plan()
    walked = Path(admin, "")
    names = {"name_vi": "Trạm đo lường", "name_en": "Measuring station"}
    walked.made("/api/v1/organisations", code=BODY, kind="public_service", parent=DEPARTMENT, **names)
    walked.made("/api/v1/labs", **make_labs.said(LAB, organisation=BODY))
    asset = walked.made(
        "/api/v1/assets",
        kind="standard",
        name="Bộ quả cân chuẩn F1",
        owner=BODY,
        commissioned_on="2026-02-03",
        schedules=[{"kind": "calibration", "interval_months": 12}],
    )
    walked.tag = asset["tag"]
    assert (asset["validity"], asset["fit_for_use"]) == ("never", False)
    walked.calibrated(a_year_before(YESTERDAY), "GCN-1")
    return walked


def test_what_fell_due_yesterday_must_not_be_used_today(path):
    asset, scan = path.asset(), path.scan()
    for found in (asset, scan):
        assert (found["validity"], found["fit_for_use"], found["due_on"]) == ("overdue", False, str(YESTERDAY))
    assert [reason["code"] for reason in scan["reasons"]] == ["overdue"]
    assert scan["reasons"][0]["text"]


def test_on_its_last_day_it_may_still_be_used(path, clock):
    clock(YESTERDAY)
    assert (path.scan()["validity"], path.scan()["fit_for_use"]) == ("due_soon", True)


def test_a_turn_is_flagged_once_and_cleared_by_a_good_calibration(path):
    assert path.flagged() == {"newly_flagged": 1, "cleared": 0}
    assert path.flagged() == {"newly_flagged": 0, "cleared": 0}
    path.calibrated(TODAY, "GCN-2")
    scan = path.scan()
    assert (scan["validity"], scan["fit_for_use"], scan["reasons"]) == ("valid", True, [])
    assert scan["due_on"] == str(TODAY.replace(year=TODAY.year + 1))
    assert path.flagged() == {"newly_flagged": 0, "cleared": 0}


def test_evidence_raises_its_indicator_by_one_in_its_period_and_never_twice(path, planner):
    before = path.value()
    said = {"indicator": INDICATOR, "record": {"type": "asset", "id": path.tag}, "state": "counted"}
    counted = answered(planner.post(EVIDENCE, json=said), 201)
    assert (counted["counted_on"], counted["quantity"]) == ("2026-02-03", 1)
    after = path.value()
    risen = {place: after[place] - before[place] for place in after if after[place] != before[place]}
    assert risen[INDICATOR, PERIOD] == 1
    assert {period for _code, period in risen} == {PERIOD}
    assert planner.post(EVIDENCE, json=said).status_code == 409
    assert path.value() == after


def test_the_label_leads_to_the_status_page(path):
    png = path.admin.get(f"/api/v1/assets/{path.tag}/label.png").data
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    address = urlsplit(code.text)
    assert (code.text, address.path) == (code.text.upper(), f"/S/{path.tag}")
    page = path.admin.app.test_client().get(address.path, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Must not be used" in page.text


@pytest.mark.parametrize(
    "spelt", [str.lower, tags.grouped, lambda tag: tags.grouped(tag).lower(), lambda tag: f" {tag} "]
)
def test_a_tag_is_understood_as_people_type_it(path, spelt):
    stranger = path.admin.app.test_client()
    assert answered(stranger.get(f"/api/v1/scan/{spelt(path.tag)}"), 200)["tag"] == path.tag
    assert stranger.get(f"/s/{spelt(path.tag)}").status_code == 200


def test_a_mistyped_check_character_is_noticed(path):
    mistyped = path.tag[:-1] + ("0" if path.tag[-1] != "0" else "1")
    stranger = path.admin.app.test_client()
    refused = answered(stranger.get(f"/api/v1/scan/{mistyped}"), 404)
    assert refused["type"].endswith("mistyped-tag")
    assert mistyped in refused["detail"]
    assert stranger.get(f"/s/{mistyped}").status_code == 404


def test_a_scan_sends_the_same_statements_however_long_the_history(path, arrange):
    path.scan()
    with statements.sent() as short:
        path.scan()
    with arrange():
        asset = db.session.scalars(select(Asset).filter_by(tag=path.tag)).one()
        for days in range(200):
            make_calibration.calibration(asset, TODAY - timedelta(days=days), lab=LAB)
    with statements.sent() as long:
        path.scan()
    assert (len(short), len(long)) == (1, 1)
