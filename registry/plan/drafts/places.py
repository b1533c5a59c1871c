"""Places of a draft's file as a person finds them: the row, the field of its form; and its head as a form says it."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from registry.kernel.errors import Messages
from registry.plan.adjustments.words import part_words
from registry.plan.drafts.rules import TOTAL, Data, cell, with_periods

PLACE: Final = re.compile(r"(rows|indicators)\.([0-9]+)\.?(.*)")
FIELDS: Final = {
    "was": "code",
    "reading.mode": "mode",
    "ended.continues_in": "continues_in",
    "ended.on": "ended_on",
    "not_applicable_until.document.vi": "awaits_vi",
    "not_applicable_until.document.en": "awaits_en",
    "not_applicable_until.on": "awaits_on",
    "title.vi": "title_vi",
    "title.en": "title_en",
    "title_total": "title_total",
    "budget.total": "total",
    "total": "total",
    "cooperating.bodies": "cooperating_bodies",
    "cooperating.raw": "cooperating",
    "funding.sources": "funding_sources",
    "funding.raw": "funding",
}
LISTED: Final = re.compile(r"\.[0-9]+$")
KNOWN: Final = frozenset({"code", "parent", "lead", "clause", "count_unit", "geo_scope", *FIELDS.values()})


class Told(NamedTuple):
    """A fault: the code of its row, empty where it is of another part of the file, that part, and its message."""

    code: str
    part: str
    message: str


def told(data: Data, faults: Messages) -> list[Told]:
    """Every fault in words."""
    found = []
    for place, messages in faults.items():
        code, _field = _at(data, place)
        part = place.partition(".")[0]
        found += [Told(code, part, message if code else f"{part_words(place)}: {message}") for message in messages]
    return found


def of_row(data: Data, code: str, faults: Messages) -> dict[str, list[str]]:
    """The faults of one row beside the fields of its form; those of other rows are left out."""
    codes = [period["code"] for period in data["periods"]]
    found: dict[str, list[str]] = {}
    for place, messages in faults.items():
        at, field = _at(data, place)
        if at == code:
            found.setdefault(_field(field, codes), []).extend(messages)
    return found


def of_head(faults: Messages) -> dict[str, list[str]]:
    """The faults of title, totals and periods beside the fields of their form."""
    found: dict[str, list[str]] = {}
    for place, messages in faults.items():
        part, _dot, rest = place.partition(".")
        if part == "periods":
            found.setdefault(place if rest.count(".") == 1 else "periods", []).extend(messages)
        elif place.startswith("money.total"):
            found.setdefault("total", []).extend(messages)
        elif part in {"money", "plan"}:
            found.setdefault("_schema", []).extend(f"{part_words(place)}: {message}" for message in messages)
    return found


def beside(errors: Messages, fields: set[str]) -> Messages:
    """Messages beside the fields that a form draws; the others above it, with their place."""
    found: dict[str, list[str]] = {}
    for field, messages in errors.items():
        if field in fields or field == "_schema":
            found.setdefault(field, []).extend(messages)
        else:
            found.setdefault("_schema", []).extend(f"{part_words(field)}: {message}" for message in messages)
    return found


def head(data: Data) -> dict[str, Any]:
    """Title, printed totals and periods as their form shows them."""
    totals = data["money"]["period_totals"]
    periods = [
        {
            "code": one["code"],
            "label": one["label"],
            "title_vi": one["title"]["vi"],
            "title_en": one["title"]["en"],
            "start": one["start"],
            "end": one["end"],
            "total": str(totals.get(one["code"], 0)),
        }
        for one in data["periods"]
    ]
    title = data["plan"]["title"]
    total = str(data["money"]["total"]["value"] or 0)
    return {"title_vi": title["vi"], "title_en": title["en"], "total": total, "periods": periods}


def with_head(data: Data, said: Mapping[str, Any]) -> Data:
    """A file's data with the title, printed totals and periods that a form says."""
    periods = [
        {
            "code": one["code"],
            "label": one["label"],
            "title": {"vi": one["title_vi"], "en": one["title_en"]},
            "start": one["start"].isoformat(),
            "end": one["end"].isoformat(),
        }
        for one in said["periods"]
    ]
    new = with_periods(data, periods, {one["code"]: one["total"] for one in said["periods"]})
    new["plan"]["title"] = {"vi": said["title_vi"], "en": said["title_en"]}
    money = new["money"]
    money["total"] = cell(money["total"], said["total"], money["total"]["raw"])
    money["total_dong"] = said["total"] * money["unit_dong"]
    return new


def reading(said: dict[str, Any]) -> dict[str, Any]:
    """What was typed; a period without a code was not meant."""
    return said | {"periods": [one for one in said.get("periods", []) if one.get("code")]}


def _at(data: Data, place: str) -> tuple[str, str]:
    match = PLACE.fullmatch(place)
    if match is None or int(match[2]) >= len(data[match[1]]):
        return "", place
    return data[match[1]][int(match[2])]["code"], match[3]


def _field(field: str, codes: list[str]) -> str:
    part, _dot, rest = field.partition(".")
    if part in {"targets", "budget"} and rest.partition(".")[0] in codes and rest.partition(".")[0] != TOTAL:
        name = "target" if part == "targets" else "budget"
        return f"cells.{codes.index(rest.partition('.')[0])}.{name}"
    field = LISTED.sub("", field)
    found = FIELDS.get(field, FIELDS.get(field.removesuffix(".value"), field))
    return found if found in KNOWN else "_schema"
