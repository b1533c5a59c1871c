"""The inventory as a sheet that can be imported again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select

from registry.accounts.models import Person
from registry.assets.exchange import belongings
from registry.assets.exchange.columns import MOST_GROUPS, all_columns
from registry.assets.exchange.holdings import Held, Owners, asset, by_tags, characteristic
from registry.assets.exchange.words import SHOWN_ONLY
from registry.assets.lists import queries as lists
from registry.assets.lists.seen import sheet
from registry.assets.rules import ScheduleKind
from registry.assets.schemas import AssetQuery
from registry.kernel import clock
from registry.kernel.db import db
from registry.sheets.columns import Column, Reading
from registry.sheets.downloads import Value, written
from registry.sheets.models import Form
from registry.sheets.reading import often

PART: Final = 1000
LABELLED: Final = {"tag": "label_tag", "parent": "parent_label_tag"}  # what stands on a thing is what people compare
NOT_WRITTEN: Final = frozenset({"status_reason"})


def exported(form: Form, filters: Mapping[str, Any], *, locale: str, by: Person | None) -> tuple[bytes, int]:
    """A file of the assets that a person sees under filters, and how many they are; without a person all of them.

    `filters` are the words of a request, as AssetQuery loads them; with `columns` among them the file is of exactly
    what the list shows, and cannot be imported again.
    """
    if by is not None and filters.get("columns"):
        return sheet(form, filters, by=by)
    groups = db.session.scalar(select(func.max(characteristic.c.position) + 1)) or 1
    columns = [column for column in all_columns(min(groups, MOST_GROUPS)) if column.key not in NOT_WRITTEN]
    counted = 0

    def rows() -> Iterator[Sequence[Value]]:
        nonlocal counted
        owners = Owners(by)
        for part in _parts(filters, by):
            held = by_tags(set(part), owners, lock=False)
            beside = belongings.recorded([one.id for one in held.values()])
            for tag in part:
                if tag in held:
                    counted += 1
                    yield [
                        *(_value(column, held[tag], beside[held[tag].id], owners, locale) for column in columns),
                        held[tag].plain["due_on"],
                    ]

    headings = [*(column.heading for column in columns), *(f"{vi} / {en}" for vi, en in SHOWN_ONLY)]
    title = "Thiết bị" if locale == "vi" else "Assets"
    return written(form, title, headings, rows()), counted


def _parts(filters: Mapping[str, Any], by: Person | None) -> Iterator[Sequence[str]]:
    """The tags, part by part: in the order of the list, or in that in which assets were registered."""
    if by is not None:
        asked: dict[str, Any] = dict(AssetQuery().load(dict(filters))) | {"limit": PART, "cursor": None}
        while True:
            page = lists.asset_page(by, today=clock.today(), **asked)
            yield [line.tag for line in page.items]
            if page.next is None:
                return
            asked["cursor"] = page.next
    last = 0
    while True:
        wanted = select(asset.c.id, asset.c.tag).where(asset.c.id > last).order_by(asset.c.id).limit(PART)
        found = db.session.execute(wanted).all()
        if not found:
            return
        yield [tag for _key, tag in found]
        last = found[-1][0]


def _value(column: Column, held: Held, beside: Mapping[str, Any], owners: Owners, locale: str) -> Value:
    first, _dot, rest = column.key.partition(".")
    if first in {"material", "software"}:
        noted: Value = beside.get(column.key)
        return noted
    if first == "schedules":
        interval = held.schedules.get(ScheduleKind(rest))
        return interval and often(interval, locale)
    if first == "characteristics":
        place, _dot, name = rest.partition(".")
        said: Value = held.characteristics[int(place)][name] if int(place) < len(held.characteristics) else None
        return said
    if column.key == "owner":
        return owners.by_id[held.plain["owner_id"]].code
    value: Value = held.plain.get(LABELLED.get(column.key, "")) or held.plain[column.key]
    if column.reading is Reading.CHOICE and value is not None:
        return column.word(str(value), locale)
    return value
