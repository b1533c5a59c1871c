"""What the list of assets counts and says of itself: chips beside the facets, components, on paper who printed it."""

import re
from datetime import timedelta

import pytest

from registry.assets.custody import actions as custody
from registry.assets.lists import beside as lists
from registry.assets.lists import counts
from registry.assets.rules import Doubt
from tests.conftest import TODAY
from tests.make import assets as make


@pytest.fixture
def stored(arrange, people):
    with arrange():
        box = make.asset(name="Bộ quả cân", due_on=TODAY + timedelta(days=3))
        make.asset(name="Quả cân 1 kg", parent_id=box.id, due_on=TODAY + timedelta(days=20))
        lent = make.asset(name="Cân bàn")
        lent.doubt = Doubt.RECALL
        make.asset(name="Áp kế").contradicted = True
        custody.check_out(lent, holder="Nông Văn Kỹ", expected_back_on=TODAY, override_reason="Gấp", by=None)


def chips(page: str, name: str) -> dict[str, str]:
    counted = r'[^>]*>[^<]+(?:<span class="chip-count">(\d+)<)?'
    found = re.findall(rf'class="chip" href="[^"]*?\b{name}=(\w+)"{counted}', page)
    return {value: count for value, count in found if count}


def test_who_has_things_what_is_in_doubt_and_what_falls_due_are_counted(keeper, stored):
    page = keeper.pages.get("/assets").text
    assert chips(page, "custody") == {"check_out": "1", "shipment": "0", "offer": "0"}
    assert {name: count for name, count in chips(page, "doubt").items() if count != "0"} == {
        "recall": "1",
        "contradicted": "1",
    }
    assert chips(page, "due_within") == {"7": "1", "30": "2", "90": "2"}
    chosen = keeper.pages.get("/assets?doubt=recall").text
    assert chips(chosen, "due_within") == {"7": "0", "30": "0", "90": "0"}


def test_of_a_long_list_nothing_is_counted_beside_it(keeper, stored, monkeypatch):
    monkeypatch.setattr(counts, "FEW", 2)
    page = keeper.pages.get("/assets").text
    assert (chips(page, "custody"), chips(page, "doubt"), chips(page, "due_within")) == ({}, {}, {})


def test_a_set_counts_as_one_and_its_components_are_told_apart(keeper, stored, people, app):
    page = keeper.pages.get("/assets").text
    assert "3 thiết bị (và 1 bộ phận của bộ)" in page
    assert "(và" not in keeper.pages.get("/assets?q=ap").text
    assert ">1 thiết bị</p>" in keeper.pages.get("/assets?q=1+kg").text
    with app.app_context():
        assert lists.beside(keeper.person(), today=TODAY, q="qua can").components == 1


@pytest.mark.parametrize(("address", "said"), [("/assets", "không có, liệt kê tất cả"), ("/assets?q=can", "“can”")])
def test_on_paper_stand_the_filters_the_day_and_who_printed_it(keeper, stored, address, said, app):
    lines = re.findall(r'<p class="printed-only">([^<]*)</p>', keeper.pages.get(address).text)
    with app.app_context():
        name = keeper.person().name
    assert lines[0].endswith(f": {said}")
    assert re.fullmatch(rf"In lúc \d\d:\d\d {TODAY:%d/%m/%Y}, {name}", lines[1])


def test_who_has_what_would_be_moved_is_told_before_it_is(keeper, stored):
    (lent,) = [item["tag"] for item in keeper.get("/api/v1/assets?custody=check_out").json["items"]]
    (other,) = [item["tag"] for item in keeper.get("/api/v1/assets?q=ap").json["items"]]
    said = {"tags": f"{lent} {other}", "back": ""}
    moved = keeper.pages.post("/assets/bulk/preview", data=said | {"location": "Kho 2"}).text
    assert moved.count("Nông Văn Kỹ giữ từ ngày") == 1
    assert "Nông Văn Kỹ" not in keeper.pages.post("/assets/bulk/preview", data=said | {"model": "M1"}).text
