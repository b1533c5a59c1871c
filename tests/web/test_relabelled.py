"""After a label was replaced: people see what the label on it says now, and old addresses lead there."""

import re

import pytest

from registry.assets import tags
from registry.assets.labels import actions as labels
from registry.assets.labels.rules import Revocation
from registry.assets.queries import by_tag
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import plan as make_plan
from tests.make import sheets
from tests.make import stocktake as make_stocktakes
from tests.make.stocktake import PLACE, scan
from tests.people import CENTRE


@pytest.fixture
def worn(arrange, people) -> list[str]:
    """What the labels of one asset said one after the other; the first is the tag it was registered with."""
    with arrange():
        said = [make.asset(name="Cân đồng hồ", location=PLACE).tag]
    for because in (Revocation.LOST, Revocation.REPLACED):
        with arrange():
            keeper = people.keeper.person()
            said.append(labels.revoke(by_tag(keeper, said[0], lock=True), because=because, by=keeper).tag)
    return said


def test_list_record_and_forms_say_the_label_that_is_on_it(technician, worn):
    first, between, now = worn
    for path in ("/assets", f"/assets/{now}", f"/assets/{now}/edit", f"/assets/{now}/custody/check-out"):
        page = technician.pages.get(path).text.partition("<main")[2]
        heads = page.partition('id="label"')[0]  # the card of the label lists those it had
        assert tags.grouped(now) in page or "edit" in path, path
        assert not [old for old in (first, between) if tags.grouped(old) in heads or f"/assets/{old}" in heads], path


def says_only(page: str, worn: list[str]) -> bool:
    """Whether a page shows the label that is on an asset, and addresses of it only."""
    main = page.partition("<main")[2]
    old = [tag for tag in worn[:2] if tags.grouped(tag) in main or f"/assets/{tag}" in main]
    return tags.grouped(worn[2]) in main and not old


def test_a_calibration_is_recorded_and_shown_under_the_label_that_is_on_it(keeper, technician, arrange, worn):
    with arrange():
        other = make.asset(name="Cân khác").tag
    form = technician.pages.get(f"/assets/{worn[2]}/calibrations/new")
    assert (form.status_code, says_only(form.text, worn)) == (200, True)
    said = {"kind": "intermediate_check", "performed_on": str(TODAY), "outcome": "pass", "standards": ""}
    made = technician.pages.post(f"/assets/{worn[2]}/calibrations/new", data=said | {"certificate_no": "1"})
    assert made.status_code == 302, made.text
    assert says_only(technician.pages.get(made.headers["Location"]).text, worn)
    said |= {"standards": tags.grouped(worn[2]).replace("-", ""), "certificate_no": "2"}
    made = technician.pages.post(f"/assets/{other}/calibrations/new", data=said)
    assert made.status_code == 302, made.text
    assert says_only(technician.pages.get(made.headers["Location"]).text, worn)
    assert keeper.get("/api/v1/calibrations").json["items"][0]["standards"] == [worn[0]]


def test_an_import_names_the_label_that_is_on_it(technician, people, arrange, worn):
    with arrange():
        content = sheets.text(("tag", "name", "location"), (worn[0], "Cân đồng hồ", "Kho 9"))
        key = sheets.checked(content, by=people.technician.person()).id
    assert says_only(technician.pages.get(f"/imports/{key}").text, worn)


def test_a_component_is_added_to_the_set_by_the_label_that_is_on_it(technician, worn):
    form = technician.pages.get(f"/assets/new?parent={worn[2]}").text
    assert f'value="{worn[2]}"' in form
    said = {"kind": "standard", "name": "Quả cân 1 kg", "owner": CENTRE, "status": "in_service", "parent": worn[2]}
    made = technician.pages.post("/assets/new", data=said)
    assert made.status_code == 302, made.text
    assert f'value="{worn[2]}"' in technician.pages.get(f"{made.headers['Location']}/edit").text
    assert technician.get(f"/api/v1{made.headers['Location']}").json["parent"] == worn[0]


