"""Changes of a plan file's data, each giving new data: rows, codes, periods, sums. Whether they agree is not asked."""

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

Data = dict[str, Any]
TOTAL: Final = "total"
APART: Final = re.compile(r"[\s,;]+")
NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]{3})*")
NOTHING: Final[Mapping[str, object]] = {"value": None, "raw": "-"}


def row_of(data: Data, code: str) -> Data | None:
    """A goal or row by its code."""
    return next((one for one in [*data["indicators"], *data["rows"]] if one["code"] == code), None)


def listed(found: Sequence[str]) -> str:
    """Codes as they are typed in one field."""
    return ", ".join(found)


def codes(typed: str | None) -> list[str]:
    """The codes of such a field, each once."""
    return list(dict.fromkeys(one for one in APART.split(typed or "") if one))


def number_in(raw: str) -> int | None:
    """The number that a printed cell holds, dots between thousands."""
    found = NUMBER.search(raw)
    return int(found.group().replace(".", "")) if found else None


def dotted(value: int, width: int = 0) -> str:
    """A number as the plan prints it: 1.234, or 05 where two digits are printed."""
    return f"{value:0{width}d}" if width else f"{value:,}".replace(",", ".")


def cell(before: Mapping[str, Any] | None, value: int | None, raw: str | None) -> Data:
    """A cell with a number and the text that prints it; a text that was left as it was follows the number."""
    old_raw = before["raw"] if before else None
    if raw and (number_in(raw) == value or raw != old_raw):
        return {"value": value, "raw": raw}
    if before and old_raw is None and not raw:
        return {"value": value, "raw": None}
    if before and before["value"] == value and not raw:
        return {"value": value, "raw": old_raw if value is None else dotted(value)}
    if value is None:
        return dict(NOTHING)
    found = NUMBER.search(old_raw or "")
    if found is None or not old_raw:
        return {"value": value, "raw": dotted(value)}
    width = len(found.group()) if found.group().startswith("0") else 0
    return {"value": value, "raw": old_raw[: found.start()] + dotted(value, width) + old_raw[found.end() :]}


def with_row(data: Data, code: str, changed: Mapping[str, Any]) -> Data:
    """With fields of a row changed; under a new code, everything that names it follows."""
    new = copy.deepcopy(data)
    row = row_of(new, code)
    if row is None:
        return new
    parent = row.get("parent")
    row.update(copy.deepcopy(dict(changed)))
    if row["code"] != code:
        _follow(new, code, row["code"])
    if row.get("parent") != parent:
        _move(new, row)
    return new


def without_row(data: Data, code: str) -> Data:
    """Without a row and what names it."""
    new = copy.deepcopy(data)
    for part in ("indicators", "rows"):
        new[part] = [one for one in new[part] if one["code"] != code]
    for goal in new["indicators"]:
        for name in ("annex_rows", "related"):
            goal[name] = [one for one in goal[name] if one != code]
        if goal["continues"] == code:
            goal["continues"] = None
    for ambiguity in new["ambiguities"]:
        ambiguity["applies_to"] = [one for one in ambiguity["applies_to"] if one != code]
    for duty in new.get("duties", ()):
        duty["indicators"] = [one for one in duty["indicators"] if one != code]
    return new


def with_new_row(data: Data, row: Mapping[str, Any]) -> Data:
    """With a row more: a goal at the end of the goals, another one below its parent."""
    new = copy.deepcopy(data)
    added = copy.deepcopy(dict(row))
    if "parent" not in added:
        new["indicators"].append(added)
        return new
    new["rows"].append(added)
    _move(new, added)
    return new


def moved(data: Data, code: str, *, up: bool) -> Data:
    """With a goal or row before or behind its nearest neighbour under the same parent, with all that is below them."""
    new = copy.deepcopy(data)
    part = "indicators" if any(one["code"] == code for one in new["indicators"]) else "rows"
    rows = new[part]
    row = next((one for one in rows if one["code"] == code), None)
    if row is None:
        return new
    beside = [one for one in rows if one.get("parent") == row.get("parent")]
    at = next(place for place, one in enumerate(beside) if one is row)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(beside):
        return new
    first, second = (beside[other], row) if up else (row, beside[other])
    ahead, behind = _branch(rows, first), _branch(rows, second)
    start = next(place for place, one in enumerate(rows) if one is first)
    moving = {id(one) for one in (*ahead, *behind)}
    rest = [one for one in rows if id(one) not in moving]
    new[part] = [*rest[:start], *behind, *ahead, *rest[start:]]
    return new


