"""The pages of a stock-take: who is let in, what a phone is given to count with, and what its scans are told."""

from typing import Any

import pytest

from registry.assets import tags
from tests.make import labels as make_labels
from tests.make import stocktake as make
from tests.make.stocktake import PLACE, scan
from tests.people import CENTRE, PEOPLE

SIGNED_IN = set(PEOPLE)
WRITERS = {"keeper", "technician", "admin"}
COUNTERS: dict[str, int] = {"stranger": 404, "inspector": 403, "planner": 403}


@pytest.fixture
def stocked(people, arrange) -> dict[str, Any]:
    """An open stock-take of two things, with the tag of each and of one from elsewhere."""
    with arrange():
        one, two, stray = make.at(name="Áp kế"), make.at(name="Cân"), make.at("Kho 3", name="Bình")
        take = make.take(by=people.technician.person())
        return {"take": take.id, "one": one.tag, "two": two.tag, "stray": stray.tag}


def send(who: Any, stocked: dict[str, Any], *scans: dict[str, Any], whose: Any = None, **more: Any) -> Any:
    """Scans as the page sends them that was opened by `whose`, or by who sends them."""
    with who.app.app_context():
        person = (whose or who).person().id
    body = {"person": person, "scans": list(scans)}
    return who.pages.post(f"/stocktakes/{stocked['take']}/scans", json=body, **more)


def closing(**said: str) -> dict[str, str]:
    return {"note": ""} | said


@pytest.mark.parametrize("who", sorted(SIGNED_IN - WRITERS))
def test_who_may_not_count_sends_nothing(people, stocked, who):
    caller = getattr(people, who)
    answer = send(caller, stocked, scan(stocked["one"]))
    assert (answer.status_code, answer.content_type) == (COUNTERS[who], "application/problem+json")
    assert caller.pages.post(f"/stocktakes/{stocked['take']}/close", data=closing()).status_code == COUNTERS[who]


def test_opening_leads_to_the_page_that_counts(technician, arrange):
    with arrange():
        make.at()
    page = technician.pages.get("/stocktakes/new").text
    assert f'<option value="{PLACE}">' in page
    answer = technician.pages.post("/stocktakes/new", data={"organisation": CENTRE, "location": "phòng 1", "name": ""})
    assert answer.status_code == 302
    shown = technician.pages.get(answer.headers["Location"])
    assert (shown.status_code, PLACE in shown.text) == (200, True)


def test_a_place_where_nothing_is_registered_is_said_to_be_empty(technician):
    answer = technician.pages.post(
        "/stocktakes/new?lang=en", data={"organisation": CENTRE, "location": "Kho mới"}, follow_redirects=True
    )
    assert "Nothing in this scope is registered here yet" in answer.text


def test_what_cannot_be_opened_is_drawn_again(technician):
    answer = technician.pages.post("/stocktakes/new", data={"organisation": CENTRE, "location": "x" * 201})
    assert (answer.status_code, "x" * 201 in answer.text) == (422, True)


def test_a_phone_is_given_what_it_needs_to_count_by_itself(technician, stocked):
    given = technician.pages.get(f"/stocktakes/{stocked['take']}/list.json").get_json()
    assert given["expected"] == [[stocked["one"], "Áp kế"], [stocked["two"], "Cân"]]
    assert given["token"]


def test_scans_of_a_page_are_told_and_are_news_to_others(keeper, technician, stocked):
    said = [scan(stocked["one"], "a"), scan(stocked["stray"], "b"), scan("sai", "c")]
    answer = send(technician, stocked, *said)
    assert [told["verdict"] for told in answer.get_json()["verdicts"]] == ["found", "elsewhere", "mistyped"]
    assert send(technician, stocked, *said).get_json()["verdicts"] == answer.get_json()["verdicts"]
    news = keeper.pages.get(f"/stocktakes/{stocked['take']}/news.json").get_json()
    assert [(line["tag"], line["state"]) for line in news["news"]] == [
        (stocked["one"], "found"),
        (stocked["stray"], "elsewhere"),
    ]
    assert (news["stock_take"]["found"], news["more"]) == (1, False)
    later = keeper.pages.get(f"/stocktakes/{stocked['take']}/news.json?after={news['last']}").get_json()
    assert (later["news"], later["last"]) == ([], news["last"])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"scans": 1}', b'{"scans": [{"key": "k"}]}'])
