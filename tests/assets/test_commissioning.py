"""The day an asset is put into service against the status it has: by rule, by every door, by sheet."""

from datetime import timedelta

import pytest

from registry.assets.lifecycle.rules import check_commissioned
from registry.assets.rules import Status
from registry.kernel import clock
from registry.kernel.calendar import months_later
from registry.kernel.errors import Invalid
from registry.sheets.models import Outcome
from tests.make import assets as make_assets
from tests.make import sheets as make
from tests.people import CENTRE

SAID = {"kind": "instrument", "name": "Cân", "owner": CENTRE}
BEFORE_USE = {Status.PLANNED, Status.PROCURED, Status.ACCEPTED}


def ahead(days):
    return clock.today() + timedelta(days=days)


@pytest.mark.parametrize("status", Status)
def test_a_day_that_has_not_come_is_of_no_asset_at_work(status):
    today = clock.today()
    for day in (None, today, today - timedelta(days=1)):
        check_commissioned(day, status, today)
    at_work = status in {Status.IN_SERVICE, Status.LIMITED_USE}
    for day in (today + timedelta(days=1), months_later(today, 120)):
        if at_work:
            with pytest.raises(Invalid, match=r"has not come|chưa đến"):
                check_commissioned(day, status, today)
        else:
            check_commissioned(day, status, today)
    with pytest.raises(Invalid) as refused:
        check_commissioned(months_later(today, 120) + timedelta(days=1), status, today)
    assert list(refused.value.errors) == ["commissioned_on"]


def test_the_programming_interface_names_field_value_and_remedy(keeper):
    answer = keeper.post("/api/v1/assets", json=SAID | {"commissioned_on": "2199-01-01"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["commissioned_on"])
    assert "01/01/2199" in answer.json["errors"]["commissioned_on"][0]
    tomorrow = ahead(1).isoformat()
    refused = keeper.post("/api/v1/assets?lang=en", json=SAID | {"commissioned_on": tomorrow})
    assert "such as planned or accepted" in refused.json["errors"]["commissioned_on"][0]
    planned = keeper.post("/api/v1/assets", json=SAID | {"commissioned_on": tomorrow, "status": "planned"})
    assert planned.status_code == 201


def test_a_form_says_it_beside_the_field(keeper):
    said = SAID | {"status": "in_service", "commissioned_on": "2199-01-01"}
    refused = keeper.pages.post("/assets/new", data=said)
    assert (refused.status_code, 'id="f-commissioned_on-fault"' in refused.text) == (422, True)


def test_what_was_recorded_before_does_not_stand_in_the_way_of_another_change(keeper, arrange):
    with arrange():
        tag = make_assets.asset(status=Status.IN_SERVICE, commissioned_on=ahead(4000)).tag

    def change(**said):
        etag = keeper.get(f"/api/v1/assets/{tag}").headers["ETag"]
        return keeper.patch(f"/api/v1/assets/{tag}", json=said, headers={"If-Match": etag}).status_code

    assert change(location="Kho") == 200
    assert change(commissioned_on=ahead(1).isoformat()) == 422
    assert change(commissioned_on=ahead(0).isoformat()) == 200


def test_nothing_goes_to_work_before_its_day(keeper, arrange):
    with arrange():
        tag = make_assets.asset(status=Status.ACCEPTED, commissioned_on=ahead(1)).tag
    address = f"/api/v1/assets/{tag}"
    etag = keeper.get(address).headers["ETag"]
    answer = keeper.post(f"{address}/status", json={"status": "in_service"}, headers={"If-Match": etag})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["commissioned_on"])


def test_a_sheet_says_it_beside_the_cell_in_new_rows_and_in_changes(people, english):
    held = make_assets.asset(status=Status.IN_SERVICE)
    waiting = make_assets.asset(status=Status.PLANNED)
    day = ahead(30).isoformat()
    headings = ["Mã", *make.HEADINGS, "Đưa vào sử dụng từ", "Tình trạng"]
    rows = [
        ["", *make.row(1), day, ""],
        ["", *make.row(2), day, "Dự kiến"],
        [held.tag, *[""] * 7, day, ""],
        [waiting.tag, *[""] * 7, day, ""],
        [waiting.tag, *[""] * 7, "2199-12-31", ""],
    ]
    found = make.checked(make.text(headings, *rows[:4]))
    wrong, new, changed = Outcome.ERROR, Outcome.NEW, Outcome.CHANGED
    assert [row.outcome for row in make.judged(found)] == [wrong, new, wrong, changed]
    assert sorted(make.wrong(found)) == ["I2", "I4"]
    assert "ten years" in make.wrong(make.checked(make.text(headings, rows[4])))["I2"]
