"""A draft's rows as a form says them, and back as a plan file does."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from registry.plan.document import RowKind
from registry.plan.drafts.rules import NOTHING, TOTAL, Data, cell, codes, listed, row_of

PLAIN: Final = ("code", "clause", "count_unit", "geo_scope", "exclusive", "standing")
UNSAID: Final[Mapping[str, object]] = {"value": None, "raw": None}
REASON: Final = {"vi": "Theo quyết định điều chỉnh.", "en": "By the decision that adjusts the plan."}


def drawn(data: Data, row: Data) -> dict[str, Any]:
    """A row as its form shows it, every value as text."""
    said: dict[str, Any] = {name: row[name] for name in PLAIN if name in row}
    said |= {"title_vi": row["title"]["vi"], "title_en": row["title"]["en"], "parent": row.get("parent")}
    for language in ("vi", "en"):
        said[f"notes_{language}"] = "\n".join(note[language] for note in row["notes"])
    if "targets" not in row:
        return _texts(said | {"total": row["total"]["value"]})
    unit, ended = row["unit"] or {}, row.get("ended") or {}
    said |= {"unit_vi": unit.get("vi"), "unit_en": unit.get("en"), "mode": row["reading"]["mode"]}
    said |= {"ended_on": ended.get("on"), "continues_in": ended.get("continues_in")}
    awaited = row["not_applicable_until"] or {"document": {}, "on": None}
    said |= {f"awaits_{language}": awaited["document"].get(language) for language in ("vi", "en")}
    said["awaits_on"] = awaited["on"]
    if "budget" in row:
        said |= {"lead": row["lead"], "cooperating": row["cooperating"]["raw"], "funding": row["funding"]["raw"]}
        said |= {"cooperating_bodies": listed(row["cooperating"]["bodies"])}
        said |= {"funding_sources": listed(row["funding"]["sources"] or ())}
        said |= {"title_total": (row["title_total"] or {}).get("value"), "total": row["budget"][TOTAL]["value"]}
    return _texts(said) | {"cells": [_texts(_cells(row, period["code"])) for period in data["periods"]]}


def changed(row: Data, said: Mapping[str, Any], *, base: Data) -> Data:
    """What a form says, as the fields of the row in a file; `base` is the version's data that the draft began from."""
    found: Data = {name: said[name] for name in ("code", "clause") if name in said}
    found["title"] = {"vi": said["title_vi"], "en": said["title_en"]}
    found["notes"] = _notes(said)
    if "parent" in row:
        found["parent"] = said.get("parent")
    if "targets" not in row:
        return found | {"total": cell(row["total"], said.get("total", 0), row["total"]["raw"])}
    found |= _counted(row, said)
    if "budget" in row:
        found |= _leaf(row, said)
    before = row.get("was") or row["code"]
    was = before if said["code"] != before and row_of(base, before) else None
    return found | ({"was": was} if was or "was" in row else {})


def new(data: Data, said: Mapping[str, Any]) -> Data:
    """A row that is not in the file yet, with nothing promised."""
    kind, code = said["kind"], said["code"]
    title = {"vi": said["title_vi"], "en": said["title_en"]}
    made: Data = {"code": code, "title": title, "clause": code, "notes": []}
    if kind is not RowKind.BODY:
        made |= {"kind": kind.value, "parent": said.get("parent"), "label": None}
    if kind in {RowKind.SECTION, RowKind.GROUP}:
        return made | {"total": {"value": 0, "raw": "0"}}
    codes = [period["code"] for period in data["periods"]]
    made |= {
        "unit": None,
        "op": ">=",
        "targets": {one: dict(NOTHING) for one in codes} if kind is RowKind.LEAF else {},
        "reading": {"mode": "per_period", "reason": dict(REASON), "ambiguities": []},
        "count_unit": "time",
        "geo_scope": "province",
        "standing": False,
        "not_applicable_until": None,
        "measures": [],
    }
    if kind is RowKind.BODY:
        return made | {"annex_rows": [], "related": [], "continues": None}
    return made | {
        "title_total": None,
        "budget": {one: dict(NOTHING) for one in codes} | {TOTAL: {"value": 0, "raw": "0"}},
        "lead": said.get("lead") or data["plan"]["lead"],
        "cooperating": {"bodies": [], "raw": ""},
        "funding": {"sources": None, "raw": ""},
        "exclusive": False,
    }


