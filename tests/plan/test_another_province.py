"""A plan of another province of the same scheme: its own bodies, periods, rows, units, and no line of code."""

import copy
import io
import json
from datetime import date

import pytest

from registry.plan import files, queries, versions
from registry.plan.evidence import actions as decisions
from registry.plan.models import RecordType
from registry.plan.records import Record
from tests.make import plan as make
from tests.people import DEPARTMENT, PROVINCE

CODE = "77-KH-UBND"


def words(text):
    return {"vi": text, "en": text}


def cell(value, unit=""):
    return {"value": value, "raw": f"{value} {unit}".strip() if value is not None else "-"}


def another() -> dict:
    """Three periods, money in đồng, two rows, one goal of a state and one that reads by its total."""
    data = copy.deepcopy(make.read(make.CODE).data)
    one_row, goal = make.row(data, "II.2.b"), make.row(data, "B30.1")
    periods = [("A", "2020-01-01", "2022-12-31"), ("B", "2023-01-01", "2025-12-31"), ("C", "2026-01-01", "2030-12-31")]
    codes = [code for code, _start, _end in periods]
    body = {"kind": "department", "parent": PROVINCE, "valid_from": None, "valid_to": None, "succeeded_by": []}
    bodies = [
        {**body, "code": PROVINCE, "kind": "province", "parent": None, "name": words("Tỉnh"), "notes": []},
        {**body, "code": DEPARTMENT, "name": words("Sở"), "notes": []},
        {**body, "code": "SCT-MAU", "name": words("Sở Công Thương mẫu"), "notes": []},
    ]
    sources = [{"code": "quy_khcn", "name": words("Quỹ phát triển khoa học")}]
    shared = {
        "funding": {"sources": ["quy_khcn"], "raw": "Quỹ"},
        "cooperating": {"bodies": ["SCT-MAU"], "raw": "Sở CT"},
    }
    rows = [
        {"code": "A1", "kind": "section", "parent": None, "label": "A", "title": words("Hạ tầng"), "clause": "A"}
        | {"total": {"value": 6_000_000, "raw": "6.000.000"}, "notes": []}
    ]
    for code, mode, unit, least in (("A1.1", "total_min", "organisation", 4), ("A1.2", "cumulative", "set", None)):
        budget = {one: {"value": 1_000_000, "raw": "1.000.000"} for one in codes}
        rows.append(
            {**one_row, **shared, "code": code, "parent": "A1", "lead": "SCT-MAU", "title": words(f"Việc {code}")}
            | {"targets": {one: cell(at + 1, "đơn vị") for at, one in enumerate(codes)}, "count_unit": unit}
            | {"budget": budget | {"total": {"value": 3_000_000, "raw": "3.000.000"}}, "unit": words("đơn vị")}
            | {"reading": {"mode": mode, "reason": words("Theo bảng."), "ambiguities": []}, "measures": []}
            | {"title_total": {"value": least, "op": ">="} if least else None}
        )
    own = {"code": "M1", "targets": {"C": cell(3)}}
    own["reading"] = {"mode": "cumulative", "reason": words("Theo bảng."), "ambiguities": []}
    return data | {
        "plan": data["plan"]
        | {"code": CODE, "number": "77/KH-UBND", "title": words("Kế hoạch đo lường tỉnh mẫu")}
        | {"issuer": PROVINCE, "lead": DEPARTMENT, "issued_on": "2020-01-01"},
        "report": data["report"] | {"due": "11-30", "successor_reports": None},
        "money": {"unit": words("đồng"), "unit_dong": 1, "total_dong": 6_000_000, "notes": []}
        | {"total": {"value": 6_000_000, "raw": "6.000.000"}, "period_totals": dict.fromkeys(codes, 2_000_000)},
        "funding_sources": sources,
        "periods": [
            {"code": code, "label": code, "title": words(code), "start": start, "end": end, "alternative": None}
            for code, start, end in periods
        ],
        "inspection_bodies": ["SCT-MAU"],
        "bodies": bodies,
        "indicators": [goal | own],
        "rows": rows,
        "ambiguities": [],
        "duties": [],
    }


@pytest.fixture
def text():
    return json.dumps(another(), ensure_ascii=False)


def test_it_loads_through_the_door_beside_the_other_and_every_page_works(text, people, arrange):
    with arrange():
        make.plan()
    sent = {"file": (io.BytesIO(text.encode()), "tinh.json")}
    loaded = people.admin.post("/api/v1/plans", data=sent, content_type="multipart/form-data")
    assert (loaded.status_code, loaded.json["plan"], loaded.json["version"]) == (200, CODE, 1)
    with arrange():
        record = Record(RecordType.ORGANISATION, "SCT-MAU")
        said = {"indicator": "A1.1", "record": record, "counted_on": date(2024, 5, 1)}
        make.admit("A1.1", plan=CODE)
        decisions.count_evidence(queries.by_code(CODE, None), **said, by=None)
    rollup = people.planner.get(f"/api/v1/plans/{CODE}/rollup").json
    [first] = [one for one in rollup["indicators"] if one["code"] == "A1.1"]
    assert [period["value"] for period in first["periods"]] == [0, 1, 0]
    assert {one["code"]: one["periods"][0]["mode"] for one in rollup["indicators"]} == {
        "M1": "cumulative",
        "A1.1": "total_min",
        "A1.2": "cumulative",
    }
    assert rollup["money"]["planned"] == 6_000_000
    pages = people.planner.pages
    parts = ("", "/A1.1", "/M1", "/money", "/money/A1.2", "/versions", "/versions/1", "/versions/1/changes", "/draft")
    assert {part: pages.get(f"/plan/{CODE}{part}").status_code for part in parts} == dict.fromkeys(parts, 200)
    assert pages.post(f"/plan/{CODE}/draft").status_code == 302
    assert pages.get(f"/plan/{CODE}/draft/rows/A1.2").status_code == 200
    back = people.planner.get(f"/api/v1/plans/{CODE}/versions/1/file").text
    assert files.parse(back).content_hash == files.parse(text).content_hash


def test_a_planner_of_a_body_elsewhere_does_not_load_it(text, people, arrange):
    with arrange():
        versions.load(files.parse(text), by=None)
    sent = {"file": (io.BytesIO(text.replace("tỉnh mẫu", "khác").encode()), "tinh.json")}
    assert people.stranger.post("/api/v1/plans", data=sent, content_type="multipart/form-data").status_code == 403
