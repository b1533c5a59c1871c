"""Differences between versions of a plan in words."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from registry.kernel.i18n import _, current_locale, lazy, said_day, said_number
from registry.plan.adjustments.differences import Change, Said, What
from registry.plan.document import Words
from registry.plan.form import TOTAL
from registry.plan.rules import Mode

MODES: Final[Mapping[str, str]] = {
    Mode.PER_PERIOD: lazy("what each period adds"),
    Mode.CUMULATIVE: lazy("a running total"),
    Mode.TOTAL_MIN: lazy("a total over all periods"),
}
PARTS: Final[Mapping[str, str]] = {
    "notes": lazy("notes"),
    "measures": lazy("which records are proposed"),
    "by_hand": lazy("which records count by hand"),
    "clause": lazy("place in the text"),
    "label": lazy("label"),
    "count_unit": lazy("what is counted"),
    "geo_scope": lazy("where it is counted"),
    "exclusive": lazy("whether a record counts once only"),
    "standing": lazy("whether a state is counted"),
    "reading": lazy("why the targets are read so"),
    "annex_rows": lazy("rows whose evidence it shares"),
    "related": lazy("related rows"),
    "continues": lazy("which indicator it continues"),
    "follows": lazy("which indicator of an earlier plan it continues"),
    "answers": lazy("which indicators of other plans it answers"),
    "cooperating": lazy("bodies that cooperate"),
    "funding": lazy("sources of money"),
    "not_applicable_until": lazy("the document it waits for"),
    "kind": lazy("kind of row"),
    "order": lazy("order of the rows"),
    "plan": lazy("head of the plan"),
    "money": lazy("printed totals of the money"),
    "report": lazy("rules of the report"),
    "funding_sources": lazy("sources of money"),
    "inspection_bodies": lazy("bodies that inspect"),
    "ambiguities": lazy("what the text leaves open"),
    "bodies": lazy("bodies"),
    "duties": lazy("tasks and duties"),
}


def sentence(change: Change) -> str:
    """One difference as a sentence without its code, in the language of the request."""
    if change.what in {What.TARGET, What.BUDGET}:
        return _of_period(change)
    if change.what in {What.PERIOD_ADDED, What.PERIOD_REMOVED, What.PERIOD_DAYS}:
        return _period(change)
    if change.what is What.OTHER:
        return _("Changed: %(part)s.", part=PARTS.get(change.part or "", change.part))
    if change.what is What.ENDED and change.part:
        return _("Given up on %(day)s; it goes on in %(code)s.", day=told(change.new), code=change.part)
    old, new = told(change.old), told(change.new)
    if old == new and isinstance(change.old, Words) and isinstance(change.new, Words):
        old, new = (f"{_written(one, 'vi')} / {_written(one, 'en')}" for one in (change.old, change.new))
    return _plain(change.what, old=old, new=new)


def told(said: Said) -> str:
    """One side of a difference in words."""
    match said:
        case None:
            return _("empty")
        case Words():
            return _written(said, current_locale())
        case date():
            return said_day(said)
        case int():
            return said_number(said)
        case _:
            return str(MODES.get(said, said)) or _("empty")


def _written(said: Words, language: str) -> str:
    return "“" + (said.en if language == "en" else said.vi) + "”"


def part_words(place: str) -> str:
    """A place of a file's head in words: its part, and the period or row it is about."""
    part, _dot, rest = place.partition(".")
    last = rest.rsplit(".", 1)[-1]
    said = str(PARTS.get(part, part))
    return f"{said} ({last})" if last and last not in {"raw", "value", "total"} else said


def _plain(what: What, *, old: str, new: str) -> str:
    sentences: Mapping[What, str] = {
        What.ADDED: _("Added: %(new)s.", new=new),
        What.REMOVED: _("Removed: %(old)s.", old=old),
        What.RENAMED: _("Its code was %(old)s and is now %(new)s.", old=old, new=new),
        What.ENDED: _("Given up on %(new)s.", new=new),
        What.RESUMED: _("No longer given up."),
        What.MOVED: _("Moved from %(old)s to %(new)s.", old=old, new=new),
        What.TITLE: _("Title: %(old)s → %(new)s.", old=old, new=new),
        What.UNIT: _("Unit: %(old)s → %(new)s.", old=old, new=new),
        What.TITLE_TOTAL: _("At least in all: %(old)s → %(new)s.", old=old, new=new),
        What.MODE: _("Targets are read as %(new)s instead of %(old)s.", old=old, new=new),
        What.LEAD: _("Lead: %(old)s → %(new)s.", old=old, new=new),
        What.COOPERATING: _("With: %(old)s → %(new)s.", old=old, new=new),
        What.FUNDING: _("Funding: %(old)s → %(new)s.", old=old, new=new),
        What.AWAITED: _("Day of the awaited document: %(old)s → %(new)s.", old=old, new=new),
        What.GRAND_TOTAL: _("Money in all: %(old)s đ → %(new)s đ.", old=old, new=new),
        What.GROUP_TOTAL: _("Printed total: %(old)s → %(new)s.", old=old, new=new),
        What.BODY_ADDED: _("The file names a further body: %(new)s.", new=new),
    }
    return sentences[what]


def _of_period(change: Change) -> str:
    old, new = told(change.old), told(change.new)
    if change.what is What.TARGET:
        return _("Target of %(period)s: %(old)s → %(new)s.", period=change.part, old=old, new=new)
    if change.part == TOTAL:
        return _("Money in the whole: %(old)s → %(new)s.", old=old, new=new)
    return _("Money of %(period)s: %(old)s → %(new)s.", period=change.part, old=old, new=new)


def _period(change: Change) -> str:
    if change.what is What.PERIOD_ADDED:
        return _("A period more: %(new)s.", new=told(change.new))
    if change.what is What.PERIOD_REMOVED:
        return _("A period less: %(old)s.", old=told(change.old))
    days = {"old": _days(str(change.old)), "new": _days(str(change.new))}
    return _("The period runs %(new)s instead of %(old)s.", **days)


def _days(said: str) -> str:
    start, _slash, end = said.partition("/")
    return f"{said_day(date.fromisoformat(start))} – {said_day(date.fromisoformat(end))}"
