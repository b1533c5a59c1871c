"""The page that lists assets: chips with counts, columns, views, one change to many, a file of what is seen."""

import csv
import io
import re

import pytest

from registry.accounts.queries import organisation_by_code
from registry.assets.exchange import actions as exchange
from registry.assets.exchange.models import AssetExport
from registry.assets.labels import actions as labels
from registry.assets.labels.rules import Revocation
from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.kernel.db import db
from tests.make import assets as make
from tests.people import CENTRE, ELSEWHERE


@pytest.fixture
def tags(arrange, people):
    with arrange():
        return [make.asset(name=name, location="=Kho").tag for name in ("Áp kế", "Cân", "Đồng hồ nước")]


def test_chips_say_how_many_and_lead_there_and_back(keeper, tags):
    page = keeper.pages.get("/assets?lang=en").text
    assert re.search(r'href="/assets\?[^"]*kind=standard"[^>]*>Measurement standard<span class="chip-count">3<', page)
    chosen = keeper.pages.get("/assets?lang=en&kind=standard").text
    assert re.search(r'href="/assets\?lang=en" aria-current="true">Measurement standard', chosen)
    assert "3 assets" in chosen


def test_columns_are_chosen_and_stay(keeper, tags):
    moved = keeper.pages.get("/assets/columns?kind=standard&column=owner&column=asset_no")
    assert moved.headers["Location"] == "/assets?kind=standard&columns=owner%2Casset_no"
    page = keeper.pages.get(moved.headers["Location"], headers={"Accept-Language": "en"}).text
    headings = re.findall(r'<th role="columnheader" scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)<', page)
    assert len(headings) == 3
    assert keeper.pages.get("/assets?columns=price").status_code == 422


def test_a_tag_in_the_search_box_leads_to_its_asset(keeper, stranger, tags):
    assert keeper.pages.get(f"/assets?q={tags[0].lower()}").headers["Location"] == f"/assets/{tags[0]}"
    assert stranger.pages.get(f"/assets?q={tags[0]}").status_code == 200


def test_a_view_is_kept_shown_renamed_and_deleted(keeper, tags):
    browser = keeper.pages
    kept = browser.post("/assets/views?kind=standard&columns=owner", data={"name": "Chuẩn"})
    assert kept.status_code == 302
    page = browser.get(kept.headers["Location"]).text
    assert re.search(r'class="chip" href="[^"]*" aria-current="true">.*Chuẩn', page)
    listed = browser.get("/assets/views").text
    key, version = re.search(r"/assets/views/(\d+)\"", listed)[1], re.search(r'name="version" value="(\d+)"', listed)[1]
    data = {"name": "Khác", "version": version, "shared_with": CENTRE}
    assert browser.post(f"/assets/views/{key}", data=data).status_code == 302
    assert browser.post(f"/assets/views/{key}", data=data).status_code == 409
    assert "Khác" in browser.get("/assets/views").text
    assert browser.post(f"/assets/views/{key}/delete").status_code == 302
    assert "Khác" not in browser.get("/assets").text


def test_a_change_of_many_is_shown_then_made(keeper, inspector, tags):
    browser = keeper.pages
    chosen = browser.get("/assets/bulk", query_string={"tag": tags[:2]})
    assert f'value="{" ".join(tags[:2])}"' in chosen.text
    every = browser.get("/assets/bulk?all=1&q=can")
    assert f'value="{tags[1]}"' in every.text
    form = {"tags": " ".join(tags[:2]), "location": "Phòng 1", "empty_custodian": "true"}
    shown = browser.post("/assets/bulk/preview", data=form)
    assert shown.status_code == 200
    assert shown.text.count("<ins>Phòng 1</ins>") == 2
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown.text))
    done = browser.post("/assets/bulk", data=hidden)
    assert done.status_code == 302, done.text
    assert keeper.get(f"/api/v1/assets/{tags[0]}").json["location"] == "Phòng 1"
    assert browser.post("/assets/bulk", data=hidden | {"idempotency_key": "another"}).status_code == 409
    assert inspector.pages.get("/assets/bulk?all=1").status_code == 403
    assert inspector.pages.post("/assets/bulk/preview", data=form).status_code == 403


def test_a_change_that_says_nothing_or_nonsense_is_drawn_again(keeper, tags):
    browser = keeper.pages
    assert browser.get("/assets/bulk").status_code == 302
    assert browser.post("/assets/bulk/preview", data={"tags": tags[0]}).status_code == 422
    odd = browser.post(
        "/assets/bulk/preview", data={"tags": tags[0], "schedule_kind": "testing", "schedule_months": "x"}
    )
    assert (odd.status_code, 'value="x"' in odd.text) == (422, True)


def test_what_is_refused_names_its_field(keeper, tags):
    form = {"tags": tags[0], "status": "quarantined"}
    text = re.sub(r"<[^>]+>", "", keeper.pages.post("/assets/bulk/preview?lang=en", data=form).text)
    assert "Why the status changes: Say why, so that others can understand it later." in text


def seen(keeper, app, asked):
    """The file of what a list shows, as rows."""
    assert keeper.pages.post(f"/assets/export?form=csv&{asked}").status_code == 302
    with app.app_context():
        export = db.session.query(AssetExport).one()
        exchange.export(export, step=lambda: None)
        return list(csv.reader(io.StringIO(export.content.decode("utf-8-sig"))))


def test_a_file_is_of_exactly_what_is_seen(keeper, tags, app):
    assert seen(keeper, app, "sort=-name&columns=location,kind&q=c&lang=en") == [
        ["Tag", "Name", "Location", "Kind"],
        [tags[1], "Cân", "'=Kho", "Measurement standard"],
    ]


def test_a_file_says_what_is_decisive_and_the_tag_that_is_on_the_thing(keeper, tags, app, arrange):
    with arrange():
        found = db.session.query(Asset).filter_by(tag=tags[1]).one()
        found.doubt, label = Doubt.RECALL, labels.revoke(found, because=Revocation.LOST, by=None).tag
    assert label != tags[1]
    assert seen(keeper, app, "sort=-name&columns=validity&q=c&lang=en")[1] == [label, "Cân", "Recalled; Not required"]


def test_a_preview_names_organisations_and_not_their_codes(people, arrange):
    with arrange():
        tag = make.asset().tag
    page = people.admin.pages.post("/assets/bulk/preview", data={"tags": tag, "owner": ELSEWHERE}).text
    with arrange():
        names = [organisation_by_code(code).name_vi for code in (CENTRE, ELSEWHERE)]
    shown = page[page.index("change-old") :]
    assert all(name in shown for name in names)
    assert f"<ins>{ELSEWHERE}</ins>" not in page
