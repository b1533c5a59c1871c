"""Pages of a reference material: what it lacks is said alike, and to take some is what is done with it."""

import re
from datetime import timedelta

import pytest

from registry.assets.materials import actions as materials
from registry.assets.queries import by_tag
from registry.assets.rules import Kind, Proof
from tests.conftest import TODAY
from tests.make import assets as make

REMEDY = "Enter its certificate number, and its expiry if it has one, in its data sheet."
MAIN = re.compile(r'button-main button-big" href="([^"]+)"')


@pytest.fixture
def bare(arrange, people) -> str:
    """One that nobody filled in a data sheet for."""
    with arrange():
        said = {
            "kind": Kind.REFERENCE_MATERIAL,
            "manufacturer": "Hanna Việt Nam",
            "schedules": [],
            "proof": Proof.MISSING,
        }
        return make.asset(name="Dung dịch chuẩn pH 9,18", **said).tag


def filled(arrange, people, tag: str, **said: object) -> None:
    with arrange():
        by = people.technician.person()
        asset = by_tag(by, tag, lock=True)
        materials.describe(asset, expires_on=TODAY + timedelta(days=300), **said, by=by)


def test_what_it_lacks_is_said_alike_by_the_scan_and_the_record_and_both_lead_to_its_data_sheet(
    technician, client, bare
):
    scanned, record = (technician.pages.get(f"{path}{bare}?lang=en").text for path in ("/s/", "/assets/"))
    assert (REMEDY in scanned, REMEDY in record, "how often it has to be calibrated" in scanned) == (True, True, False)
    assert "No calibration, verification or check is required." not in record
    assert MAIN.findall(scanned) == [f"/assets/{bare}/material"]
    assert re.findall(r'button button-main" href="([^"]+)"', record)[0] == f"/assets/{bare}/material"
    answer = client.get(f"/api/v1/scan/{bare}").json
    assert (answer["fit_for_use"], [one["code"] for one in answer["reasons"]]) == (False, ["uncertified"])


def test_it_has_one_manufacturer_and_its_data_sheet_begins_with_that(technician, people, arrange, bare):
    record = technician.pages.get(f"/assets/{bare}?lang=en").text
    assert (record.count("Hanna Việt Nam"), ">Manufacturer<" in record) == (1, False)
    assert 'value="Hanna Việt Nam"' in technician.pages.get(f"/assets/{bare}/material").text
    filled(arrange, people, bare, producer="Merck KGaA")
    record = technician.pages.get(f"/assets/{bare}?lang=en").text
    assert ("Merck KGaA" in record, "Hanna Việt Nam" in record.partition('id="history"')[0]) == (True, False)


@pytest.mark.parametrize(
    ("stock", "first"), [({"quantity": 500, "unit": "mL"}, "material/draws"), ({}, "custody/check-out")]
)
def test_the_first_thing_to_do_with_what_is_good_is_to_take_some(people, arrange, bare, stock, first):
    filled(arrange, people, bare, **stock)
    scanned = people.technician.pages.get(f"/s/{bare}?lang=en").text
    assert MAIN.findall(scanned) == [f"/assets/{bare}/{first}"]
    assert f"/assets/{bare}/calibrations/new" in scanned.partition(MAIN.findall(scanned)[0])[2]


@pytest.mark.parametrize(("place", "is_said"), [(None, False), ("Kho 2", True)])
def test_it_is_in_its_place_only_where_it_has_one(technician, arrange, people, place, is_said):
    with arrange():
        tag = make.asset(location=place).tag
    assert ("In its place" in technician.pages.get(f"/assets/{tag}?lang=en").text) is is_said
