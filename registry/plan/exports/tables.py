"""What the files hold, row by row, as the lists of the same filters say it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from marshmallow import Schema, ValidationError

from registry.accounts.models import Person
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid, flat_messages
from registry.kernel.i18n import _, current_locale
from registry.kernel.paging import MAX_LIMIT
from registry.kernel.schema import Schema as Plain
from registry.plan import money, queries
from registry.plan.activities import queries as activities
from registry.plan.activities import words as activity_words
from registry.plan.activities.models import Activity
from registry.plan.activities.schemas import ActivityQuery
from registry.plan.breakdown import files
from registry.plan.breakdown import queries as breakdowns
from registry.plan.breakdown.schemas import PageQuery
from registry.plan.exports.rules import Export
from registry.plan.focus import queries as focus
from registry.plan.focus import words as focus_words
from registry.plan.focus.queries import Listed
from registry.plan.focus.schemas import FocusQuery
from registry.plan.models import Plan
from registry.plan.progress import MoneyRow
from registry.sheets.downloads import Value

Words = Mapping[str, Any]
MOST_ACTIVITIES: Final = 100_000
PAGED: Final = ("limit", "cursor", "count")


class Sheet(NamedTuple):
    """A table with its title and headings."""

    title: str
    headings: Sequence[str]
    rows: Iterator[Sequence[Value]]


def check(kind: Export, said: Words) -> None:
    """Raise Invalid, beside `filters`, for words that the list of such a file does not know."""
    try:
        _loaded(kind, said)
    except Invalid as refusal:
        raise Invalid({f"filters.{name}": found for name, found in (refusal.errors or {}).items()}) from refusal


def sheet(kind: Export, plan: Plan | None, person: Person, said: Words) -> Sheet:
    """A file's table, as a person sees it today."""
    return _TABLES[kind](plan, person, _loaded(kind, said))


def _loaded(kind: Export, said: Words) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = _QUERIES[kind]().load(said)
    except ValidationError as error:
        raise Invalid(flat_messages(error.messages)) from error
    return {name: value for name, value in loaded.items() if name not in PAGED}


def _money(plan: Plan | None, _person: Person, _query: Words) -> Sheet:
    """The money of every row by year and source, in đồng."""
    found = _of(plan)
    rollup = queries.rollup(found, clock.today())
    sources = {one["code"]: one["name"][current_locale()] for one in queries.document(found)["funding_sources"]}
    given = money.by_year([line.row.indicator_id for line in rollup.money if line.row.indicator_id])
    headings = [_("Code"), _("Task"), _("Planned in all"), _("Year"), _("Source"), _("Allocated"), _("Disbursed")]
    rows = (
        [line.row.code, _title(line), line.total.planned, one.year, sources[one.source], one.allocated, one.disbursed]
        for line in rollup.money
        for one in given.get(line.row.indicator_id or 0, ())
    )
    return Sheet(_("Money"), headings, rows)


def _activities(_plan: Plan | None, person: Person, query: Words) -> Sheet:
    """Activities, the newest first, without names of people."""
    found = activities.found_by(person, **query).order_by(Activity.held_to.desc(), Activity.id.desc())
    headings = [
        *(_("Number"), _("Kind"), _("Title"), _("First day"), _("Last day"), _("Organiser"), _("About")),
        *(_("Where it took place"), _("Document"), _("Day of the document")),
        *(_("How many"), _("Number of persons"), _("Attendances")),
    ]
    return Sheet(_("Activities"), headings, map(_activity, db.session.scalars(found.limit(MOST_ACTIVITIES))))


def _activity(row: Activity) -> list[Value]:
    return [
        *(row.id, str(activity_words.KINDS[row.kind]), row.title, row.held_from, row.held_to, row.organiser.name),
        *(row.subject.name if row.subject else None, row.place, row.document_no, row.document_on),
        *(row.quantity, row.persons, row.attendances),
    ]


def _focus(plan: Plan | None, person: Person, query: Words) -> Sheet:
    """Focus enterprises as of a day."""
    headings = [
        *(_("Code"), _("Enterprise"), _("Sector"), _("Ownership"), _("Commune or ward"), _("State"), _("Since")),
        *(_("Reason"), _("Document"), _("Day of the document")),
    ]
    return Sheet(_("Focus enterprises"), headings, map(_enterprise, _listed(_of(plan), person, dict(query))))


def _listed(plan: Plan, person: Person, query: dict[str, Any]) -> Iterator[Listed]:
    on, cursor = query.pop("on", None) or clock.today(), None
    while True:
        page = focus.page_of(plan, person, on, **query, limit=MAX_LIMIT, cursor=cursor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _enterprise(one: Listed) -> list[Value]:
    enterprise, last = one.entry.enterprise, one.last
    return [
        *(enterprise.organisation.code, enterprise.organisation.name, enterprise.sector),
        *(str(activity_words.OWNERSHIPS[enterprise.ownership]), enterprise.commune),
        *(str(focus_words.STATES[one.state]), last.on, last.reason, last.document_no, last.document_on),
    ]


def _breakdown(plan: Plan | None, person: Person, query: Words) -> Sheet:
    """Every part of every number that is seen."""
    said = {name: value for name, value in query.items() if name != "indicator"}
    found = breakdowns.breakdown(_of(plan), person, breakdowns.seen(**said), indicator=query.get("indicator"))
    return Sheet(_("Breakdown"), files.headings(found), files.rows(found))


def _of(plan: Plan | None) -> Plan:
    if plan is None:
        raise Invalid({"plan": [_("Say of which plan.")]})
    return plan


def _title(line: MoneyRow) -> str:
    return line.row.title_vi if current_locale() == "vi" else line.row.title_en


_QUERIES: Final[Mapping[Export, type[Schema]]] = {
    Export.MONEY: Plain,
    Export.ACTIVITIES: ActivityQuery,
    Export.FOCUS: FocusQuery,
    Export.BREAKDOWN: PageQuery,
}
_TABLES: Final[Mapping[Export, Callable[[Plan | None, Person, Words], Sheet]]] = {
    Export.MONEY: _money,
    Export.ACTIVITIES: _activities,
    Export.FOCUS: _focus,
    Export.BREAKDOWN: _breakdown,
}
