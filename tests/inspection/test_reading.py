"""Who reads what of an inspection whose minutes are signed: person × field, at the API and on the page."""

import json
from datetime import timedelta

import pytest

from registry.assets.rules import ScheduleKind
from registry.calibration.rules import CalibrationKind
from registry.kernel import clock
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import calibration as make_calibrations
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS, check
from tests.people import DEPARTMENT, ELSEWHERE

PARTICULARS = {
    "manufacturer": "Hãng riêng",
    "model": "Mẫu riêng",
    "serial_no": "RIENG-1",
    "instrument_type": "Loại riêng",
}
NOON = clock.start_of(TODAY) + timedelta(hours=12)
INTERNAL = ("note", "lacks", "plan")
HIDDEN = "Ghi chú nội bộ"


@pytest.fixture
def visit(people, arrange, inspector):
    """A signed visit of the centre: something of its own, something of the department, something from elsewhere."""
    with arrange():
        made = {}
        for name, owner in (("own", "TTDL"), ("over", DEPARTMENT), ("foreign", ELSEWHERE)):
            schedule = make_assets.schedule(ScheduleKind.VERIFICATION)
            asset = make_assets.asset(name=f"Cân {name}", owner=owner, schedules=[schedule], **PARTICULARS)
            verified = {"kind": CalibrationKind.VERIFICATION, "certificate_no": f"GCN-{name}", "stamp_no": "A 0123"}
            make_calibrations.calibration(asset, TODAY - timedelta(days=30), **verified)
            made[name] = asset.tag
        plan = make.plan()
        found = f"{INSPECTIONS}/{make.visit(note=HIDDEN, plan=plan.id).id}"
    shown = {"prepared_at": NOON.isoformat(), "validity": "overdue"}
    checks = [check(tag, key=name, stamp_no="B 9", shown=shown) for name, tag in made.items()]
    with clock.frozen(NOON + timedelta(hours=1)):
        said = {"checks": [one | {"at": (NOON + timedelta(days=9)).isoformat()} for one in checks]}
        assert inspector.post(f"{found}/checks/batch", json=said).status_code == 200
        signing = {"representatives": [{"name": "Nguyễn Văn An"}]}
        assert inspector.post(f"{found}/minutes", json=signing).status_code == 201
    return found


def page_of(who, visit):
    return who.pages.get(visit.replace("/api/v1", "")).text


@pytest.mark.parametrize(
    ("name", "reads"), [("inspector", True), ("admin", True), ("keeper", False), ("technician", False)]
)
class TestInternal:
    def test_of_the_visit(self, people, visit, name, reads):
        who = getattr(people, name)
        (listed,) = who.get(INSPECTIONS).get_json()["items"]
        for body in (who.get(visit).get_json(), listed):
            assert [bool(body[field]) for field in INTERNAL] == [reads] * 3
        assert (HIDDEN in page_of(who, visit)) is reads

    def test_of_the_checks(self, people, visit, name, reads):
        rows = getattr(people, name).get(f"{visit}/checks").get_json()["items"]
        for row in rows:
            assert [row[field] is not None for field in ("clock_ahead", "said_at", "shown")] == [reads] * 3


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("inspector", {"own", "over"}),  # the foreign one lies outside of their territory
        ("admin", {"own", "over", "foreign"}),
        ("keeper", {"own"}),
        ("technician", {"own"}),
    ],
)
def test_particulars_are_read_by_those_who_see_the_asset(people, visit, name, known):
    who = getattr(people, name)
    for row in who.get(f"{visit}/checks").get_json()["items"]:
        thing = row["key"]
        assert row["name"] == f"Cân {thing}"
        assert row["answer"]["validity"]
        told = json.dumps(row, ensure_ascii=False)
        frozen = ("GCN-" + thing, *PARTICULARS.values()) if thing in known & {"own", "over"} else ()
        assert all(word in told for word in frozen)
        if thing not in known:
            assert not any(word in told for word in ("GCN-", "A 0123", *PARTICULARS.values()))
    times = page_of(who, visit).count("RIENG-1")
    assert times == 1 or "over" in known  # whoever inspects reads it in the history as well


@pytest.mark.parametrize("name", ["keeper", "inspector"])
def test_minutes_name_what_is_anothers_by_its_label(people, visit, name):
    (made,) = getattr(people, name).get(f"{visit}/minutes").get_json()["items"]
    told = json.dumps(made["content"], ensure_ascii=False)
    assert ("GCN-own" in told, "GCN-over" in told, "GCN-foreign" in told) == (True, False, False)
    assert told.count("RIENG-1") == 1
