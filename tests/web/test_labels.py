"""The pages of labels: choosing, printing, making blank ones, putting them on things, giving them up."""

import re
from datetime import timedelta
from html import unescape

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from registry.assets import tags
from registry.assets.labels import runs
from registry.assets.labels.models import Label, LabelRun
from registry.assets.labels.rules import MOST_AT_ONCE
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import labels as make_labels
from tests.people import CENTRE

DUE = TODAY + timedelta(days=300)
LOOK = {"chosen": "1", "sheet": "a4-3x8", "show": ["name", "due"]}


@pytest.fixture
def asset(arrange, people) -> str:
    with arrange():
        return make.asset(name="Cân đồng hồ", due_on=DUE).tag


@pytest.fixture
def blank(arrange, people) -> list[str]:
    with arrange():
        return make_labels.tags_of(make_labels.batch(2))


def read(content: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(content)
    pictures = [page.render(scale=3, grayscale=True).to_pil() for page in pages]
    return [tags.parse(code.text) for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def test_what_is_asked_for_is_shown_before_it_is_printed(technician, asset):
    answer = technician.pages.get("/labels", query_string=LOOK | {"tags": tags.grouped(asset), "start": "5"})
    assert answer.status_code == 200
    assert "/labels/preview.png?" in answer.text
    for said in (f'name="tags" value="{tags.grouped(asset)}"', 'name="start" value="5"', 'name="show" value="due"'):
        assert said in answer.text
    assert "DataMatrix" in answer.text  # which the smallest labels carry instead of a QR code
    picture = technician.pages.get("/labels/preview.png", query_string=LOOK | {"tags": asset})
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")


def test_a_download_counts_as_printed(technician, asset, app):
    answer = technician.pages.post("/labels", data=LOOK | {"tags": asset, "format": "pdf"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].endswith('-2026-06-15.pdf"')
    assert read(answer.data) == [asset]
    with app.app_context():
        label = db.session.scalars(select(Label).filter_by(tag=asset)).one()
        assert (label.printed_due_on, label.shows_due) == (DUE, True)


def test_those_who_only_read_print_and_note_nothing(inspector, asset, app):
    assert inspector.pages.post("/labels", data=LOOK | {"tags": asset}).status_code == 200
    with app.app_context():
        assert db.session.scalars(select(Label)).all() == []


def test_zpl_is_offered_for_thermal_rolls(technician, asset):
    said = LOOK | {"tags": asset, "sheet": "thermal-40x20-203"}
    assert 'value="zpl"' in technician.pages.get("/labels", query_string=said).text
    answer = technician.pages.post("/labels", data=said | {"format": "zpl"})
    assert (answer.mimetype, answer.data[:3]) == ("application/x-zpl", b"^XA")


def test_without_scripts_what_is_chosen_is_printed_and_not_what_was_shown(technician, asset):
    said = LOOK | {"tags": asset, "sheet": "thermal-40x20-203"}
    page = technician.pages.get("/labels", query_string=said).text
    without = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)[1]
    buttons = re.findall(r'form="choice" formmethod="post" formaction="([^"]+)" name="csrf_token"', without)
    assert buttons == ["/labels?format=pdf", "/labels?format=zpl"]
    assert 'class="with-script" data-print-labels' in page
    answer = technician.pages.post(buttons[1], data=said)
    assert (answer.mimetype, answer.data[:3]) == ("application/x-zpl", b"^XA")


def test_a_label_that_was_only_printed_is_in_force_and_not_said_to_be_on_the_item(technician, asset, blank):
    technician.pages.post("/labels", data=LOOK | {"tags": asset})
    card = technician.pages.get(f"/assets/{asset}").text
    assert ("đang có hiệu lực" in card, "đang dán" in card) == (True, False)
    technician.pages.post(f"/labels/{blank[0]}/claim", data={"asset": asset})
    assert "đang dán" in technician.pages.get(f"/assets/{blank[0]}").text


@pytest.mark.parametrize(
    "wrong", [{"sheet": "a5"}, {"start": "99"}, {"length": "60"}, {"tags": "7KQ2M3XA9RP"}, {"x": "1"}]
)
def test_what_makes_no_sense_is_said_on_the_page(technician, asset, wrong):
    answer = technician.pages.get("/labels", query_string=LOOK | wrong)
    assert answer.status_code in {404, 422}
    assert "preview.png" not in answer.text


def test_filters_of_the_list_come_along(technician, asset):
    text = technician.pages.get("/labels?kind=standard&chosen=1&show=name&which=unprinted").text
    assert 'name="kind" value="standard"' in text
    assert "/labels/preview.png?kind=standard" in text


def test_a_selection_of_the_list_gets_labels_that_say_everything(technician, asset, arrange):
    with arrange():
        make.asset(name="Cân khác")
    text = technician.pages.get("/assets").text
    assert 'formaction="/labels"' in text
    chosen = technician.pages.get("/labels", query_string={"tag": [asset], "chosen": "1"})
    assert f"{asset}</textarea>" in chosen.text
    assert all(f'name="show" value="{part}" checked' in chosen.text for part in ("name", "due", "serial", "owner"))
    answer = technician.pages.post("/labels", data={"tag": [asset], "chosen": "1"})
    assert read(answer.data) == [asset]


def test_many_labels_are_drawn_in_the_background(keeper, technician, arrange, people, app):
    with arrange():
        for number in range(MOST_AT_ONCE + 1):
            make.asset(name=f"Cân {number}")
    asked = keeper.pages.post("/labels", data=LOOK)
    path = asked.headers["Location"]
    waiting = keeper.pages.get(path)
    assert (waiting.status_code, waiting.headers["Refresh"]) == (200, "2")
    assert keeper.pages.get(f"{path}/file").headers["Location"] == path
    assert technician.pages.get(f"{path}/file").status_code == 404
    with app.app_context():
        runs.draw(
            db.session.scalars(select(LabelRun)).one(), base_url="https://registry.example.vn", step=db.session.commit
        )
        db.session.commit()
    ready = keeper.pages.get(path)
    assert "Refresh" not in ready.headers
    assert str(MOST_AT_ONCE + 1) in ready.text
    assert len(pypdfium2.PdfDocument(keeper.pages.get(f"{path}/file").data)) == 9


def test_blank_labels_are_made_and_printed(keeper, stranger):
    made = keeper.pages.post("/labels/blank?lang=en", data={"organisation": CENTRE, "count": "3"})
    path = made.headers["Location"]
    assert "The labels are made." in keeper.pages.get(f"{path}?lang=en").text
    answer = keeper.pages.post(path, data=LOOK | {"show": "owner"})
    assert len(read(answer.data)) == 3
    assert stranger.pages.post(path, data=LOOK).status_code == 404
    assert keeper.pages.post("/labels/blank", data={"organisation": CENTRE, "count": "0"}).status_code == 422
    assert path in keeper.pages.get("/labels/blank").text


def test_a_blank_label_leads_those_who_may_to_where_it_is_claimed(client, keeper, inspector, blank):
    for browser, leads in ((client, False), (inspector.pages, False), (keeper.pages, True)):
        answer = browser.get(f"/s/{blank[0]}")
        assert (answer.status_code, "data-fit" in answer.text) == (200, False)
        assert (f"/labels/{blank[0]}/claim" in answer.text) is leads


def test_a_label_is_claimed_for_what_a_search_finds(keeper, client, asset, blank):
    page = keeper.pages.get(f"/labels/{blank[0]}/claim?q=can+dong")
    assert f'name="asset" value="{asset}"' not in page.text
    (asks,) = re.findall(rf'href="(/labels/{blank[0]}/claim[^"]*asset={asset}[^"]*)"', page.text)
    asked = keeper.pages.get(f"{unescape(asks)}&lang=en").text
    assert f'name="asset" value="{asset}"' in asked
    assert "Put it on Cân đồng hồ?" in asked
    assert "holds no longer, which cannot be taken back" in asked
    done = keeper.pages.post(f"/labels/{blank[0]}/claim", data={"asset": tags.grouped(asset)})
    assert done.headers["Location"] == f"/assets/{blank[0]}"
    assert 'data-fit="yes"' in client.get(f"/s/{blank[0]}").text
    old = client.get(f"/s/{asset}").text
    assert 'data-fit="no"' in old
    assert 'data-code="label_revoked"' in old
    assert blank[0] not in old
    assert f"/s/{blank[0]}" in keeper.pages.get(f"/assets/{blank[0]}").text


def test_who_has_no_label_of_the_item_searches_for_it_first(keeper, blank):
    page = keeper.pages.get(f"/labels/{blank[0]}/claim").text
    assert page.index('id="f-q"') < page.index("Theo nhãn đang dán") < page.index('id="f-asset"')


def test_a_refused_claim_is_drawn_again(keeper, people, blank):
    answer = keeper.pages.post(f"/labels/{blank[0]}/claim", data={"asset": "7KQ2M3XA9R0"})
    assert answer.status_code == 422
    assert 'id="f-asset-fault"' in answer.text


def test_a_new_asset_is_registered_under_a_blank_label(keeper, blank):
    said = {"kind": "instrument", "name": "Cân mới", "owner": CENTRE, "status": "in_service"}
    path = f"/assets/new?label={blank[0]}"
    form = keeper.pages.get(f"{path}&lang=en").text
    assert "which is on it already" in form
    assert tags.grouped(blank[0]) in "".join(re.split(r"<[^>]+>", form))
    assert f'<option value="{CENTRE}" selected>' in form
    made = keeper.pages.post(path, data=said, follow_redirects=True)
    assert made.request.path == f"/assets/{blank[0]}"
    assert f"Registered under the label {tags.grouped(blank[0])}, which is on it already." in made.text
    assert "Print its label" not in made.text
    assert keeper.pages.post(path, data=said).status_code == 409
    assert "Cân mới" in keeper.pages.get(f"/labels/{blank[0]}/claim").text


def test_a_label_is_revoked_and_the_next_page_prints_the_new_one(keeper, stranger, inspector, client, asset):
    path = f"/assets/{asset}/label/revoke"
    assert stranger.pages.post(path, data={"because": "lost"}).status_code == 404
    assert inspector.pages.post(path, data={"because": "lost"}).status_code == 302
    assert 'data-fit="yes"' in client.get(f"/s/{asset}").text
    answer = keeper.pages.post(path, data={"because": "lost"}, follow_redirects=True)
    assert "preview.png" in answer.text
    assert 'data-fit="no"' in client.get(f"/s/{asset}").text
    assert keeper.pages.post(path, data={"because": "bored"}).headers["Location"] == f"/assets/{asset}"


def test_a_page_that_shows_a_label_replaced_since_replaces_no_other(keeper, technician, asset):
    path = f"/assets/{asset}/label/revoke?lang=en"
    assert technician.pages.post(path, data={"because": "lost"}).headers["Location"].startswith("/labels")
    now = keeper.get(f"/api/v1/assets/{asset}").json["current_tag"]
    late = keeper.pages.post(path, data={"because": "damaged"}, follow_redirects=True)
    assert f"the one on it now is {tags.grouped(now)}" in late.text
    assert keeper.get(f"/api/v1/assets/{asset}").json["current_tag"] == now


def test_a_blank_label_is_thrown_away(keeper, client, blank):
    done = keeper.pages.post(f"/labels/{blank[0]}/discard?lang=en", data={"because": "damaged"}, follow_redirects=True)
    assert f"The blank label {tags.grouped(blank[0])} is revoked." in done.text
    assert 'data-why="discarded"' in client.get(f"/s/{blank[0]}").text
    again = keeper.pages.post(f"/labels/{blank[0]}/discard", data={"because": "damaged"}, follow_redirects=True)
    assert tags.grouped(blank[0]) in again.text


class TestTheUsualMedium:
    def checked(self, page: str) -> str:
        found = re.search(r'name="sheet" value="([^"]+)"[^>]* checked', page)
        assert found is not None
        return found[1]

    def test_of_one_label_is_small_and_of_many_a_sheet(self, technician, asset):
        assert self.checked(technician.pages.get("/labels").text) == "a4-3x8"
        replaced = technician.pages.post(f"/assets/{asset}/label/revoke", data={"because": "lost"})
        assert self.checked(technician.pages.get(replaced.headers["Location"]).text) == "tape-24"

    def test_is_the_one_that_was_used_last(self, technician, asset):
        printed = LOOK | {"sheet": "thermal-50x30-203", "tags": asset, "format": "pdf"}
        assert technician.pages.post("/labels", data=printed).status_code == 200
        for query in ({"tags": asset, "chosen": "1"}, {}):
            assert self.checked(technician.pages.get("/labels", query_string=query).text) == "thermal-50x30-203"
        technician.pages.set_cookie("label-sheet", "a5")
        assert self.checked(technician.pages.get("/labels").text) == "a4-3x8"


DISCARDED = {
    "vi": ("Nhãn trắng đã bị thu hồi", "đã bị thu hồi ngày 15/06/2026: nhãn bị hỏng"),
    "en": ("Revoked blank label", "was revoked on 15 Jun 2026: it was damaged"),
}
REVOKED = {"vi": ("Nhãn không còn giá trị", "Được phép sử dụng"), "en": ("Label no longer valid", "May be used")}


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_discarded_blank_label_explains_itself_to_anybody(client, keeper, blank, locale):
    heading, why = DISCARDED[locale]
    assert keeper.pages.post(f"/labels/{blank[0]}/discard", data={"because": "damaged"}).status_code == 302
    for browser in (client, keeper.pages):
        answer = browser.get(f"/s/{blank[0]}?lang={locale}")
        assert (answer.status_code, f"<h1>{heading}</h1>" in answer.text, why in answer.text) == (200, True, True)
        assert ("data-fit" in answer.text, f"/labels/{blank[0]}/claim" in answer.text) == (False, False)
    assert 'data-why="blank"' in client.get(f"/s/{blank[1]}").text


@pytest.mark.parametrize("because", ["lost", "damaged", "replaced"])
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_label_that_no_longer_holds_condemns_no_good_item(client, keeper, asset, because, locale):
    label, item = REVOKED[locale]
    keeper.pages.post(f"/assets/{asset}/label/revoke", data={"because": because})
    for browser in (client, keeper.pages):
        page = browser.get(f"/s/{asset}?lang={locale}").text
        assert (f">{label}</h1>" in page, 'class="verdict verdict-label"' in page) == (True, True)
        assert (item in page, "verdict-no" in page, 'data-fit="no"' in page) == (True, False, True)
        assert ('class="verdict verdict-yes' in page, page.index('id="verdict"') < page.index('class="card item"')) == (
            False,
            True,
        )
        assert ("Không được sử dụng" in page, "not to be used" in page) == (False, False)


def test_a_label_that_no_longer_holds_excuses_no_bad_item(client, keeper, arrange, people):
    with arrange():
        late = make.asset(name="Cân", due_on=TODAY - timedelta(days=1)).tag
    keeper.pages.post(f"/assets/{late}/label/revoke", data={"because": "lost"})
    page = client.get(f"/s/{late}?lang=en").text
    assert (">Label no longer valid</h1>" in page, "Must not be used" in page) == (True, True)
    assert ('data-code="overdue"' in page, "May be used" in page) == (True, False)


UNPRINTED, PRINTED = "Its new label, not printed yet:", "Its label now says:"


@pytest.mark.parametrize(
    ("because", "head", "remedy"),
    [
        ("lost", UNPRINTED, "Print the new one and stick it on; destroy the one that was found."),
        ("damaged", UNPRINTED, "Print the new one and stick it over the old one."),
        ("lost", PRINTED, "Destroy the one that was found."),
        ("damaged", PRINTED, "Take the old label off, or print the new one and stick it over."),
    ],
)
def test_what_a_revoked_label_asks_for_is_what_is_still_to_be_done(keeper, asset, because, head, remedy):
    keeper.pages.post(f"/assets/{asset}/label/revoke", data={"because": because})
    if head == PRINTED:
        assert keeper.pages.post("/labels", data=LOOK | {"tags": asset, "format": "pdf"}).status_code == 200
    page = keeper.pages.get(f"/s/{asset}?lang=en").text
    assert (head in page, f"<p>{remedy}</p>" in page) == (True, True)
    assert page.index('id="verdict"') < page.index(head) < page.index('class="card item"')


def test_a_label_that_was_on_the_wrong_item_says_nothing_of_the_one_before_the_reader(client, keeper, asset):
    keeper.pages.post(f"/assets/{asset}/label/revoke", data={"because": "mistaken"})
    page = client.get(f"/s/{asset}?lang=en").text
    assert "not the one in front of you" in page
    assert ("May be used" in page, "Must not be used" in page, "due-date" in page) == (False, False, False)


@pytest.mark.parametrize(
    ("locale", "said", "file"),
    [("vi", ["Chuẩn đo lường", "Còn hiệu lực"], "nhan"), ("en", ["Measurement standard", "Valid"], "labels")],
)
def test_the_filters_of_the_list_and_the_file_are_named_in_the_readers_language(technician, asset, locale, said, file):
    asked = {"kind": "standard", "validity": "valid", "sort": "-name", "chosen": "1", "show": "name"}
    text = technician.pages.get("/labels", query_string=asked | {"lang": locale}).text
    assert all(f'<span class="strong">{word}</span>' in text for word in said)
    assert not re.search(r"(kind|validity|sort) = ", text)
    assert 'type="hidden" name="sort" value="-name"' in text
    answer = technician.pages.post(f"/labels?lang={locale}", data=asked | {"format": "pdf"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file}-2026-06-15.pdf"'
