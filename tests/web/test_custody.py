"""Custody and care on pages: few taps, forms that come back as they were typed, and nobody who should not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from registry.assets.custody import actions
from registry.assets.lifecycle import actions as lives
from registry.assets.lifecycle.rules import FaultKind
from registry.assets.rules import Status
from registry.kernel.i18n import speaking
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import labs as make_labs
from tests.people import CENTRE, ELSEWHERE

DAY = timedelta(days=1)
BACK = str(TODAY + 7 * DAY)


@pytest.fixture
def tag(people, arrange) -> str:
    with arrange():
        return make.asset(location="Phòng 7").tag


@pytest.fixture
def english(people) -> FlaskClient:
    """The keeper's browser, in English."""
    people.keeper.pages.set_cookie("lang", "en")
    return people.keeper.pages


def path(tag: str, verb: str) -> str:
    return f"/assets/{tag}/custody/{verb}"


def inputs(page: str) -> dict[str, str]:
    """What the form of a page would send as it is drawn."""
    fields = dict(re.findall(r'<input type="(?:hidden|text|date)"[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    fields |= dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return fields | dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', page))


def held(who: Any) -> list[str]:
    return [one["asset"] for one in who.get("/api/v1/custody").get_json()["items"]]


def test_checking_out_and_in_takes_two_taps_each(people, english, tag):
    page = english.get(f"/assets/{tag}").text
    assert path(tag, "check-out") in page
    drawn = inputs(english.get(path(tag, "check-out")).text)
    assert (drawn["holder"], drawn["expected_back_on"]) == ("Keeper", BACK)
    assert english.post(path(tag, "check-out"), data=drawn).status_code == 302
    assert held(people.keeper) == [tag]
    assert path(tag, "check-in") in english.get(f"/s/{tag}").text
    drawn = inputs(english.get(path(tag, "check-in")).text)
    assert (drawn["condition"], drawn["location"]) == ("intact", "Phòng 7")
    assert english.post(path(tag, "check-in"), data=drawn).status_code == 302
    assert held(people.keeper) == []
    assert "In its place" in english.get(f"/assets/{tag}").text
    assert path(tag, "check-in") not in english.get(f"/s/{tag}").text


def test_a_double_tap_is_one_check_out(people, english, tag):
    drawn = inputs(english.get(path(tag, "check-out")).text)
    assert [english.post(path(tag, "check-out"), data=drawn).status_code for _tap in range(2)] == [302, 302]
    assert len(people.keeper.get(f"/api/v1/assets/{tag}/custody").get_json()["items"]) == 1


def test_whoever_comes_second_is_told_who_has_it(people, english, tag):
    drawn = inputs(english.get(path(tag, "check-out")).text)
    people.technician.post(f"/api/v1/assets/{tag}/custody/check-out", json={"holder": "Á", "expected_back_on": BACK})
    refused = english.post(path(tag, "check-out"), data=drawn)
    assert refused.status_code == 409
    assert "Á has it since 15 Jun 2026" in refused.text


def test_a_page_opened_before_somebody_else_moved_it_is_refused(english, technician, tag):
    drawn = inputs(english.get(path(tag, "move")).text)
    technician.post(f"/api/v1/assets/{tag}/custody/move", json={"location": "Phòng 8"})
    refused = english.post(path(tag, "move"), data=drawn | {"location": "Phòng 9"})
    assert refused.status_code == 409
    drawn = inputs(english.get(path(tag, "move")).text)
    assert english.post(path(tag, "move"), data=drawn | {"location": "Phòng 9"}).status_code == 302


