"""Procedures through the API: versions that stay, who may read and write, and the version that a record keeps."""

import pytest

from registry.calibration.content import content
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import calibration as results
from tests.make import labs, procedures
from tests.people import DEPARTMENT

ALL = "/api/v1/calibration-procedures"


@pytest.fixture
def made(keeper):
    answer = keeper.post(ALL, json=procedures.said())
    assert answer.status_code == 201, answer.text
    return answer


def revised(caller, key, **changes):
    etag = caller.get(f"{ALL}/{key}").headers["ETag"]
    return caller.put(f"{ALL}/{key}", json=procedures.terms(**changes), headers={"If-Match": etag})


def test_each_change_is_a_version_and_the_one_before_stays_as_it_was(keeper, made):
    key = made.json["id"]
    after = revised(keeper, key, title_vi="Hiệu chuẩn cân bàn", setpoints=[procedures.setpoint(nominal="5.0")]).json
    assert (after["version"], after["terms"]["setpoints"][0]["nominal"]) == (2, "5.0")
    first = keeper.get(f"{ALL}/{key}/versions/1").json
    assert (first["title_vi"], first["setpoints"][0]["nominal"]) == ("Hiệu chuẩn cân", "100.00")
    assert [one["version"] for one in after["versions"]] == [1, 2]
    assert keeper.get(f"{ALL}/{key}/versions/3").status_code == 404


def test_saying_the_same_again_makes_no_version(keeper, made):
    assert revised(keeper, made.json["id"]).json["version"] == 1


def test_what_somebody_changed_meanwhile_is_not_overwritten(keeper, made):
    key = made.json["id"]
    etag = keeper.get(f"{ALL}/{key}").headers["ETag"]
    revised(keeper, key, note="khác")
    stale = keeper.put(f"{ALL}/{key}", json=procedures.terms(), headers={"If-Match": etag})
    assert stale.status_code == 412
    assert keeper.put(f"{ALL}/{key}", json=procedures.terms()).status_code == 428


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"setpoints": [procedures.setpoint(nominal=None)]}, "setpoints.0.nominal"),
        ({"setpoints": [procedures.setpoint(percent_of_range="50")]}, "setpoints.0.percent_of_range"),
        ({"setpoints": [procedures.setpoint(unit=None)]}, "setpoints.0.unit"),
        ({"setpoints": [procedures.setpoint(), procedures.setpoint(unit="klgm")]}, "setpoints.1.unit"),
        ({"setpoints": [procedures.setpoint(upper_limit="1")]}, "setpoints.0.upper_limit"),
        ({"limits": "stated"}, "setpoints.0.upper_limit"),
        (
            {"limits": "stated", "setpoints": [procedures.setpoint(lower_limit="1", upper_limit="-1")]},
            "setpoints.0.upper_limit",
        ),
        ({"setpoints": [procedures.setpoint(repetitions=20)] * 16}, "setpoints"),
        ({"setpoints": [procedures.setpoint(repetitions=0)]}, "setpoints.0.repetitions"),
        ({"guard_factor": "1"}, "guard_factor"),
        ({"environment": [{"quantity": "t", "unit": "°C", "low": "25", "high": "15"}]}, "environment.0.high"),
        ({"types": ["KHONG-CO"]}, "types.0"),
        ({"standards": ["00000000000"]}, "standards.0"),
        ({"owner": "NONE"}, "owner"),
    ],
)
def test_what_contradicts_itself_is_refused_beside_its_field(keeper, wrong, field):
    answer = keeper.post(ALL, json=procedures.said(**wrong))
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})
    assert keeper.get(ALL).json["items"] == []


def test_a_unit_is_kept_as_its_symbol_and_for_one_that_is_none_another_is_offered(keeper):
    named = keeper.post(ALL, json=procedures.said(setpoints=[procedures.setpoint(unit="ki lô gam")])).json
    assert named["terms"]["setpoints"][0]["unit"] == "kg"
    wrong = keeper.post(ALL, json=procedures.said(code="QT-K", setpoints=[procedures.setpoint(unit="Kpa")])).json
    assert "kPa" in wrong["errors"]["setpoints.0.unit"][0]


def test_codes_that_differ_in_capitals_only_are_one(keeper, made):
    code = made.json["code"]
    again = keeper.post(ALL, json=procedures.said(code=code.lower()))
    assert (again.status_code, code in again.json["errors"]["code"][0]) == (409, True)


def test_an_owner_has_a_code_once_and_another_owner_may_have_it_too(admin, made):
    assert admin.post(ALL, json=procedures.said()).status_code == 409
    assert admin.post(ALL, json=procedures.said(owner=None)).status_code == 201
    assert admin.post(ALL, json=procedures.said(owner=None)).status_code == 409
    assert admin.post(ALL, json=procedures.said(owner=DEPARTMENT)).status_code == 201


