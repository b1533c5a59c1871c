"""Which assets get a label, and what each label says."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from itertools import islice
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, func, or_, select

from registry.accounts.models import Organisation, Person
from registry.assets import queries as assets
from registry.assets import tags
from registry.assets.labels.layout import Content
from registry.assets.labels.models import Label
from registry.assets.labels.rules import Part, Printing, is_outdated
from registry.assets.lists import queries as lists
from registry.assets.lists.rules import Filters
from registry.assets.models import Asset
from registry.kernel import clock, fonts
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

label = cast("Table", Label.__table__)
asset = cast("Table", Asset.__table__)
organisation = cast("Table", Organisation.__table__)
FILTERS: Final = frozenset({*Filters._fields, "sort"})
PART: Final = 1000
MOST: Final = 20_000


class Printable(NamedTuple):
    """An asset as its label knows it; `tag` is what the label on it says."""

    id: int
    owner_id: int
    own_tag: str
    tag: str
    name: str
    serial_no: str | None
    due_on: date | None
    owner_vi: str
    owner_en: str
    printed: bool
    shows_due: bool
    printed_due_on: date | None


def chosen(person: Person, asked: Mapping[str, Any], *, most: int = MOST) -> list[Printable]:
    """The assets among the words of a request, as LabelsQuery loads them. Raises Invalid when they are too many."""
    rows, more = beginning(person, asked, limit=most)
    if more:
        text = _("More than %(most)s labels are asked for at once; narrow the choice.", most=most)
        raise Invalid({"tag": [text]})
    return rows


def beginning(person: Person, asked: Mapping[str, Any], *, limit: int) -> tuple[list[Printable], bool]:
    """The first of them, and whether there are more."""
    only = asked.get("which")
    rows = iter(by_tags(person, asked["tag"], only)) if asked.get("tag") else _under(person, asked, only)
    found = list(islice(rows, limit + 1))
    return found[:limit], len(found) > limit


def as_kept(query: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a request as they are kept for later: LabelsQuery loads them again."""
    return {name: _plain(value) for name, value in query.items()}


def by_tags(person: Person | None, wanted: Sequence[str], only: Printing | None = None) -> list[Printable]:
    """Assets by what their labels or they themselves are called, in that order; without a person any asset.

    Raises MistypedTag, and Invalid naming a tag that leads to nothing the person sees.
    """
    parsed = list(dict.fromkeys(tags.parse(typed) for typed in wanted))
    found: dict[str, Printable] = {}
    for start in range(0, len(parsed), PART):
        for row in _read(person, _called(parsed[start : start + PART])):
            found |= {row.own_tag: row, row.tag: row}
    missing = next((tag for tag in parsed if tag not in found), None)
    if missing is not None:
        text = _("There is no asset with the tag %(tag)s, or you may not see it.", tag=tags.grouped(missing))
        raise Invalid({"tag": [text]})
    return _chosen(dict.fromkeys(found[tag] for tag in parsed), only)


def everything(only: Printing | None = None) -> list[Printable]:
    """All assets in the order in which they were registered, for whoever operates the registry."""
    found: list[Printable] = []
    last = 0
    while keys := db.session.scalars(
        select(asset.c.id).where(asset.c.id > last).order_by(asset.c.id).limit(PART)
    ).all():
        found += _chosen(sorted(_read(None, asset.c.id.in_(keys))), only)
        last = keys[-1]
    return found


def contents(rows: Iterable[Printable], parts: Collection[Part], locale: str) -> list[Content]:
    """What the labels of some assets say, in a language."""
    return [_content(row, parts, locale) for row in rows]


def blank_contents(batch: str, parts: Collection[Part], locale: str) -> list[Content]:
    """What the labels of a batch say that are still blank: whose they are, if anything."""
    owner = organisation.c.name_en if locale == "en" else organisation.c.name_vi
    blank = (
        select(label.c.tag, owner)
        .join(organisation, organisation.c.id == label.c.organisation_id)
        .where(label.c.batch == batch, label.c.claimed_at.is_(None), label.c.revoked_at.is_(None))
        .order_by(label.c.id)
    )
    others = Part.OWNER in parts
    return [Content(tag, None, (fonts.clean(name),) if others else ()) for tag, name in db.session.execute(blank)]


def _under(person: Person, asked: Mapping[str, Any], only: Printing | None) -> Iterator[Printable]:
    """Assets under the filters of their list and in its order."""
    wanted = {name: value for name, value in asked.items() if name in FILTERS}
    cursor = None
    while True:
        page = lists.asset_page(person, today=clock.today(), **wanted, limit=PART, cursor=cursor)
        order = [line.tag for line in page.items]
        rows = {row.own_tag: row for row in _read(person, _called(order))}
        yield from _chosen((rows[tag] for tag in order if tag in rows), only)
        if page.next is None:
            return
        cursor = page.next


def _chosen(rows: Iterable[Printable], only: Printing | None) -> list[Printable]:
    match only:
        case Printing.UNPRINTED:
            return [row for row in rows if not row.printed]
        case Printing.OUTDATED:
            return [row for row in rows if row.printed and _is_outdated(row)]
        case _:
            return list(rows)


def _is_outdated(row: Printable) -> bool:
    return is_outdated(shows_due=row.shows_due, printed_due_on=row.printed_due_on, due_on=row.due_on)


def _called(wanted: Collection[str]) -> ColumnElement[bool]:
    return or_(asset.c.tag.in_(wanted), asset.c.label_tag.in_(wanted))


def _read(person: Person | None, condition: ColumnElement[bool]) -> list[Printable]:
    on_it = func.coalesce(asset.c.label_tag, asset.c.tag)
    chosen: Select[Any] = (
        select(
            asset.c.id,
            asset.c.owner_id,
            asset.c.tag,
            on_it,
            asset.c.name,
            asset.c.serial_no,
            asset.c.due_on,
            organisation.c.name_vi,
            organisation.c.name_en,
            label.c.printed_at.is_not(None),
            func.coalesce(label.c.shows_due, False),
            label.c.printed_due_on,
        )
        .join(organisation, organisation.c.id == asset.c.owner_id)
        .outerjoin(label, label.c.tag == on_it)
        .where(condition)
    )
    seen = chosen if person is None else assets.visible_to(person, chosen)
    return [Printable(*row) for row in db.session.execute(seen)]


def _content(row: Printable, parts: Collection[Part], locale: str) -> Content:
    others: list[str] = []
    if Part.DUE in parts and row.due_on is not None:
        others.append(_due(row.due_on, locale))
    if Part.SERIAL in parts and row.serial_no:
        others.append(f"{'SN' if locale == 'en' else 'Số'} {fonts.clean(row.serial_no)}")
    if Part.OWNER in parts:
        others.append(fonts.clean(row.owner_en if locale == "en" else row.owner_vi))
    return Content(row.tag, fonts.clean(row.name) if Part.NAME in parts else None, tuple(others))


def _plain(value: object) -> object:
    match value:
        case list() | tuple():
            return [_plain(one) for one in value]
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case _:
            return value


def _due(day: date, locale: str) -> str:
    return f"Due {day.day} {day:%b %Y}" if locale == "en" else f"Hạn {day:%d/%m/%Y}"