def with_periods(data: Data, periods: Sequence[Mapping[str, Any]], totals: Mapping[str, int]) -> Data:
    """With other periods: cells of new ones are empty, those of periods that are gone go with them."""
    new = copy.deepcopy(data)
    known = {period["code"]: period for period in data["periods"]}
    new["periods"] = [{"alternative": None} | known.get(one["code"], {}) | dict(one) for one in periods]
    codes = [one["code"] for one in new["periods"]]
    new["money"]["period_totals"] = {code: totals.get(code, 0) for code in codes}
    for row in new["rows"]:
        if row["kind"] == "leaf":
            for name, kept in (("targets", codes), ("budget", [*codes, TOTAL])):
                row[name] = {code: row[name].get(code, dict(NOTHING)) for code in kept}
    for goal in new["indicators"]:
        goal["targets"] = {code: cell for code, cell in goal["targets"].items() if code in codes}
    return new


def added_up(data: Data) -> Data:
    """With every printed sum of the money as its parts give it."""
    new = copy.deepcopy(data)
    sums: dict[str, int] = {}
    for row in new["rows"]:
        if row["kind"] == "leaf":
            parts = sum(one["value"] or 0 for code, one in row["budget"].items() if code != TOTAL)
            row["budget"][TOTAL] = _summed(row["budget"].get(TOTAL), parts)
            above = row["parent"]
            while above is not None:
                sums[above] = sums.get(above, 0) + parts
                above = next((one["parent"] for one in new["rows"] if one["code"] == above), None)
    leaves = [row for row in new["rows"] if row["kind"] == "leaf"]
    for row in new["rows"]:
        if row["kind"] != "leaf":
            row["total"] = _summed(row["total"], sums.get(row["code"], 0))
    money = new["money"]
    whole = sum(row["budget"][TOTAL]["value"] or 0 for row in leaves)
    money["total"] = _summed(money["total"], whole)
    money["total_dong"] = whole * money["unit_dong"]
    for code in money["period_totals"]:
        cells = [row["budget"].get(code) for row in leaves]
        money["period_totals"][code] = sum(one["value"] or 0 for one in cells if one)
    return new


def _branch(rows: Sequence[Data], row: Data) -> list[Data]:
    """A row with all that is below it, in their order."""
    below, found = {row["code"]}, []
    for one in rows:
        if one is row or one.get("parent") in below:
            below.add(one["code"])
            found.append(one)
    return found


def _summed(before: Mapping[str, Any] | None, value: int) -> Data:
    return cell(before, value, before["raw"] if before else None)


def _follow(data: Data, old: str, new: str) -> None:
    for row in data["rows"]:
        if row["parent"] == old:
            row["parent"] = new
    for goal in data["indicators"]:
        for name in ("annex_rows", "related"):
            goal[name] = [new if one == old else one for one in goal[name]]
        if goal["continues"] == old:
            goal["continues"] = new
    for row in [*data["indicators"], *data["rows"]]:
        if (row.get("ended") or {}).get("continues_in") == old:
            row["ended"]["continues_in"] = new
    for ambiguity in data["ambiguities"]:
        ambiguity["applies_to"] = [new if one == old else one for one in ambiguity["applies_to"]]
    for duty in data.get("duties", ()):
        duty["indicators"] = [new if one == old else one for one in duty["indicators"]]


def _move(data: Data, row: Data) -> None:
    """Behind the last row below its parent."""
    rows = [one for one in data["rows"] if one is not row]
    below = {row["parent"]}
    at = 0 if row["parent"] is not None else len(rows)
    for place, one in enumerate(rows):
        if one["code"] in below or one["parent"] in below:
            below.add(one["code"])
            at = place + 1
    data["rows"] = [*rows[:at], row, *rows[at:]]