@pytest.mark.parametrize(
    ("name", "reads", "writes"),
    [
        ("keeper", 200, 200),
        ("technician", 200, 403),
        ("inspector", 200, 403),
        ("planner", 200, 403),
        ("admin", 200, 200),
        ("stranger", 404, 404),
    ],
)
def test_who_may_read_and_retire_an_organisations_procedure(people, made, name, reads, writes):
    caller, address = getattr(people, name), f"{ALL}/{made.json['id']}"
    assert caller.get(address).status_code == reads
    assert len(caller.get(ALL).json["items"]) == (reads == 200)
    assert caller.post(f"{address}/retire", json={"reason": "Cũ"}).status_code == writes


def test_what_is_for_everybody_is_an_administrators_and_everybody_reads_it(people, arrange):
    assert people.keeper.post(ALL, json=procedures.said(owner=None)).status_code == 403
    with arrange():
        procedures.procedure(owner=None)
        procedures.procedure("QT-02", owner=DEPARTMENT)
    assert [one["code"] for one in people.stranger.get(ALL).json["items"]] == ["QT-01"]
    assert [one["code"] for one in people.technician.get(ALL).json["items"]] == ["QT-01", "QT-02"]  # of who is over it


def test_a_retired_one_says_why_is_listed_apart_and_takes_no_version(keeper, made):
    address = f"{ALL}/{made.json['id']}"
    assert keeper.post(f"{address}/retire", json={"reason": "Có QT-02"}).json["retired_because"] == "Có QT-02"
    assert keeper.post(f"{address}/retire", json={"reason": "nữa"}).status_code == 409
    assert revised(keeper, made.json["id"], note="x").status_code == 409
    assert keeper.get(ALL).json["items"] == []
    assert [one["code"] for one in keeper.get(f"{ALL}?state=retired").json["items"]] == ["QT-01"]


class TestARecord:
    @pytest.fixture
    def tag(self, arrange, people):
        with arrange():
            labs.lab()
            return make.asset(owner=people.keeper.organisation).tag

    def test_keeps_the_version_it_was_made_by_and_is_sealed_with_it(self, keeper, tag, made):
        first = made.json["version_id"]
        recorded = keeper.post("/api/v1/calibrations", json=results.said(tag, TODAY, procedure_version=first))
        assert recorded.status_code == 201, recorded.text
        revised(keeper, made.json["id"], note="khác")
        keeper.post(f"{ALL}/{made.json['id']}/retire", json={"reason": "Cũ"})
        now = keeper.get(f"/api/v1/calibrations/{recorded.json['id']}").json
        assert (now["procedure"]["code"], now["procedure"]["version"], now["is_intact"]) == ("QT-01", 1, True)

    def test_of_another_kind_or_a_retired_one_is_not_made_by_it(self, keeper, tag, made):
        said = results.said(tag, TODAY, procedure_version=made.json["version_id"])
        other = keeper.post("/api/v1/calibrations", json=said | {"kind": "verification"})
        assert set(other.json["errors"]) == {"procedure_version"}
        keeper.post(f"{ALL}/{made.json['id']}/retire", json={"reason": "Cũ"})
        assert set(keeper.post("/api/v1/calibrations", json=said).json["errors"]) == {"procedure_version"}
        unknown = keeper.post("/api/v1/calibrations", json=said | {"procedure_version": 999})
        assert set(unknown.json["errors"]) == {"procedure_version"}

    def test_a_draft_keeps_its_procedure_although_that_was_retired_since(self, keeper, tag, made):
        version = made.json["version_id"]
        draft = keeper.post(
            "/api/v1/calibrations", json=results.said(tag, TODAY, certificate_no=None, procedure_version=version)
        )
        address = f"/api/v1/calibrations/{draft.json['id']}"
        keeper.post(f"{ALL}/{made.json['id']}/retire", json={"reason": "Cũ"})
        etag = {"If-Match": keeper.get(address).headers["ETag"]}
        said = results.said(tag, TODAY, note="thêm", procedure_version=version)
        for name in ("asset", "certificate_no"):
            said.pop(name)
        changed = keeper.put(address, json=said, headers=etag)
        assert (changed.status_code, changed.json["procedure"]["version_id"]) == (200, version)

    def test_a_stranger_learns_nothing_of_a_procedure_they_may_not_see(self, stranger, arrange, made):
        with arrange():
            labs.lab()
            tag = make.asset(owner=stranger.organisation).tag
        said = results.said(tag, TODAY, procedure_version=made.json["version_id"])
        refused = stranger.post("/api/v1/calibrations", json=said).json["errors"]["procedure_version"]
        missing = stranger.post("/api/v1/calibrations", json=said | {"procedure_version": 999}).json["errors"]
        assert refused == [missing["procedure_version"][0].replace("999", str(made.json["version_id"]))]

    @pytest.mark.usefixtures("people")
    def test_that_names_none_is_sealed_as_before_there_were_any(self, arrange):
        with arrange():
            assert "procedure" not in content(results.calibration(make.asset(), TODAY))
