"""Units on the forms: names become symbols, and what nobody knows is taken and said."""

import re

import pytest

from tests.people import CENTRE


def registered(caller, unit):
    """The page that is shown after an asset with this unit was registered."""
    form = {
        "kind": "standard",
        "name": "Quả cân",
        "owner": CENTRE,
        "status": "in_service",
        "characteristics-0-quantity": "khối lượng",
        "characteristics-0-unit": unit,
    }
    answer = caller.pages.post("/assets/new?lang=en", data=form)
    assert answer.status_code == 302, answer.text
    page = caller.pages.get(f"{answer.location}?lang=en").text
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_name_is_saved_as_its_symbol_without_a_word(technician):
    page = registered(technician, "ki lô gam")
    tag = technician.get("/api/v1/assets").json["items"][0]["tag"]
    assert technician.get(f"/api/v1/assets/{tag}").json["characteristics"][0]["unit"] == "kg"
    assert "vocabulary" not in page


@pytest.mark.parametrize(("unit", "like"), [("xyzzy", None), ("kilôgamm", "Did you mean kg?")])
def test_a_unit_that_nobody_knows_is_saved_and_said(technician, unit, like):
    page = registered(technician, unit)
    assert f"The unit “{unit}” is not in the vocabulary: it will not be converted or compared." in page
    assert like is None or like in page
    assert ("Did you mean" in page) is (like is not None)
    assert technician.get("/api/v1/assets").json["items"][0]["characteristics"][0]["unit"] == unit
