"""Traceability and impact through the API."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assets.models import Asset
from registry.calibration.cases.models import Case
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import chain as make
from tests.stored import remembered

DAY = timedelta(days=1)


@pytest.fixture
@remembered
def chain(people, arrange) -> dict[str, str]:
    """The tags of a scale, the weight that calibrated it, and the one above, calibrated at the top."""
    with arrange():
        scale, weight, above = make.standard("Cân"), make.standard("M1"), make.standard("F1")
        top = make.accredited()
        make.used(above, TODAY - 30 * DAY, lab=top, points=[make.point("1000", u="0.001")])
        make.used(weight, TODAY - 20 * DAY, above, points=[make.point("1000", u="0.02")])
        make.used(scale, TODAY - 10 * DAY, weight, points=[make.point("1000", u="0.3")])
    return {"scale": scale.tag, "weight": weight.tag, "above": above.tag}


def test_the_chain_upwards_is_told_with_the_validity_on_the_day_each_step_was_relied_on(technician, chain):
    told = technician.get(f"/api/v1/assets/{chain['scale']}/traceability").json
    assert (told["asset"], told["verdict"], told["broken"], told["is_cut"]) == (chain["scale"], "remark", [], False)
    assert [node["asset"] for node in told["nodes"]] == [chain["scale"], chain["weight"], chain["above"], None, None]
    assert [node["kind"] for node in told["nodes"]] == ["result"] * 3 + ["end", "si"]
    assert [node["was_valid"] for node in told["nodes"]] == [None, True, True, None, None]
    steps = [(edge["relied_on_on"], edge["was_valid"]) for edge in told["edges"] if edge["was_valid"] is not None]
    assert sorted(steps) == [(str(TODAY - 20 * DAY), True), (str(TODAY - 10 * DAY), True)]
    keys = {node["id"] for node in told["nodes"]}
    assert all(edge["child"] in keys and edge["parent"] in keys for edge in told["edges"])
    assert all(check["text"] for node in told["nodes"] for check in node["checks"])


def test_the_chain_of_a_calibration_is_that_of_its_asset_while_it_decides(technician, chain):
    told = technician.get(f"/api/v1/assets/{chain['scale']}/traceability").json
    assert technician.get(f"/api/v1/calibrations/{told['calibration']}/traceability").json == told


def test_impact_tells_what_relied_on_a_standard_since_a_day_nearest_first(technician, chain):
    path = f"/api/v1/assets/{chain['above']}/impact"
    told = technician.get(f"{path}?count=exact").json
    assert (told["since"], told["total"], told["next"]) == (str(TODAY - 30 * DAY), 2, None)
    assert [(hit["asset"], hit["depth"]) for hit in told["items"]] == [(chain["weight"], 1), (chain["scale"], 2)]
    assert technician.get(f"{path}?since={TODAY - 20 * DAY}").json["items"] == told["items"]
    assert technician.get(f"{path}?since={TODAY - 19 * DAY}").json["items"] == []


def test_impact_is_paged(technician, chain):
    path = f"/api/v1/assets/{chain['above']}/impact?limit=1"
    first = technician.get(path).json
    second = technician.get(f"{path}&cursor={first['next']}").json
    assert [hit["asset"] for page in (first, second) for hit in page["items"]] == [chain["weight"], chain["scale"]]
    assert second["next"] is None


def test_impact_tells_what_the_case_about_the_standard_says_of_each_result(keeper, technician, chain, arrange):
    with arrange():
        above = db.session.scalars(select(Asset).filter_by(tag=chain["above"])).one()
        make.failed(above, TODAY, make.point("1000", "0.7", limit="0.1"))
        case = db.session.scalars(select(Case)).one().id
    path = f"/api/v1/assets/{chain['above']}/impact?since={TODAY - 30 * DAY}"
    told = technician.get(path).json["items"]
    assert [(hit["case"], hit["doubt"], hit["disposition"]) for hit in told] == [(case, "in_doubt", None)] * 2
    item = next(one["id"] for one in keeper.get(f"/api/v1/cases/{case}/items").json["items"] if one["depth"] == 2)
    said = {"items": [item], "disposition": "recall", "reason": "thu hồi"}
    assert keeper.post(f"/api/v1/cases/{case}/dispositions", json=said).status_code < 300
    scale = technician.get(path).json["items"][1]
    assert (scale["doubt"], scale["disposition"], scale["owner_name"]) == ("recall", "recall", "Trung tâm đo lường")
    page = technician.pages.get(f"/assets/{chain['above']}/impact?since={TODAY - 30 * DAY}").text
    assert f'href="/assets/{chain["scale"]}"' in page
    assert f'href="/calibrations/{scale["id"]}"' in page
    assert "Bị triệu hồi</span>" in page
    assert "tone-ok" not in page.partition("<tbody")[2]


def test_what_was_never_good_is_asked_about_since_ever(technician, people, arrange):
    with arrange():
        weight = make.standard()
        make.used(make.standard(), TODAY - 900 * DAY, weight)
    told = technician.get(f"/api/v1/assets/{weight.tag}/impact").json
    assert (told["since"], told["last_good"], len(told["items"])) == (None, None, 1)


def test_a_stranger_is_told_nothing(stranger, client, chain):
    for path in ("traceability", "impact"):
        assert stranger.get(f"/api/v1/assets/{chain['scale']}/{path}").status_code == 404
        assert client.get(f"/api/v1/assets/{chain['scale']}/{path}").status_code == 401
    assert stranger.get("/api/v1/calibrations/1/traceability").status_code == 404


@pytest.mark.parametrize("asked", ["since=yesterday", "limit=0", "q=a", "cursor=abc"])
def test_what_cannot_be_asked_is_refused(technician, chain, asked):
    assert technician.get(f"/api/v1/assets/{chain['above']}/impact?{asked}").status_code == 422