def test_what_is_overdue_is_handed_out_only_with_a_reason_and_the_page_says_so_first(english, arrange):
    with arrange():
        tag = make.asset(due_on=TODAY - DAY).tag
    for verb, said in (("check-out", {}), ("offer", {"to": ELSEWHERE})):
        page = english.get(path(tag, verb)).text
        assert "It must not be used today" in page
        assert 'name="override_reason"' in page
        drawn = inputs(page) | said
        refused = english.post(path(tag, verb), data=drawn)
        assert refused.status_code == 422
        assert "it was valid until 14 Jun 2026" in refused.text
        assert 'id="f-override_reason-fault"' in refused.text
    drawn = inputs(english.get(path(tag, "check-out")).text)
    assert english.post(path(tag, "check-out"), data=drawn | {"override_reason": "Trưng bày"}).status_code == 302
    assert "Trưng bày" in english.get(f"/assets/{tag}").text


def test_what_comes_back_damaged_is_quarantined_and_waits_for_the_manager(people, english, tag):
    english.post(path(tag, "check-out"), data={"holder": "Á", "expected_back_on": BACK})
    refused = english.post(path(tag, "check-in"), data={"condition": "damaged"})
    assert (refused.status_code, 'id="f-note-fault"' in refused.text) == (422, True)
    english.post(path(tag, "check-in"), data={"condition": "damaged", "note": "Móp thân"})
    assert "Quarantined" in english.get(f"/assets/{tag}").text
    assert "Móp thân" in english.get("/").text
    assert "Móp thân" not in people.technician.pages.get("/").text


def test_what_is_out_stands_on_the_first_page_with_its_return_late_from_the_day_after(people, english, arrange, clock):
    with arrange():
        asset = make.asset(name="Cân lưu động")
        actions.check_out(asset, holder="Lê Văn Á", expected_back_on=TODAY, by=None)
        actions.check_out(make.asset(name="Cân khác"), holder="Á", expected_back_on=TODAY + 2 * DAY, by=None)
    assert "Late back" not in english.get("/").text
    clock(TODAY + DAY)
    home = english.get("/").text
    assert home.index("Cân lưu động") < home.index("Late back") < home.index("Cân khác") < home.index("17 Jun 2026")
    assert home.count("Late back") == 1
    assert "Cân khác" in english.get("/custody").text
    assert "Cân khác" not in english.get("/custody?late=true").text


def test_an_offer_is_accepted_by_the_receiver(people, english, tag):
    assert english.post(path(tag, "offer"), data={"to": ELSEWHERE, "note": "Theo QĐ 12"}).status_code == 302
    receiver = people.stranger.pages
    receiver.set_cookie("lang", "en")
    assert "1 item is offered to you" in receiver.get("/").text
    assert path(tag, "accept") in receiver.get("/transfers").text
    assert path(tag, "withdraw") not in receiver.get("/transfers").text
    assert path(tag, "accept") in receiver.get(f"/assets/{tag}").text
    assert path(tag, "withdraw") in english.get("/transfers").text
    assert english.get(path(tag, "accept")).status_code == 403
    assert receiver.get(path(tag, "move")).status_code == 403
    assert receiver.post(path(tag, "accept"), data={"location": "Kho B"}).status_code == 302
    assert english.get(f"/assets/{tag}").status_code == 404
    assert "Offer accepted" in english.get("/transfers").text
    assert people.stranger.get(f"/api/v1/assets/{tag}").get_json()["location"] == "Kho B"


@pytest.mark.parametrize(
    "typed", [ELSEWHERE, ELSEWHERE.lower(), "Doanh nghiệp nơi khác", "an enterprise ELSEWHERE", "noi khac"]
)
def test_who_is_to_own_it_is_found_by_code_name_or_a_part_of_it(people, english, tag, typed):
    assert english.post(path(tag, "offer"), data={"to": typed}).status_code == 302
    assert path(tag, "accept") in people.stranger.pages.get("/transfers").text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("không có", "No organisation is called “không có”; write a part of its name, or its code."),
        ("T", "(DN-XA)"),
        ("x" * 60_000, "No organisation is called"),
        ("%", "No organisation is called"),
    ],
)
def test_who_is_to_own_it_is_asked_again_where_nobody_or_several_are_called_so(english, tag, typed, told):
    refused = english.post(path(tag, "offer"), data={"to": typed})
    assert (refused.status_code, told in refused.text) == (422, True)


