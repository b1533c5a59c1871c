"""Minutes at the API: frozen with a hash, amended by a next version, read by the inspected once they are signed."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from registry.assets.rules import Proof
from registry.assets.rules import Status as AssetStatus
from registry.inspection.minutes import queries
from registry.inspection.minutes.describing import _place
from registry.inspection.minutes.models import InspectionMinutes
from registry.inspection.rules import State
from registry.kernel import clock
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import files as make_files
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS, check

SIGNED = {"representatives": [{"name": "Nguyễn Văn An", "title": "Giám đốc"}], "minutes_no": "05/BB"}


@pytest.fixture
def visit(people, arrange, inspector):
    """The address of a visit where one good and one bad instrument was seen."""
    with arrange():
        good, bad = make_assets.asset(name="Cân tốt"), make_assets.asset(name="Cân xấu", serial_no="SN-9")
        found = f"{INSPECTIONS}/{make.visit().id}"
    checks = [check(good.tag, seal="intact"), check(bad.tag, key="bad", seal="broken", remark="Chì đứt")]
    assert inspector.post(f"{found}/checks/batch", json={"checks": checks}).status_code == 200
    measure = {
        "kind": "reverification",
        "text": "Kiểm định lại",
        "check": "bad",
        "due_on": str(TODAY),
        "responsible": "An",
    }
    assert inspector.post(f"{found}/measures", json=measure).status_code == 201
    return found


def test_what_must_not_be_used_is_not_told_as_valid(inspector, visit, arrange):
    with arrange():
        item = make_assets.asset(name="Cân bị thu hồi", proof=Proof.GOOD, due_on=TODAY + timedelta(days=99))
        item.status = AssetStatus.QUARANTINED
        tag = item.tag
    assert inspector.post(f"{visit}/checks/batch", json={"checks": [check(tag, in_use=True)]}).status_code == 200
    key = visit.rsplit("/", 1)[1]
    page = inspector.pages.get(f"/inspections/{key}").text
    assert page.count("Không được sử dụng") == 1
    rows = next(
        block["rows"]
        for section in signed(inspector, visit)["content"]["sections"]
        for block in section["blocks"]
        if "rows" in block
    )
    (row,) = [row for row in rows if row[1].startswith("Cân bị thu hồi")]
    assert row[3].split("\n")[0] == "Không được sử dụng"
    assert row[5] == "Không ghi nhận vi phạm; đang sử dụng dù sổ đăng ký ghi không được sử dụng"
    assert "Không phát hiện vi phạm" in {one[5] for one in rows}  # of the good one


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Ủy ban nhân dân tỉnh Thái Nguyên", "Thái Nguyên"),
        ("UBND xã Phú Bình", "Phú Bình"),
        ("Tỉnh Thái Nguyên", "Thái Nguyên"),
        ("Phường Phan Đình Phùng", "Phan Đình Phùng"),
        ("Xã", "Xã"),
        ("Bắc Kạn", "Bắc Kạn"),
    ],
)
def test_a_place_is_said_without_its_committee_and_level(name, place):
    assert _place(name) == place


def signed(who, visit, status=201, **said):
    answer = who.post(f"{visit}/minutes", json=SIGNED | said)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_what_was_seen_and_decided_stands_in_them_and_stays(inspector, visit, keeper):
    made = signed(inspector, visit, opinions="Nhất trí")
    text = json.dumps(made["content"], ensure_ascii=False)
    for said in (
        "Quyết định số 12/QĐ-SKHCN ngày",
        "Thông tư 28/2013/TT-BKHCN",
        "Inspector – Trưởng đoàn",
        "Nguyễn Văn An – Giám đốc",
        "Đã kiểm tra 2 phương tiện đo; 1 phương tiện đo có vi phạm.",
        "Niêm phong, kẹp chì bị phá: 1 phương tiện đo",
        "niêm phong bị phá; Chì đứt",
        "Yêu cầu kiểm định (Cân xấu): Kiểm định lại. Thời hạn:",
        "Nhất trí",
    ):
        assert said in text, said
    assert (made["number"], made["is_intact"]) == (1, True)
    assert inspector.get(visit).get_json()["state"] == "signed"
    late = {"checks": [check(key="late", name="Cân")]}
    (told,) = inspector.post(f"{visit}/checks/batch", json=late).get_json()["told"]
    assert (told["verdict"], told["because"]) == ("refused", "closed")
    (again,) = keeper.get(f"{visit}/minutes").get_json()["items"]
    assert again == made


def test_a_violation_that_no_kind_names_is_among_what_was_found(inspector, visit):
    said = check(name="Quả cân", violation=True, remark="Không có hồ sơ")
    assert inspector.post(f"{visit}/checks", json=said).status_code == 200
    text = json.dumps(signed(inspector, visit)["content"], ensure_ascii=False)
    assert "Đã kiểm tra 3 phương tiện đo; 2 phương tiện đo có vi phạm." in text
    assert "Vi phạm khác: 1 phương tiện đo" in text


def test_an_amendment_is_a_next_version_with_its_reason(inspector, visit):
    first = signed(inspector, visit)
    assert "amendment_reason" in signed(inspector, visit, 422)["errors"]
    second = signed(inspector, visit, amendment_reason="Sai tên")
    assert (second["number"], second["content"]["sections"][0]["blocks"]) == (2, [{"text": "Sai tên"}])
    found = inspector.get(f"{visit}/minutes").get_json()["items"]
    assert [one["number"] for one in found] == [2, 1]
    assert found[1]["content_hash"] == first["content_hash"]


def test_what_is_changed_behind_its_back_is_noticed(inspector, visit, arrange):
    made = signed(inspector, visit)
    with arrange():
        db.session.execute(update(InspectionMinutes).values(content=made["content"] | {"subject": "khác"}))
    (found,) = inspector.get(f"{visit}/minutes").get_json()["items"]
    assert found["is_intact"] is False


def test_the_hash_covers_which_inspection_which_version_and_each_photo(inspector, visit, arrange):
    photos = f"{visit}/checks/bad/photos"
    assert inspector.post(photos, **make_files.sent(make_files.photo(), "a.jpg")).status_code == 201
    first = signed(inspector, visit)
    ((key, sha256),) = first["content"]["photos"]
    (row,) = [one for one in inspector.get(f"{visit}/checks").get_json()["items"] if one["photos"]]
    assert (key, sha256) == ("bad", row["photos"][0]["sha256"])
    assert (first["content"]["inspection"], first["content"]["version"]) == (int(visit.rsplit("/", 1)[1]), 1)
    page = f"{visit}/minutes".replace("/api/v1", "")
    assert "không bao gồm" not in inspector.pages.get(page).text
    assert inspector.post(photos, **make_files.sent(make_files.photo((40, 30)), "b.jpg")).status_code == 201
    assert "không bao gồm: 1" in inspector.pages.get(page).text
    second = signed(inspector, visit, amendment_reason="Thêm ảnh")
    assert len(second["content"]["photos"]) == 2
    with arrange():  # the first version under the number of the second
        moved = {"content": first["content"], "content_hash": first["content_hash"]}
        db.session.execute(update(InspectionMinutes).where(InspectionMinutes.number == 2).values(moved))
    assert [one["is_intact"] for one in inspector.get(f"{visit}/minutes").get_json()["items"]] == [False, True]


def test_measures_of_a_cancelled_inspection_fall_away(inspector, visit):
    measures = "/api/v1/inspection-measures"
    (one,) = inspector.get(measures).get_json()["items"]
    cancel = {"to": "cancelled", "reason": "Bão"}
    assert inspector.post(f"{visit}/steps", json=cancel).status_code == 200
    with clock.frozen(TODAY + timedelta(days=1)):
        states = {
            state: len(inspector.get(f"{measures}?state={state}").get_json()["items"])
            for state in ("overdue", "open", "dropped")
        }
        assert states == {"overdue": 0, "open": 0, "dropped": 1}
        (one,) = inspector.get(measures).get_json()["items"]
        assert one["state"] == "dropped"
        said = {"done_on": str(TODAY), "evidence": "GCN 1"}
        assert inspector.post(f"{visit}/measures/{one['id']}/done", json=said).status_code == 409


def test_a_table_that_is_cut_says_so(inspector, visit, monkeypatch):
    monkeypatch.setattr(queries, "MOST_ON_MINUTES", 1)
    told = json.dumps(signed(inspector, visit)["content"], ensure_ascii=False)
    assert "Đã kiểm tra 2 phương tiện đo; " in told
    assert "1 phương tiện đo còn lại" in told


def test_a_refusal_to_sign_is_written_down_with_its_reason(inspector, visit):
    refused = {"representatives": [], "refused": True}
    assert "refusal_reason" in signed(inspector, visit, 422, **refused)["errors"]
    assert "representatives" in signed(inspector, visit, 422, representatives=[])["errors"]
    made = signed(inspector, visit, **refused, refusal_reason="Không đồng ý")
    assert "từ chối ký" in json.dumps(made["content"], ensure_ascii=False)


@pytest.mark.parametrize(("name", "status"), [("keeper", 404), ("stranger", 404), ("planner", 404), ("admin", 403)])
def test_only_the_leader_signs(people, visit, name, status):
    signed(getattr(people, name), visit, status)


@pytest.mark.parametrize(
    ("name", "status"), [("keeper", 200), ("technician", 200), ("stranger", 404), ("planner", 404), ("admin", 200)]
)
def test_the_inspected_read_them_and_nobody_else(people, inspector, visit, name, status):
    signed(inspector, visit)
    who = getattr(people, name)
    assert who.get(visit).status_code == who.get(f"{visit}/minutes").status_code == status


def test_what_was_not_begun_has_no_minutes(inspector, arrange):
    with arrange():
        bare = make.visit(state=State.PREPARED).id
    assert inspector.post(f"{INSPECTIONS}/{bare}/minutes", json=SIGNED).status_code == 409
    assert inspector.get(f"{INSPECTIONS}/{bare}/minutes").get_json()["items"] == []


def test_measures_are_followed_before_an_inspection_is_closed(inspector, keeper, visit):
    signed(inspector, visit)
    steps, closing = f"{visit}/steps", {"to": "closed"}
    assert inspector.post(steps, json=closing).status_code == 409
    with clock.frozen(TODAY + timedelta(days=1)):
        (late,) = inspector.get("/api/v1/inspection-measures?state=overdue").get_json()["items"]
        assert keeper.get("/api/v1/inspection-measures?state=open").get_json()["items"] == []
        done = f"{visit}/measures/{late['id']}/done"
        said = {"done_on": str(TODAY + timedelta(days=1)), "evidence": "GCN 1"}
        assert keeper.post(done, json=said).status_code == 403
        assert inspector.post(done, json=said | {"done_on": str(TODAY + timedelta(days=2))}).status_code == 422
        assert inspector.post(done, json=said | {"done_on": str(TODAY - timedelta(days=1))}).status_code == 422
        assert inspector.post(done, json=said).get_json()["state"] == "done"
        assert inspector.post(done, json=said).status_code == 409
        assert inspector.post(steps, json=closing).get_json()["state"] == "closed"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "reverification"}, "due_on"),
        ({"due_on": str(TODAY - timedelta(days=1))}, "due_on"),
        ({"check": "nothing"}, "check"),
        ({"text": " "}, "text"),
    ],
)
def test_a_measure_that_cannot_be_is_refused(inspector, visit, said, field):
    answer = inspector.post(f"{visit}/measures", json={"kind": "warning", "text": "Nhắc nhở"} | said)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


def test_a_number_of_minutes_is_given_once_in_a_year_of_an_authority(inspector, visit, arrange):
    with arrange():
        other = f"{INSPECTIONS}/{make.visit().id}"
    inspector.post(f"{other}/checks", json=check(name="Cân"))
    signed(inspector, visit)
    refused = signed(inspector, other, 422, minutes_no=" 05/bb ")
    assert set(refused["errors"]) == {"minutes_no"}
    signed(inspector, visit, amendment_reason="Sửa tên")  # its own number stays its own
    signed(inspector, other, minutes_no="06/BB")
    with arrange():
        last_year = clock.now() - timedelta(days=366)
        db.session.execute(update(InspectionMinutes).values(signed_at=last_year))
        third = f"{INSPECTIONS}/{make.visit().id}"
    inspector.post(f"{third}/checks", json=check(name="Cân"))
    signed(inspector, third)
