"""The doors to what numbers are made of: what they take, say and refuse, and to whom."""

import csv
import html
import io
import re

import pytest

from tests.make import breakdown as told_of
from tests.make import exports
from tests.make import plan as make
from tests.stored import remembered

BASE = f"/api/v1/plans/{make.CODE}"
PAGE = f"/plan/{make.CODE}/breakdown"
ON = "on=2026-06-15&period=P1"


@pytest.fixture
@remembered
def told(people, arrange) -> None:
    with arrange():
        told_of.told()


@pytest.mark.usefixtures("told")
def test_a_number_its_parts_and_their_records_lead_to_each_other(planner, keeper, stranger):
    whole = planner.get(f"{BASE}/breakdown?by=organisation&{ON}").json
    (line,) = [one for one in whole["indicators"] if one["indicator"] == "II.2.a"]
    assert (line["value"], line["overlap"], line["parts_total"]) == (4, 0, 4)
    path = f"{BASE}/indicators/II.2.a/breakdown"
    first = planner.get(f"{path}?by=organisation&{ON}&limit=3").json
    assert first["items"] == line["parts"][:3]
    rest = planner.get(f"{path}?by=organisation&{ON}&limit=3&cursor={first['next']}").json
    assert [part["key"] for part in rest["items"]] == [line["parts"][3]["key"]]
    records = planner.get(f"{path}/records?by=organisation&{ON}&part=TRAM-CAN").json
    assert [one["counted_on"] for one in records["items"]] == ["2019-07-23"]
    mine = keeper.get(f"{path}?by=organisation&{ON}").json
    assert [(part["key"], part["value"]) for part in mine["items"]] == [("*", 4)]
    assert keeper.get(f"{path}/records?by=organisation&{ON}&part=*").status_code == 404
    assert keeper.get(f"{path}/records?by=year&{ON}&part=2019").json["items"] == []
    for address in (f"{BASE}/breakdown", path, f"{path}/records?part=-"):
        assert stranger.get(address).status_code == 404


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("by=moon", 422, "by"),
        ("period=P9", 422, "period"),
        ("known=1999-01-01", 422, "known"),
        ("cursor=eA", 422, "cursor"),
        ("limit=0", 422, "limit"),
    ],
)
@pytest.mark.usefixtures("told")
def test_what_cannot_be_asked_is_refused_beside_its_field(planner, query, status, field):
    answer = planner.get(f"{BASE}/indicators/II.2.a/breakdown?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (status, [field])
    assert planner.get(f"{BASE}/indicators/NONE/breakdown").status_code == 404


@pytest.mark.usefixtures("told")
def test_the_file_holds_what_the_page_shows_and_nothing_in_it_calculates(planner, app):
    said = {"plan": make.CODE, "by": "organisation", "on": "2026-06-15", "period": "P1", "lang": "en"}
    rows = list(csv.DictReader(io.StringIO(exports.file(app, planner, "breakdown", **said))))
    found = [row for row in rows if row["Code"] == "II.2.a"]
    assert [int(row["Value"]) for row in found] == [1, 1, 1, 1]
    assert [row["Organisation"] for row in found if row["Code of the body"] == "TRAM-CAN"] == ["'=Trạm cân Chợ Rã"]
    page = planner.pages.get(f"{PAGE}?by=organisation&{ON}&indicator=II.2.a&lang=en").text
    assert all(row["Organisation"].removeprefix("'") in page for row in found)


@pytest.mark.usefixtures("told")
def test_a_part_is_one_click_from_its_records(planner):
    page = planner.pages.get(f"{PAGE}?by=year&{ON}&lang=en").text
    (way,) = [href for href in re.findall(r'href="([^"]+)"', page) if "II.2.a/records" in href and "part=2019" in href]
    records = planner.pages.get(html.unescape(way) + "&lang=en").text
    assert "1 of 4 counted" in records
    assert planner.pages.get(f"{PAGE}/II.2.a/records?{ON}&part=2031&by=year").status_code == 404
