"""What an installed plan learns of the file that ships: what it does not say, never over its own word."""

import pytest

from registry.plan import files, versions
from tests.make import adjustments
from tests.make import plan as make

URL = f"/api/v1/plans/{make.CODE}/shipped"
LESSONS = [
    {"indicator": "II.2.b", "by_hand": ["lab", "accreditation"]},
    {"indicator": "II.4.b", "by_hand": ["assessment"]},
]


def older(data):
    """The file as it shipped before any row said what counts by hand."""
    for row in data["rows"]:
        row.pop("by_hand", None)


@pytest.fixture
def installed(people, arrange):
    with arrange():
        versions.load(make.changed(older), by=None)


def document(planner, number):
    return planner.get(f"/api/v1/plans/{make.CODE}/versions/{number}/file").json


def test_an_installed_plan_learns_what_ships_newly_by_one_button(installed, planner):
    assert planner.get(URL).json == {"lessons": LESSONS}
    page = planner.pages.get(f"/plan/{make.CODE}").text
    assert 'id="lessons"' in page
    assert planner.pages.post(f"/plan/{make.CODE}/versions").status_code == 302
    assert planner.get(URL).json == {"lessons": []}
    assert 'id="lessons"' not in planner.pages.get(f"/plan/{make.CODE}").text
    assert document(planner, 2) == files.read(make.CODE).data
    again = planner.post(URL)
    assert again.status_code == 409
    assert planner.pages.post(f"/plan/{make.CODE}/versions").status_code == 302
    assert planner.get(f"/api/v1/plans/{make.CODE}/versions?count=exact").json["total"] == 2


def test_what_the_province_decided_stays(planner, people, arrange):
    def decided(data):
        older(data)
        make.row(data, "II.2.b")["by_hand"] = []

    target = adjustments.target("II.2.a", "P2", 12, "12 chuẩn đo lường, PTĐ")
    with arrange():
        versions.load(make.changed(older), by=None)
        versions.load(adjustments.decided("9/QĐ-UBND", "2026-05-01", target, decided), by=None)
    assert planner.get(URL).json["lessons"] == LESSONS[1:]
    learned = planner.post(URL).json
    assert (learned["version"], learned["decision"], learned["in_force_on"]) == (3, "9/QĐ-UBND", "2026-05-01")
    assert [(one["code"], one["what"]) for one in learned["changes"]] == [("II.4.b", "other")]
    data = document(planner, 3)
    assert (make.row(data, "II.2.b")["by_hand"], make.row(data, "II.2.a")["targets"]["P2"]["value"]) == ([], 12)
    assert planner.get(URL).json == {"lessons": []}


def test_a_row_that_means_something_else_learns_nothing(planner, people, arrange):
    def reworded(data):
        older(data)
        make.row(data, "II.2.b")["title"]["vi"] = "Tổ chức được hỗ trợ mua sắm"
        make.row(data, "II.4.b")["ended"] = {"on": "2026-01-01", "continues_in": None, "reason": None}

    with arrange():
        versions.load(make.changed(reworded), by=None)
    assert planner.get(URL).json == {"lessons": []}


def test_only_who_may_write_the_plan_lets_it_learn(installed, people):
    for caller, status in ((people.inspector, 403), (people.keeper, 403), (people.stranger, 404)):
        assert caller.post(URL).status_code == status
        assert caller.pages.post(f"/plan/{make.CODE}/versions").status_code == status
    assert 'id="lessons"' not in people.inspector.pages.get(f"/plan/{make.CODE}").text
