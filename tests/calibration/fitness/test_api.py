"""The list of future standards: who sees what, filters, a fixed number of statements, the export."""

import csv
import io
from datetime import timedelta

import pytest

from registry.assets.rules import Kind
from tests.conftest import TODAY
from tests.make import assets, calibration
from tests.statements import sent


def point(indication, limit, **numbers):
    said = {"nominal": "100", "indication": indication, "lower_limit": f"-{limit}", "upper_limit": limit}
    return calibration.values(**said, **numbers)


def standard(name):
    made = assets.asset(kind=Kind.STANDARD, name=name, schedules=[assets.schedule()])
    for year in (3, 2, 1):
        points = [point("100.1", "2", expanded_uncertainty="0.5", coverage_factor="2")]
        on = TODAY - timedelta(days=365 * year)
        calibration.calibration(made, on, certificate_no=f"{name}-{year}", points=points)
    return made


@pytest.fixture
def tag(people, arrange):
    with arrange():
        made = standard("Quả cân")
        served = assets.asset(kind=Kind.INSTRUMENT, name="Cân")
        calibration.calibration(served, TODAY, standards=[made.tag], points=[point("100.2", "1")])
        return made.tag


def test_a_standard_is_judged_against_what_it_served(tag, people):
    [line] = people.technician.get("/api/v1/fitness", query_string={"kind": "standard"}).json["items"]
    assert (line["asset"], line["fitness"], line["until"]) == (tag, "unsuitable", None)
    assert line["reasons"][0]["code"] == "too_uncertain"
    assert "0,5 g" in line["reasons"][0]["text"]
    assert people.stranger.get("/api/v1/fitness").json["items"] == []
    assert people.technician.get("/api/v1/fitness?fitness=suitable").json["items"] == []
    assert people.technician.get("/api/v1/fitness?fitness=best").status_code == 422


def test_the_export_says_what_the_list_says(tag, people):
    people.technician.pages.set_cookie("lang", "en")
    sheet = people.technician.pages.get("/fitness.csv?kind=standard")
    [line] = csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig")))
    assert line["Verdict"] == "unsuitable"
    page = people.technician.pages.get("/fitness?kind=standard").text
    assert "more than a third of the smallest limit served" in page


def test_more_things_ask_no_more_of_the_database(tag, technician, arrange):
    def asked():
        with sent() as statements:
            assert technician.get("/api/v1/fitness").status_code == 200
        return len(statements)

    before = asked()
    with arrange():
        for number in range(3):
            standard(f"Chuẩn {number}")
    assert asked() == before