def test_scans_that_make_no_sense_are_told_so_as_on_the_api(technician, stocked, body):
    address = f"/stocktakes/{stocked['take']}/scans"
    answer = technician.pages.post(address, data=body, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_a_session_that_ended_leads_a_phone_to_sign_in_and_records_nothing(technician, client, stocked):
    answer = client.post(f"/stocktakes/{stocked['take']}/scans", json={"scans": [scan(stocked["one"])]})
    assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (302, True)
    assert technician.get(f"/api/v1/stock-takes/{stocked['take']}").get_json()["found"] == 0


def test_scans_need_the_token_of_a_page(app, technician, stocked, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert send(technician, stocked, scan(stocked["one"])).status_code == 400
    token = technician.pages.get(f"/stocktakes/{stocked['take']}/list.json").get_json()["token"]
    assert send(technician, stocked, scan(stocked["one"]), headers={"X-CSRFToken": token}).status_code == 200


def test_nobody_sends_what_was_scanned_on_somebody_elses_page(keeper, technician, stocked):
    answer = send(keeper, stocked, scan(stocked["one"]), whose=technician)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert technician.get(f"/api/v1/stock-takes/{stocked['take']}").get_json()["found"] == 0


class TestClosing:
    def test_asks_what_to_do_about_what_differs(self, technician, stocked):
        send(technician, stocked, scan(stocked["one"]), scan(stocked["stray"]))
        page = technician.pages.get(f"/stocktakes/{stocked['take']}/close").text
        assert f'name="here_now-0-tag" value="{stocked["stray"]}"' in page
        assert f'name="missing-0-tag" value="{stocked["two"]}"' in page
        decided = closing(
            **{"here_now-0-tag": stocked["stray"], "missing-0-tag": stocked["two"], "missing-0-note": "Cho mượn"}
        )
        answer = technician.pages.post(f"/stocktakes/{stocked['take']}/close", data=decided, follow_redirects=True)
        assert (answer.status_code, "Cho mượn" in answer.text) == (200, True)
        assert technician.get(f"/api/v1/assets/{stocked['stray']}").get_json()["location"] == PLACE

    def test_what_was_decided_wrongly_is_drawn_again_as_it_was(self, technician, stocked):
        send(technician, stocked, scan(stocked["stray"]))
        decided = closing(**{"here_now-0-tag": stocked["stray"], "here_now-1-tag": tags.new(), "note": "Quý II"})
        answer = technician.pages.post(f"/stocktakes/{stocked['take']}/close", data=decided)
        assert (answer.status_code, "Quý II" in answer.text) == (422, True)
        assert f'value="{stocked["stray"]}" checked' in answer.text

    def test_a_closed_one_is_only_read(self, technician, stocked):
        address = f"/stocktakes/{stocked['take']}"
        assert technician.pages.post(f"{address}/close", data=closing()).status_code == 302
        for path in ("count", "close"):
            assert technician.pages.get(f"{address}/{path}").headers["Location"] == address
        assert technician.pages.post(f"{address}/close", data=closing()).status_code == 409
        answer = send(technician, stocked, scan(stocked["one"]))
        assert (answer.status_code, list(answer.get_json()["errors"])) == (409, ["scans.0.tag"])

    def test_what_an_owner_elsewhere_has_is_not_offered_to_be_moved(self, people, arrange, stocked):
        with arrange():
            foreign = make.at("Kho", owner="SKHCN").tag
        send(people.admin, stocked, scan(foreign))
        page = people.technician.pages.get(f"/stocktakes/{stocked['take']}/close").text
        assert foreign[:4] in page
        assert f'value="{foreign}"' not in page


@pytest.mark.parametrize("state", ["missing", "found", "elsewhere", "unexpected", "unknown"])
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_every_part_of_a_result_is_drawn(technician, stocked, state, locale):
    send(technician, stocked, scan(stocked["one"]), scan(stocked["stray"]), scan(tags.new()))
    answer = technician.pages.get(f"/stocktakes/{stocked['take']}?state={state}&lang={locale}")
    assert answer.status_code == 200
    assert technician.pages.get(f"/stocktakes/{stocked['take']}?state=nothing").status_code == 422


def test_a_blank_label_of_ours_is_said_to_be_one_and_leads_to_where_it_is_put_on(people, arrange, stocked):
    with arrange():
        (blank,) = make_labels.tags_of(make_labels.batch(1))
    unknown, path = tags.new(), f"/stocktakes/{stocked['take']}?state=unknown&lang=en"
    send(people.technician, stocked, scan(blank), scan(unknown))
    page = people.technician.pages.get(path).text
    assert (page.count("Blank label, on nothing yet"), page.count("No item has this tag")) == (1, 1)
    assert (f"/labels/{blank}/claim" in page, f"/labels/{unknown}/claim" in page) == (True, False)
    read = people.inspector.pages.get(path).text
    assert ("Blank label, on nothing yet" in read, "/claim" in read) == (True, False)


def test_the_service_worker_is_asked_for_afresh_and_looks_after_its_folder_only(technician):
    answer = technician.pages.get("/stocktakes/worker.js")
    assert answer.mimetype in {"text/javascript", "application/javascript"}
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in answer.headers


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_whole_result_is_printed(technician, stocked, locale):
    unknown = tags.new()
    send(technician, stocked, scan(stocked["one"]), scan(stocked["stray"]), scan(unknown))
    page = technician.pages.get(f"/stocktakes/{stocked['take']}/sheet?lang={locale}").text
    for tag in (stocked["one"], stocked["two"], stocked["stray"], unknown):
        assert tags.grouped(tag) in page
    assert page.count("<h2 id=") == 5
    assert f"/stocktakes/{stocked['take']}/sheet" in technician.pages.get(f"/stocktakes/{stocked['take']}").text


def test_what_was_not_scanned_yet_is_missing_only_once_counting_is_over(technician, stocked):
    pages = [f"/stocktakes/{stocked['take']}", f"/stocktakes/{stocked['take']}/count"]
    for page in pages:
        text = technician.pages.get(f"{page}?lang=en").text
        assert "Not seen yet" in text
        assert "Missing" not in text
        assert "part-missing" not in text


def test_who_has_what_is_not_seen_is_named_until_the_stock_take_was_over(technician, stocked):
    out = {"holder": "Nông Văn Kỹ", "expected_back_on": "2099-01-01", "note": ""}
    assert technician.pages.post(f"/assets/{stocked['one']}/custody/check-out", data=out).status_code == 302
    phone = technician.pages.get(f"/stocktakes/{stocked['take']}/list.json").json
    assert list(phone["away"]) == [stocked["one"]]
    for page in ("", "/sheet"):
        text = technician.pages.get(f"/stocktakes/{stocked['take']}{page}").text
        assert text.count("Nông Văn Kỹ giữ từ ngày") == 1
    found = technician.pages.get(f"/stocktakes/{stocked['take']}?state=found").text
    assert "Nông Văn Kỹ giữ từ ngày" not in found


def test_the_place_on_paper_is_said_to_be_the_registered_one(technician, stocked):
    send(technician, stocked, scan(stocked["stray"]))
    page = technician.pages.get(f"/stocktakes/{stocked['take']}/sheet").text
    assert "Nơi đặt đã đăng ký" in page
    assert "Nơi kiểm kê" not in page
