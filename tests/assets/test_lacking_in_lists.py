"""A set that lacks a component says so wherever it is listed, as its scan does, in as many statements however many."""

import pytest

from registry.assets.fitness import Incomplete, Mark, partly
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.rules import Status, Validity
from tests.make import assets as make
from tests.statements import sent


@pytest.fixture
def sets(people, arrange):
    """The tags of a set that lacks a weight, of one that is whole, and of the weight that is broken."""
    with arrange():
        broken, whole = (make.asset(name=name) for name in ("Bộ thiếu", "Bộ đủ"))
        weight = make.asset(name="Quả cân 1 kg", parent_id=broken.id)
        make.asset(name="Quả cân 2 kg", parent_id=whole.id)
        lifecycle.change_status(weight, status=Status.QUARANTINED, reason="rơi", by=None)
    return broken.tag, whole.tag, weight.tag


def test_the_list_names_it_in_the_api_and_on_the_page(technician, sets):
    broken, whole, weight = sets
    listed = {one["tag"]: one["lacks"] for one in technician.get("/api/v1/assets").json["items"]}
    assert listed == {broken: {"tag": weight, "name": "Quả cân 1 kg"}, whole: None} | dict.fromkeys(
        listed.keys() - {broken, whole}
    )
    assert technician.pages.get("/assets?lang=vi").text.count("Hạn chế sử dụng: thiếu bộ phận") == 1
    (reason,) = (one for one in technician.get(f"/api/v1/scan/{broken}").json["reasons"] if one["code"] == "incomplete")
    assert "Quả cân 1 kg" in reason["text"]


def test_statements_do_not_grow_with_the_sets(technician, sets, arrange):
    with sent() as before:
        assert technician.get("/api/v1/assets").status_code == 200
    with arrange():
        for number in range(5):
            make.asset(name="Quả", parent_id=make.asset(name=f"Bộ {number}").id, status=Status.QUARANTINED)
    with sent() as after:
        assert len([one for one in technician.get("/api/v1/assets").json["items"] if one["lacks"]]) == 6
    assert len(after) == len(before)


def test_what_is_good_of_it_is_muted_and_what_is_bad_comes_first():
    lack = object()
    assert partly([Mark(Validity.VALID)], None) == [Mark(Validity.VALID)]
    assert partly([Mark(Validity.VALID)], lack) == [Mark(Incomplete.INCOMPLETE), Mark(Validity.VALID, is_muted=True)]
    assert partly([Mark(Status.QUARANTINED), Mark(Validity.VALID, is_muted=True)], lack)[0] == Mark(Status.QUARANTINED)
