"""The log of a thing as people read it: what was done, each field by its name, each value in the reader's words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from flask import g

from registry.accounts.models import Organisation
from registry.assets import tags
from registry.assets.exchange import telling
from registry.assets.labels import queries as labels
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.i18n import _, current_locale, said_day, said_number, said_value
from registry.plan import queries as plans
from registry.web.history_oversight import member
from registry.web.history_values import SCHEDULES, VALUES
from registry.web.history_words import DEEDS, FIELDS

SAID_BY_THE_ENTRY: Final = frozenset(
    {"created_at", "made_at", "recorded_at", "approved_at", "submitted_at", "closed_at", "decided_at", "opened_at"}
)
OF_NO_USE: Final = frozenset(
    {"sha256", "password_hash", "content_hash", "certificate_key", "asset", "signature", "name_order"}
)  # of a calibration, whose page is about it
ORGANISATIONS: Final = frozenset({"organisation_id", "parent_id"})
WRITTEN: Final[Mapping[str, Callable[[str], str]]] = dict.fromkeys(("tag", "label", "label_tag"), tags.grouped) | {
    "team": member
}
OTHERS: Final = frozenset({"parent", "standards"})  # named by the tags they were registered with
DAYS: Final = frozenset(
    {"on", "until", "granted_until", "valid_from", "valid_to", "valid_until"}
    | {"held_from", "held_to", "planned_from", "planned_to"}
)
NUMBERS: Final = frozenset(
    {"range_low", "range_high", "cmc", "cmc_relative", "quantity", "remaining", "taken", "value"}
    | {"expanded_uncertainty", "coverage_factor", "low", "high", "guard_factor", "target_risk", "in_tolerance"}
    | {"nominal", "percent_of_range", "lower_limit", "upper_limit"}
    | {"value", "assigned_value", "assigned_uncertainty", "assigned_factor", "sigma"}
)
YEARS: Final = frozenset({"year", "annual_year"})
WITHIN: Final = frozenset({"characteristics", "schedules"})  # said line by line, only what differs


class Line(NamedTuple):
    """A field with what it was and what it became; nothing is an empty text."""

    name: str
    old: str
    new: str


def deed(entry: AuditEntry) -> str:
    """What was done; an action without a word is named as it is stored."""
    return str(DEEDS.get(entry.action, entry.action))


def lines(entry: AuditEntry) -> list[Line]:
    """What changed, field by field, without what the entry says itself."""
    return [line for field in sorted(entry.changes) for line in _of_field(entry, field) if line.old or line.new]


def _of_field(entry: AuditEntry, field: str) -> Iterator[Line]:
    old, new = entry.changes[field]
    if field in WITHIN:
        changes = {field: [old or [], new or []]}
        yield from (Line(*told) for told in telling.lines(changes, current_locale()))
    elif not _is_left_out(entry, field):
        kind, _dot, name = field.rpartition(".")
        word = str(FIELDS.get(f"{entry.action}.{name}", _name(name)))
        before, after = (_said(entry, "", name, value) for value in (old, new))
        yield Line(f"{SCHEDULES[kind]}: {word}" if kind in SCHEDULES else word, before, after)


def _is_left_out(entry: AuditEntry, field: str) -> bool:
    if field in ORGANISATIONS:
        return field.removesuffix("_id") in entry.changes
    return field in SAID_BY_THE_ENTRY | OF_NO_USE or field.endswith("_id")


def _name(field: str, within: str = "") -> str:
    return str(FIELDS.get(f"{within}.{field}", FIELDS.get(field, field)))


def _said(entry: AuditEntry, within: str, field: str, value: Any) -> str:  # noqa: ANN401 — JSON
    """A value of a field, or of one `within` the rows of another."""
    match value:
        case None | "":
            return ""
        case bool():
            return _("yes") if value else _("no")
        case list():
            return "; ".join(_said(entry, within, field, one) for one in value)
        case dict():
            told = ((_name(name, field), _said(entry, field, name, one)) for name, one in value.items())
            return ", ".join(f"{name}: {text}" for name, text in told if text)
        case int():
            return _whole(field, value)
        case _:
            words = _words(entry, within, field)
            return str(words[value]) if value in words else _text(field, str(value))


def _whole(field: str, value: int) -> str:
    if field in YEARS:
        return str(value)
    return _organisation(value) if field in ORGANISATIONS else said_number(value)


def _words(entry: AuditEntry, within: str, field: str) -> Mapping[str, str]:
    """The words of a field with a closed list; none of others."""
    if field == "source" and entry.subject_type == "indicator":
        return _sources_of_money(entry.subject_key.partition("/")[0])
    if within:
        return VALUES.get(f"{within}.{field}", VALUES.get(field, {}) if field.startswith("cmc_") else {})
    named = (f"{entry.action}.{field}", f"{entry.subject_type}.{field}", field)
    return next((VALUES[name] for name in named if name in VALUES), {})


def _text(field: str, value: str) -> str:
    if field in WRITTEN:
        return WRITTEN[field](value)
    if field in OTHERS:
        return tags.grouped(labels.worn({value}).get(value, value))
    try:
        if field in NUMBERS:
            number, space, unit = value.partition(" ")
            return f"{said_value(Decimal(number))}{space}{unit}"
        if field in DAYS or field.endswith("_on"):
            return said_day(date.fromisoformat(value))
    except (ValueError, InvalidOperation):  # what is said in words of its own
        return value
    return value


def _organisation(key: int) -> str:
    found = db.session.get(Organisation, key)
    return found.name if found is not None else str(key)


def _sources_of_money(plan: str) -> dict[str, str]:
    """The sources a plan names, by their codes; asked for once a request, whatever the number of entries."""
    asked: dict[str, dict[str, str]] = g.setdefault("sources_of_money", {})
    if plan not in asked:
        named = plans.document(plans.by_code(plan, None))["funding_sources"]
        asked[plan] = {one["code"]: one["name"][current_locale()] for one in named}
    return asked[plan]