def test_an_offer_is_declined_or_withdrawn(people, english, tag):
    receiver = people.stranger.pages
    for verb, who in (("decline", receiver), ("withdraw", english)):
        english.post(path(tag, "offer"), data={"to": ELSEWHERE})
        assert who.post(path(tag, verb), data={}).status_code == 302
        assert receiver.get(f"/assets/{tag}").status_code == 404
    assert people.keeper.get(f"/api/v1/assets/{tag}").get_json()["owner"] == CENTRE


@pytest.mark.parametrize("verb", ["receive-back", "withdraw"])
def test_what_somebody_has_is_not_ended_otherwise_than_it_began(english, tag, verb):
    english.post(path(tag, "check-out"), data={"holder": "Á", "expected_back_on": BACK})
    main = english.get(path(tag, verb)).text.partition("<main")[2]
    assert ("There is nothing to do here: Checked out." in main, "<form" in main) == (True, False)
    assert "<form" in english.get(path(tag, "check-in")).text.partition("<main")[2]


@pytest.mark.parametrize("verb", ["check-in", "receive-back", "withdraw"])
def test_what_cannot_be_done_now_is_said_and_no_form_asks_for_it(english, tag, verb):
    main = english.get(path(tag, verb)).text.partition("<main")[2]
    assert ("there is nothing to do here" in main, "<form" in main) == (True, False)
    assert english.post(path(tag, verb), data={"condition": "intact"} if verb != "withdraw" else {}).status_code == 409


def test_what_nobody_knows_how_to_do_is_not_there(english, tag):
    assert english.get(path(tag, "lend")).status_code == 404


def test_the_way_back_into_service_leads_over_a_check(english, tag):
    status = f"/assets/{tag}/status"
    assert english.post(status, data={"status": "quarantined"}).status_code == 422
    assert english.post(status, data={"status": "quarantined", "reason": "Nghi ngờ"}).status_code == 302
    page = english.get(f"{status}?to=in_service").text
    assert f"/assets/{tag}/check" in page
    refused = english.post(status, data={"status": "in_service", "on": str(TODAY)})
    assert refused.status_code == 422
    assert "Record a check that it passes" in refused.text
    said = {"kind": "return", "result": "pass", "requirement": "Về 0", "on": str(TODAY)}
    assert english.post(f"/assets/{tag}/check", data=said).headers["Location"] == status
    assert english.post(status, data={"status": "in_service", "on": str(TODAY)}).status_code == 302
    shown = english.get(f"/assets/{tag}").text
    assert "Nghi ngờ" in shown
    assert "Check before return into service: Passed" in shown


def test_limited_use_is_told_to_whoever_scans(english, client, tag):
    said = {"status": "limited_use", "reason": "Lệch ở tải lớn", "restriction": "chỉ đến 100 kg"}
    assert english.post(f"/assets/{tag}/status", data=said).status_code == 302
    assert "chỉ đến 100 kg" in client.get(f"/s/{tag}").text


def test_a_disposed_thing_has_no_next_status(english, arrange):
    with arrange():
        tag = make.asset(status=Status.DISPOSED).tag
    assert "its status stays" in english.get(f"/assets/{tag}/status").text


def test_whoever_reports_a_fault_is_led_to_where_its_photo_is_taken(english, arrange):
    with arrange():
        tag = make.asset().tag
    said = {"kind": "damage", "description": "Vỡ mặt kính", "found_on": TODAY.isoformat()}
    answer = english.post(f"/assets/{tag}/fault", data=said)
    assert answer.headers["Location"] == f"/assets/{tag}#files"
    assert "Take a photo of it here" in english.get(f"/assets/{tag}").text


