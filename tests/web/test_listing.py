"""The list of assets: headings that sort, columns in any order, chips, and a change of many that comes back to it."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from registry.assets.exchange import actions as exchange
from registry.assets.exchange.models import AssetExport
from registry.assets.lists import bulk
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make


@pytest.fixture
def tags(arrange, people):
    with arrange():
        return [
            make.asset(name=name, location="Kho", instrument_type="Cân", due_on=TODAY + timedelta(days=days)).tag
            for name, days in (("Áp kế", 3), ("Cân", 1), ("Đồng hồ nước", 2))
        ]


def shown(page: str) -> list[str]:
    return re.findall(r'class="cover strong"[^>]*>([^<]+)<', page)


def test_a_heading_sorts_turns_round_and_lets_go(keeper, tags):
    browser, address = keeper.pages, "/assets?lang=en&kind=standard"
    ways = []
    for _tap in range(3):
        page = browser.get(address).text
        head = re.search(r'<th [^>]*?(?:aria-sort="(\w+)")?><a class="sorter" href="([^"]+)">Due', page)
        ways.append((head[1], shown(page)))
        address = head[2].replace("&amp;", "&")
        assert "kind=standard" in address
    by_day = ["Cân", "Đồng hồ nước", "Áp kế"]
    assert ways[1:] == [("ascending", by_day), ("descending", by_day[::-1])]
    assert ways[0][0] is None
    assert browser.get("/assets?sort=-name").text.count('aria-sort="descending"') == 1


def test_columns_stand_in_the_order_that_is_chosen(keeper, tags):
    browser = keeper.pages
    page = browser.get("/assets?lang=en&columns=owner,location,due_on&q=can").text
    moved = re.search(r'href="([^"]+)" aria-label="Location: earlier"', page)[1].replace("&amp;", "&")
    assert "columns=location%2Cowner%2Cdue_on" in moved
    assert "q=can" in moved
    moved = moved.removesuffix("#columns")
    assert 'aria-label="Owner: earlier"' not in page
    assert 'aria-label="Due: later"' not in page
    boxes = re.findall(r'name="column" value="(\w+)"', browser.get(moved).text)
    assert boxes[:4] == ["location", "owner", "due_on", "validity"]
    kept = browser.get("/assets/columns?column=location&column=owner&column=model&column=nonsense")
    assert kept.headers["Location"] == "/assets?columns=location%2Cowner%2Cmodel"


def test_types_classes_and_what_is_out_are_chips(keeper, tags):
    browser = keeper.pages
    page = browser.get("/assets?lang=en").text
    assert re.search(r'instrument_type=C%C3%A2n"[^>]*>Cân<span class="chip-count">3<', page)
    assert re.search(r'custody=check_out"[^>]*>Checked out<', page)
    out = {"holder": "An", "expected_back_on": "2026-06-20"}
    assert browser.post(f"/assets/{tags[1]}/custody/check-out", data=out).status_code == 302
    assert shown(browser.get("/assets?custody=check_out").text) == ["Cân"]
    assert browser.get("/assets?custody=lent").status_code == 422


def chips(page: str, text: str) -> list[tuple[str, bool]]:
    """Where the chips with a text lead, and whether they are chosen."""
    found = re.findall(rf'<a class="chip" href="([^"]*)"( aria-current="true")?>{text}<', page)
    return [(link.replace("&amp;", "&"), bool(chosen)) for link, chosen in found]


@pytest.fixture
def stored(arrange, people):
    with arrange():
        for name, status in (("A", "quarantined"), ("B", "retired"), ("C", "in_service"), ("D", "quarantined")):
            make.asset(name=name, status=status, location=f"Kho {name}")


class TestSeveralValuesOfAFilter:
    @pytest.mark.usefixtures("stored")
    def test_are_chosen_one_by_one_and_let_go_one_by_one(self, keeper):
        browser = keeper.pages
        page = browser.get("/assets?lang=en&status=quarantined&sort=-name").text
        ((link, chosen),) = chips(page, "Withdrawn from use")
        assert (link, chosen) == ("/assets?lang=en&sort=-name&status=quarantined&status=retired", False)
        page = browser.get(link).text
        assert shown(page) == ["D", "B", "A"]
        assert "3 assets" in page
        assert "Quarantined; Withdrawn from use" in page
        assert chips(page, "Quarantined") == [("/assets?lang=en&sort=-name&status=retired", True)] * 2
        assert chips(page, "In service") == [
            ("/assets?lang=en&sort=-name&status=quarantined&status=retired&status=in_service", False)
        ]

    @pytest.mark.usefixtures("stored")
    def test_stay_with_everything_that_is_done_with_the_list(self, keeper, app):
        browser, asked = keeper.pages, "status=quarantined&status=retired"
        page = browser.get(f"/assets?{asked}").text
        assert page.count('<input type="hidden" name="status" value="retired">') == 2  # the search, the columns
        links = [link.replace("&amp;", "&") for link in re.findall(r'(?:href|action)="([^"]+)"', page)]
        for address in ("/labels", "/assets/bulk", "/assets/export", "/assets/views", "/assets"):
            assert any(link.partition("?")[0] == address and asked in link for link in links), address
        columns = browser.get(f"/assets/columns?{asked}&column=owner").headers["Location"]
        assert columns == f"/assets?{asked}&columns=owner"
        form = browser.get(f"/assets/bulk?all=1&{asked}").text
        assert len(re.search(r'name="tags" value="([^"]+)"', form)[1].split()) == 3
        back = re.search(r'name="back" value="([^"]+)"', form)[1].replace("&amp;", "&")
        assert back == asked
        labels = browser.get(f"/labels?chosen=1&{asked}").text
        assert labels.count('name="status" value="retired"') == 2
        assert "3 nhãn" in labels
        other = re.search(r'hreflang="en" href="([^"]+)"', page)[1].replace("&amp;", "&")
        assert other == f"/assets?{asked}&lang=en"
        with app.app_context():
            assert browser.post(f"/assets/export?form=csv&columns=status&{asked}").status_code == 302
            made = db.session.query(AssetExport).one()
            exchange.export(made, step=lambda: None)
            assert made.rows == 3

    @pytest.mark.usefixtures("stored")
    def test_are_kept_in_a_view_beside_views_of_one_value(self, keeper):
        browser = keeper.pages
        one = browser.post("/assets/views?status=retired", data={"name": "Một"}).headers["Location"]
        two = browser.post("/assets/views?status=retired&status=quarantined", data={"name": "Hai"}).headers["Location"]
        assert (one, two) == (
            "/assets?status=retired",
            "/assets?status=quarantined&status=retired",
        )
        for address, name in ((one, "Một"), (two, "Hai")):
            page = browser.get(address).text
            assert re.findall(r'class="chip" href="[^"]*" aria-current="true"><svg.*?</svg>(\w+)</a>', page) == [name]
        assert shown(browser.get(one).text) == ["B"]
        assert shown(browser.get(two).text) == ["A", "B", "D"]


def test_large_numbers_are_grouped(keeper, arrange, people):
    with arrange():
        for number in range(1001):
            make.asset(name=f"Cân {number}")
    assert "1.001 thiết bị" in keeper.pages.get("/assets?lang=vi").text
    assert "1,001 assets" in keeper.pages.get("/assets?lang=en").text


class TestAChangeOfMany:
    def test_comes_back_to_the_list_it_began_in(self, keeper, tags):
        browser, list_ = keeper.pages, "/assets?kind=standard&q=can&sort=-due_on"
        back = re.search(r'name="back" value="([^"]+)"', browser.get(list_).text)[1].replace("&amp;", "&")
        form = browser.get("/assets/bulk", query_string={"tag": tags[1], "back": back}).text
        carried = re.search(r'name="back" value="([^"]+)"', form)[1].replace("&amp;", "&")
        said = {"tags": tags[1], "location": "Phòng 1", "back": carried}
        preview = browser.post("/assets/bulk/preview", data=said).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', preview))
        done = browser.post("/assets/bulk", data=hidden | {"back": hidden["back"].replace("&amp;", "&")})
        assert done.status_code == 302
        assert sorted(done.headers["Location"].partition("?")[2].split("&")) == [
            "kind=standard",
            "q=can",
            "sort=-due_on",
        ]

    def test_leads_nowhere_else(self, keeper, tags):
        foreign = ("https://example.org/", "//example.org", urlencode({"next": "//example.org", "_external": "1"}))
        for number, back in enumerate(foreign):
            said = {"tags": tags[1], "location": f"Phòng {number}", "back": back}
            preview = keeper.pages.post("/assets/bulk/preview", data=said).text
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', preview))
            assert keeper.pages.post("/assets/bulk", data=hidden | {"back": back}).headers["Location"] == "/assets"

    @pytest.mark.usefixtures("tags")
    def test_says_before_how_many_it_takes_and_afterwards_how_to_go_on(self, keeper, monkeypatch):
        browser = keeper.pages
        page = browser.get("/assets?lang=en&location=Kho").text
        assert "/assets/bulk?" in page
        assert "can be changed at once" not in page
        monkeypatch.setattr(bulk, "MOST", 2)
        page = browser.get("/assets?lang=en&location=Kho").text
        assert "At most 2 assets can be changed at once" in page
        assert "/assets/bulk?" not in page
        refused = browser.get("/assets/bulk?lang=en&location=Kho&all=1")
        assert refused.status_code == 422
        assert "More than 2 assets answer to this" in refused.text
        assert 'href="/assets?location=Kho"' in refused.text


@pytest.mark.parametrize(("locale", "chip"), [("vi", "Không được sử dụng"), ("en", "Must not be used")])
def test_what_must_not_be_used_has_a_chip_that_counts_as_the_home_page_does(keeper, arrange, people, locale, chip):
    with arrange():
        for name, said in {
            "A": {"status": "quarantined"},
            "B": {"due_on": TODAY - timedelta(days=1)},
            "C": {"status": "retired"},
            "D": {},
        }.items():
            make.asset(name=name, **{"due_on": TODAY + timedelta(days=300)} | said)
    page = keeper.pages.get(f"/assets?lang={locale}").text
    link, count = re.search(rf'<a class="chip" href="([^"]+)">{chip}<span class="chip-count">(\d+)<', page).groups()
    assert count == "2"
    chosen = keeper.pages.get(link.replace("&amp;", "&")).text
    assert shown(chosen) == ["A", "B"]
    assert re.search(rf'<p class="printed-only">[^<]*: {chip}</p>', chosen)
    assert 'name="use" value="forbidden"' in chosen


def test_the_badge_that_forbids_stands_before_the_validity_and_its_column_is_for_the_desk(keeper, arrange, people):
    with arrange():
        make.asset(name="A", status="quarantined", due_on=TODAY + timedelta(days=300))
    page = keeper.pages.get("/assets?lang=en&validity=valid").text
    body = re.search(r"<tbody.*?</tbody>", page, re.DOTALL)[0]
    badges = re.findall(r'class="badge tone-(\w+)">.*?</svg>([^<]+)<', body)
    assert badges == [("bad", "Quarantined"), ("none", "Valid")]
    assert re.search(r'<td role="cell" data-label="Status" class="desk">Quarantined</td>', body)
    alone = keeper.pages.get("/assets?lang=en&columns=status").text
    assert re.search(r'data-label="Status"><span class="badge tone-bad">', alone)


def test_a_mistyped_tag_is_called_so_with_the_nearest(keeper, stranger, tags):
    wrong = tags[0][:-1] + ("0" if tags[0][-1] != "0" else "1")
    page = keeper.pages.get(f"/assets?lang=en&q={wrong}").text
    assert "is mistyped" in page
    assert f'href="/assets/{tags[0]}"' in page
    told = stranger.pages.get(f"/assets?lang=en&q={wrong}").text
    assert "is mistyped" in told
    assert f'href="/assets/{tags[0]}"' not in told
    assert "is mistyped" not in keeper.pages.get("/assets?lang=en&q=khongcogi").text


def test_what_is_written_together_is_found_and_told(keeper, arrange, tags):
    with arrange():
        make.asset(name="Cân ô tô 80 t", location="Kho")
    for typed in ("cân oto 80t", "80t"):
        found = keeper.pages.get(f"/assets?lang=en&location=Kho&q={typed}", follow_redirects=True)
        assert shown(found.text) == ["Cân ô tô 80 t"]
        assert f"Nothing is found by “{typed}”" in found.text
        assert "location=Kho" in found.request.url
    none = keeper.pages.get("/assets?location=Nowhere&q=80t")
    assert none.status_code == 200
