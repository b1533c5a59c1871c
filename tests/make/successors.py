"""A plan that succeeds the one that ships, and a national scheme above both, made for tests."""

import copy
from typing import Any

from registry.plan import files, versions
from registry.plan.models import Plan
from tests.make import plan as make

CODE, NATIONAL = "12-KH-UBND", "996-QD-TTg"


def words(text: str) -> dict[str, str]:
    """The same in both languages."""
    return {"vi": text, "en": text}


def data(change: make.Change | None = None) -> dict[str, Any]:
    """The successor's file: from 2026 on, its programmes of enterprises run on, its courses begin anew."""
    found = copy.deepcopy(make.read(make.CODE).data)
    found["plan"] |= {"code": CODE, "number": "12/KH-UBND", "title": words("Kế hoạch đo lường tỉnh Thái Nguyên")}
    found["plan"] |= {"issuer": "UBND-THAINGUYEN", "lead": "SKHCN-THAINGUYEN", "issued_on": "2026-01-02"}
    for period, (start, end) in zip(
        found["periods"], (("2026-01-01", "2028-12-31"), ("2029-01-01", "2030-12-31")), strict=True
    ):
        period |= {"start": start, "end": end, "alternative": None}
    found["duties"] = []
    programmes = make.row(found, "B25.3")
    programmes["reading"]["mode"] = "cumulative"
    programmes["continues"] = {"plan": make.CODE, "indicator": "B30.4", "carry": "base"}
    make.row(found, "II.2.c")["continues"] = {"plan": make.CODE, "indicator": "II.2.c", "carry": "anew"}
    for code in ("II.2.a", "II.2.b", "I.1"):
        make.row(found, code)["answers"] = [{"plan": make.CODE, "indicator": code}]
    make.row(found, "I.1")["count_unit"] = "set"
    if change:
        change(found)
    return found


def successor(change: make.Change | None = None) -> Plan:
    """The successor, loaded after the plan that it continues."""
    return versions.load(files.told(data(change)), by=None).plan


def national() -> Plan:
    """A scheme of a ministry that counts sets of standards; both plans' row II.2.a answers its own."""
    found = copy.deepcopy(make.read(make.CODE).data)
    found["plan"] |= {"code": NATIONAL, "number": "996/QĐ-TTg", "title": words("Đề án 996"), "issuer": "BKHCN"}
    found["plan"] |= {"lead": "BKHCN", "issued_on": "2018-08-10"}
    found["periods"][0]["start"] = "2018-08-10"
    found["duties"] = []
    standards = make.row(found, "II.2.a")
    standards["geo_scope"] = "country"
    standards["answers"] = [{"plan": plan, "indicator": "II.2.a"} for plan in (make.CODE, CODE)]
    return versions.load(files.told(found), by=None).plan