def _cells(row: Data, period: str) -> Data:
    target, budget = row["targets"].get(period) or UNSAID, row.get("budget", {}).get(period) or UNSAID
    said = {"period": period, "target": target["value"], "target_raw": target["raw"]}
    return said | ({"budget": budget["value"], "budget_raw": budget["raw"]} if "budget" in row else {})


def _texts(said: Mapping[str, object]) -> dict[str, Any]:
    kept = {name: value for name, value in said.items() if value is not None and value is not False}
    return {name: "true" if value is True else str(value) for name, value in kept.items()}


def _notes(said: Mapping[str, Any]) -> list[Data]:
    """Notes, one a line in both languages; a line that one of them lacks is said in the other."""
    vi, en = said.get("notes_vi", "").splitlines(), said.get("notes_en", "").splitlines()
    pairs = [(vi[at] if at < len(vi) else "", en[at] if at < len(en) else "") for at in range(max(len(vi), len(en)))]
    return [{"vi": one.strip() or two.strip(), "en": two.strip() or one.strip()} for one, two in pairs if one or two]


def _counted(row: Data, said: Mapping[str, Any]) -> Data:
    vi, en = said.get("unit_vi"), said.get("unit_en")
    found: Data = {"unit": {"vi": vi or en, "en": en or vi} if vi or en else None}
    found["reading"] = row["reading"] | ({"mode": said["mode"].value} if "mode" in said else {})
    found |= {name: said[name] for name in ("count_unit",) if name in said}
    found |= {"geo_scope": said["geo_scope"].value} if "geo_scope" in said else {}
    found["standing"] = said["standing"]
    found["not_applicable_until"] = _awaited(said)
    found["targets"] = {
        one["period"]: cell(row["targets"].get(one["period"]), one.get("target"), one.get("target_raw"))
        for one in said["cells"]
        if "budget" in row or one.get("target") is not None or one.get("target_raw")
    }
    ended_on: date | None = said.get("ended_on")
    if ended_on is not None:
        reason = (row.get("ended") or {}).get("reason")
        return found | {
            "ended": {"on": ended_on.isoformat(), "continues_in": said.get("continues_in"), "reason": reason}
        }
    return found | ({"ended": None} if "ended" in row else {})


def _awaited(said: Mapping[str, Any]) -> Data | None:
    """The document without which a row is not judged, and its day once there is one; nothing when it is not named."""
    vi, en = said.get("awaits_vi"), said.get("awaits_en")
    on: date | None = said.get("awaits_on")
    if not (vi or en):
        return None
    return {"document": {"vi": vi or en, "en": en or vi}, "on": on.isoformat() if on else None}


def _leaf(row: Data, said: Mapping[str, Any]) -> Data:
    total = said.get("title_total")
    budget = {
        one["period"]: cell(row["budget"].get(one["period"]), one.get("budget"), one.get("budget_raw"))
        for one in said["cells"]
    }
    return {
        "exclusive": said["exclusive"],
        "title_total": {"value": total, "op": ">="} if total is not None else None,
        "lead": said.get("lead") or row["lead"],
        "cooperating": {"bodies": codes(said.get("cooperating_bodies")), "raw": said.get("cooperating", "")},
        "funding": {
            "sources": codes(said.get("funding_sources")) or (None if row["funding"]["sources"] is None else []),
            "raw": said.get("funding", ""),
        },
        "budget": budget | {TOTAL: cell(row["budget"][TOTAL], said.get("total", 0), row["budget"][TOTAL]["raw"])},
    }
