"""Registering: limited use says what it is limited to, a reference material brings its lot and its shelf life."""

import pytest

from tests.people import CENTRE

SAID = {"name": "Cân", "owner": CENTRE, "kind": "instrument", "status": "in_service"}


def register(who, **said):
    return who.pages.post("/assets/new?lang=en", data=SAID | said)


def tag(answer) -> str:
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].rsplit("/", 1)[1]


def test_limited_use_is_among_the_statuses_and_says_its_limit(technician):
    assert '<option value="limited_use">' in technician.pages.get("/assets/new").text
    made = tag(register(technician, status="limited_use", restriction="chỉ đến 100 kg"))
    assert technician.get(f"/api/v1/assets/{made}").json["restriction"] == "chỉ đến 100 kg"
    for status, restriction in (("limited_use", ""), ("in_service", "chỉ đến 100 kg")):
        refused = register(technician, status=status, restriction=restriction)
        assert (refused.status_code, 'id="f-restriction-fault"' in refused.text) == (422, True)


def test_a_reference_material_brings_lot_and_shelf_life(technician):
    said = {"kind": "reference_material", "lot_no": "L-7", "expires_on": "2026-12-31"}
    made = tag(register(technician, **said))
    asset = technician.get(f"/api/v1/assets/{made}").json
    assert (asset["lot_no"], asset["due_on"]) == ("L-7", "2026-12-31")
    assert "31 Dec 2026" in technician.pages.get(f"/assets/{made}?lang=en").text


@pytest.mark.parametrize("kind", ["instrument", "standard"])
def test_nothing_else_has_a_shelf_life(technician, kind):
    refused = register(technician, kind=kind, expires_on="2026-12-31")
    assert (refused.status_code, 'id="f-expires_on-fault"' in refused.text) == (422, True)


def test_what_is_left_of_a_material_nobody_measured_is_a_dash(technician):
    made = tag(register(technician, kind="reference_material"))
    assert "<dt>Left</dt><dd>–</dd>" in technician.pages.get(f"/assets/{made}?lang=en").text


@pytest.mark.parametrize("said", ["N/A", "không có", "-", " KXĐ ", "None"])
def test_a_number_that_is_said_to_be_none_is_none(technician, said):
    made = tag(register(technician, serial_no=said, asset_no=said, lot_no=said))
    asset = technician.get(f"/api/v1/assets/{made}").json
    assert (asset["serial_no"], asset["asset_no"], asset["lot_no"]) == (None, None, None)


def test_a_number_that_only_begins_so_is_kept(technician):
    assert technician.get(f"/api/v1/assets/{tag(register(technician, serial_no='NA-12'))}").json["serial_no"] == "NA-12"
