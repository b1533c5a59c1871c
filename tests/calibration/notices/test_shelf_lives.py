"""Reference materials that expire are told of like due dates: letters, snoozes, calendar, first page."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from registry.assets import pressing
from registry.assets.materials import actions as materials
from registry.assets.materials.rules import TimeUnit
from registry.assets.rules import Kind, Status
from registry.calibration.notices import actions, queries
from registry.calibration.notices.rules import DueKind
from tests.conftest import TODAY
from tests.make import assets as make

DAY = timedelta(days=1)


@pytest.fixture
def tell(send, letters_to, people):
    """`tell()` runs a digest and gives the letters to the technician and to the keeper so far."""

    def telling():
        send()
        return letters_to(people.technician), letters_to(people.keeper)

    return telling


@pytest.fixture
def solution(people, session):
    """A way to keep a solution of the centre with a data sheet."""

    def kept(**sheet):
        asset = make.asset(kind=Kind.REFERENCE_MATERIAL, name="Dung dịch pH 7")
        materials.describe(asset, **sheet, by=people.keeper.person())
        session.commit()
        return asset

    return kept


def put_off(caller, asset, until):
    return actions.snooze(
        asset=asset.tag, kind=DueKind.SHELF_LIFE, until=until, reason="Đã đặt mua", by=caller.person()
    )


def test_each_offset_of_a_shelf_life_is_told_once_as_its_day_comes(solution, people, send, letters_to, clock):
    solution(expires_on=TODAY + 30 * DAY)
    told = []
    for left in (30, 29, 8, 7, 0, -6, -7):
        clock(TODAY + (30 - left) * DAY)
        send()
        send()
        told += [left] * (len(letters_to(people.technician)) - len(told))
    assert told == [30, 7, 0, -7]
    letter = letters_to(people.technician)[0]
    assert "Dung dịch pH 7" in letter.text
    assert "còn 30 ngày" in letter.text
    assert letters_to(people.stranger) == []


def test_the_end_after_opening_counts_where_it_comes_first(solution, people, send, letters_to):
    opened = {"opened_on": TODAY - 23 * DAY, "stable_for": 30, "stable_unit": TimeUnit.DAYS}
    solution(expires_on=TODAY + 300 * DAY, **opened)
    send()
    assert "còn 7 ngày" in letters_to(people.technician)[0].text


@pytest.mark.parametrize("status", [Status.QUARANTINED, Status.RETIRED])
def test_what_is_not_in_use_is_not_told_of(solution, tell, session, status):
    solution(expires_on=TODAY).status = status
    session.commit()
    assert tell() == ([], [])


def test_a_shelf_life_that_is_put_off_is_told_again_on_that_day(solution, people, tell, clock):
    asset = solution(expires_on=TODAY + 5 * DAY)
    put_off(people.technician, asset, TODAY + 3 * DAY)
    again = put_off(people.technician, asset, TODAY + 4 * DAY)
    assert [one.id for one in queries.snoozes(people.technician.person())] == [again.id]
    mine, keepers = tell()
    assert (mine, len(keepers)) == ([], 1)
    clock(TODAY + 4 * DAY)
    ((letter,), _keepers) = tell()
    assert "còn 1 ngày" in letter.text


def test_the_manager_is_told_of_what_has_expired_for_long(solution, people, send, letters_to, clock):
    solution(expires_on=TODAY)
    send()
    clock(TODAY + 15 * DAY)
    send()
    assert "Quá hạn đã lâu" in letters_to(people.keeper)[-1].text


def test_the_api_puts_a_shelf_life_off_and_says_what_it_is(people, solution):
    tag = solution(expires_on=TODAY + 5 * DAY).tag
    said = {"asset": tag, "kind": "shelf_life", "until": str(TODAY + 3 * DAY), "reason": "Đã đặt mua"}
    made = people.technician.post("/api/v1/notices/snoozes", json=said)
    assert (made.status_code, made.json["kind"], made.json["asset"]) == (201, "shelf_life", tag)
    assert [one["id"] for one in people.keeper.get("/api/v1/notices/snoozes").json["items"]] == [made.json["id"]]
    none = people.technician.post("/api/v1/notices/snoozes", json=said | {"kind": "testing"})
    assert (none.status_code, list(none.json["errors"])) == (422, ["kind"])
    assert people.technician.delete(f"/api/v1/notices/snoozes/{made.json['id']}").status_code == 204


def test_the_calendar_shows_it_under_a_name_that_no_address_is_part_of(people, solution, app, monkeypatch):
    tag = solution(expires_on=TODAY + 5 * DAY).tag
    url = people.technician.post("/api/v1/notices/feed").json["url"]
    seen = []
    for base_url in ("https://cu.example.vn", "https://moi.example.vn"):
        monkeypatch.setitem(app.extensions, "registry", replace(app.extensions["registry"], base_url=base_url))
        text = app.test_client().get(urlsplit(url).path).get_data(as_text=True)
        seen.append([line for line in text.splitlines() if line.startswith("UID:")])
    assert seen[0] == seen[1] == [f"UID:{tag}-shelf_life@metrology-registry"]
    assert f"URL:https://moi.example.vn/assets/{tag}" in text


def test_the_pages_offer_to_put_it_off(people, solution, session):
    address = f"/account/notices/snooze/{solution(expires_on=TODAY + 5 * DAY).tag}/shelf_life"
    session.commit()
    assert address in people.technician.pages.get("/account/notices").get_data(as_text=True)
    page = people.technician.pages.get(address)
    assert (page.status_code, "Hạn dùng" in page.get_data(as_text=True)) == (200, True)


def test_the_first_page_shows_what_expires_and_what_has_expired(people, solution):
    asset, late = solution(expires_on=TODAY + 5 * DAY), solution(expires_on=TODAY - DAY)
    keeper = people.keeper.person()
    assert pressing.due_soon(keeper, TODAY, limit=5) == [asset]
    assert pressing.held_back(keeper, TODAY, pressing.tally(keeper, TODAY), limit=5).items == [late]