def test_a_manager_judges_a_fault(people, english, arrange):
    with arrange():
        asset = make.asset()
        fault = lives.report_fault(asset, kind=FaultKind.OVERLOAD, description="Quá tải", by=None)
        address = f"/assets/{asset.tag}/faults/{fault.id}/impact"
    assert people.technician.pages.get(address).status_code == 403
    assert people.stranger.pages.get(address).status_code == 404
    assert address in english.get("/").text
    assert english.post(address, data={"conclusion": " "}).status_code == 422
    assert english.post(address, data={"conclusion": "Không có phép cân nào"}).status_code == 302
    assert english.post(address, data={"conclusion": "Khác"}).status_code == 409
    assert "Không có phép cân nào" in english.get(address).text
    assert address not in english.get("/").text


def test_maintenance_is_planned_done_and_given_up(people, english, tag):
    plan = f"/assets/{tag}/maintenance"
    english.post(plan, data={"what": "Tra dầu", "interval_months": "6", "last_on": "2025-08-31"})
    page = english.get(plan).text
    assert "28 Feb 2026" in page
    assert "Overdue" in page
    key = re.search(r"line=(\d+)", page)
    assert key is not None
    said = {"kind": "maintenance", "line": key[1], "description": "Đã tra", "on": str(TODAY), "performed_by": "Á"}
    assert english.post(f"/assets/{tag}/upkeep", data=said).status_code == 302
    assert "15 Dec 2026" in english.get(plan).text
    ended = f"{plan}/{key[1]}/end"
    assert people.stranger.pages.post(ended).status_code == 404
    assert people.inspector.pages.post(ended).status_code == 403
    assert english.post(ended).status_code == 302
    assert "Tra dầu" not in english.get(plan).text


@pytest.mark.parametrize("who", ["inspector", "planner"])
def test_readers_are_shown_no_buttons(people, arrange, who):
    with arrange():
        asset = make.asset()
        actions.check_out(asset, holder="Á", expected_back_on=TODAY, by=None)
        tag = asset.tag
    reader = getattr(people, who).pages
    for page in (f"/assets/{tag}", f"/s/{tag}"):
        assert "/custody/" not in reader.get(page).text
    assert reader.post(path(tag, "check-in"), data={"condition": "intact"}).status_code == 403


@pytest.mark.parametrize(("proven", "after"), [(True, "in_service"), (False, "out_of_service")])
def test_receiving_back_settles_the_status_in_the_same_step(people, english, arrange, proven, after):
    with arrange():
        asset = make.asset(due_on=TODAY + 30 * DAY)
        actions.ship(asset, lab="VMI", expected_back_on=TODAY + DAY, by=None)
        asset.schedules[0].last_performed_on = TODAY if proven else None
        tag = asset.tag
    page = english.get(path(tag, "receive-back")).text
    assert ("Back into use" in page, "is not recorded yet" in page) == (proven, not proven)
    assert english.post(path(tag, "receive-back"), data=inputs(page)).status_code == 302
    assert people.keeper.get(f"/api/v1/assets/{tag}").get_json()["status"] == after
    assert ("is missing" in english.get(f"/assets/{tag}").text) is not proven


def test_a_laboratory_is_suggested_and_any_other_is_taken(people, english, tag, arrange):
    with arrange():
        make_labs.lab(name="Phòng thí nghiệm Khối lượng")
    page = english.get(path(tag, "ship")).text
    assert '<option value="Phòng thí nghiệm Khối lượng">' in page
    said = {"lab": "Viện khác", "expected_back_on": BACK}
    assert english.post(path(tag, "ship"), data=said).status_code == 302
    assert "Viện khác" in english.get(f"/assets/{tag}").text


def test_a_reason_that_the_system_gives_is_read_in_the_language_of_whoever_reads(people, arrange, english):
    with arrange(), speaking("vi"):
        asset, by = make.asset(), people.keeper.person()
        actions.ship(asset, lab="Viện Đo lường", expected_back_on=TODAY + DAY, by=by)
        actions.receive_back(asset, by=by)
        tag = asset.tag
    assert "Back from Viện Đo lường; its new calibration" in english.get(f"/assets/{tag}").text
    english.set_cookie("lang", "vi")
    assert "Đã nhận lại từ Viện Đo lường" in english.get(f"/assets/{tag}").text