def test_labels_are_chosen_by_what_they_say_now(technician, worn):
    page = technician.pages.get(f"/labels?chosen=1&tag={worn[0]}").text
    assert re.search(r"<textarea[^>]*>\s*([^<]*)</textarea>", page)[1].split() == [worn[2]]
    alone = technician.pages.get(f"/assets/{worn[2]}/label").text
    assert worn[2] in alone.partition("</title>")[0]
    assert worn[0] not in alone


def test_a_link_to_the_plan_that_is_refused_names_the_label(planner, arrange, worn):
    with arrange():
        make_plan.plan()
    said = {"record_type": "asset", "record_id": worn[0], "indicator": "II.2.a", "quantity": "x"}
    page = planner.pages.post(f"/plan/{make_plan.CODE}", data=said)
    assert page.status_code == 422
    assert worn[2] in page.text


@pytest.mark.parametrize("place", [0, 1])
def test_addresses_with_an_old_tag_lead_to_the_new_one(technician, stranger, worn, place):
    answer = technician.pages.get(f"/assets/{worn[place]}", follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, f"/assets/{worn[2]}")
    assert technician.pages.get(f"/assets/{worn[place]}/fault?lang=en", follow_redirects=True).status_code == 200
    assert technician.pages.get("/assets", query_string={"q": worn[place]}).headers["Location"] == f"/assets/{worn[2]}"
    assert stranger.pages.get(f"/assets/{worn[place]}").status_code == 404


def test_a_form_that_was_open_while_the_label_was_replaced_is_sent_on(technician, worn):
    answer = technician.pages.post(f"/assets/{worn[1]}/fault?lang=en", data={"kind": "damage"})
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/assets/{worn[2]}/fault?lang=en")


def test_a_tag_of_nothing_is_still_unknown(technician, worn):
    assert technician.pages.get(f"/assets/{tags.new()}").status_code == 404
    assert technician.pages.get("/assets/ABC").status_code == 404


@pytest.mark.parametrize("place", [0, 1])
def test_a_scan_of_a_revoked_label_names_the_one_it_wears_now_to_who_may_see_it(
    technician, stranger, client, worn, place
):
    link = f'href="/s/{worn[2]}"'
    page = technician.pages.get(f"/s/{worn[place]}").text
    assert link in page
    assert tags.grouped(worn[2]) in page
    assert f'href="/assets/{worn[2]}"' in page
    for nobody in (client, stranger.pages):
        page = nobody.get(f"/s/{worn[place]}").text
        assert 'data-fit="no"' in page
        assert tags.grouped(worn[2]) not in page
        assert worn[2] not in page
    assert "item-tag" in technician.pages.get(f"/s/{worn[2]}").text
    assert 'data-code="label_revoked"' not in technician.pages.get(f"/s/{worn[2]}").text


def test_a_stock_take_says_the_label_that_is_on_it(technician, arrange, people, worn):
    with arrange():
        take = make_stocktakes.take(by=people.technician.person()).id
        person = people.technician.person().id
    browser = technician.pages
    assert tags.grouped(worn[2]) in browser.get(f"/stocktakes/{take}").text
    assert tags.grouped(worn[2]) in browser.get(f"/stocktakes/{take}/close").text
    told = browser.post(f"/stocktakes/{take}/scans", json={"person": person, "scans": [scan(worn[1], "k")]}).json
    assert [(one["verdict"], one["revoked"], one["label"]) for one in told["verdicts"]] == [("found", True, worn[2])]
    (line,) = browser.get(f"/stocktakes/{take}/news.json").json["news"]
    assert (line["tag"], line["label"]) == (worn[0], worn[2])
    page = browser.get(f"/stocktakes/{take}?state=found").text
    assert re.search(rf"{tags.grouped(worn[2])}</span> \([^)]*{tags.grouped(worn[1])}", page)


def test_a_change_of_many_names_what_the_labels_say(technician, worn):
    page = technician.pages.post("/assets/bulk/preview", data={"tags": worn[0], "location": "Kho"}).text
    assert tags.grouped(worn[2]) in page
