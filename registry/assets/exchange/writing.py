"""Rows that were judged good become assets: new ones in a few statements, changed ones by the action that edits.

What a new asset is made of is what `assets.actions.register` makes of the same words; a test holds the two together.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final

from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets import actions, law, tags
from registry.assets.exchange import belongings
from registry.assets.exchange.amending import amend, is_simple
from registry.assets.exchange.holdings import CHARACTERISTIC_FIELDS, asset, characteristic, folded, schedule
from registry.assets.exchange.judged import Judged
from registry.assets.exchange.matching import given
from registry.assets.models import NO_END, SORTED_LETTERS, Asset, search_words
from registry.assets.rules import Kind, Proof, Status
from registry.assets.schedules import columns
from registry.kernel import audit, clock
from registry.kernel.db import db, rows
from registry.kernel.errors import Refusal
from registry.sheets.models import Outcome
from registry.sheets.running import insert

NOTHING: Final = dict.fromkeys(column.name for column in asset.columns if column.name != "id")
NOT_TOLD: Final = frozenset(
    {"owner_id", "parent_id", "instrument_type_id", "search", "version", "due_order", "name_order"}
)
AT_ONCE: Final = 100  # rows under one savepoint
Deed = tuple[Judged, Callable[[], None]]
NO_NUMBERS: Final = dict.fromkeys(CHARACTERISTIC_FIELDS)


def register(part: Sequence[Judged], *, by: Person | None) -> None:
    """Register every row of a part that is new; each gets its tag. What has a data sheet goes by itself."""
    new = [row for row in part if row.outcome is Outcome.NEW]
    together = [row for row in new if not _is_alone(row)]
    if together:
        _register_together(together, by)
    _attempt([(row, partial(_register_one, row, by)) for row in new if _is_alone(row)], by, [])
    _explain([row for row in new if row.outcome is Outcome.NEW], by)


def _explain(part: Sequence[Judged], by: Person | None) -> None:
    """Keep in the log why what is new has a status that has to be explained."""
    reasons = ((row.tag, given(row.said.plain, "status_reason")) for row in part)
    told = [(("asset", tag), {"status_reason": [None, reason]}) for tag, reason in reasons if reason]
    if told:
        audit.record_all("asset.status", told, by=by)


def _register_together(part: Sequence[Judged], by: Person | None) -> None:
    now = clock.now()
    made = [_made(row, now) for row in part]
    insert(asset.insert(), made)
    found = db.session.execute(select(asset.c.tag, asset.c.id).where(asset.c.tag.in_([row["tag"] for row in made])))
    ids = {tag: key for tag, key in found}  # noqa: C416 — rows are no pairs to dict()
    insert(
        characteristic.insert(),
        [
            {"asset_id": ids[row.tag], "position": place, **NO_NUMBERS, **values}
            for row in part
            for place, values in enumerate(row.values["characteristics"])
        ],
    )
    insert(
        schedule.insert(),
        [
            {"asset_id": ids[row.tag], "kind": values["kind"], "proof": Proof.MISSING, **columns(values)}
            for row in part
            for values in row.values["schedules"]
        ],
    )
    law.mark([ids[row.tag] for row in part if row.type_id or row.joins or row.values["kind"] is not Kind.INSTRUMENT])
    told = ((("asset", row.tag), _told(row, values)) for row, values in zip(part, made, strict=True))
    audit.record_all("asset.register", told, by=by)


def edit(part: Sequence[Judged], *, by: Person | None, keep: bool) -> None:
    """Change what rows change; those that are refused say why.

    Without `keep` all of it is undone again: only the answers count.
    """
    changing = [row for row in part if row.outcome is Outcome.CHANGED]
    if keep:
        amend([row for row in changing if is_simple(row)], by=by)
    changed = {row.held.id: row for row in changing if row.held and not is_simple(row)}
    alone = [row for row in part if row.outcome is Outcome.NEW and _is_alone(row)] if not keep else []
    if not changed and not alone:
        return
    with nullcontext() if keep else db.session.begin_nested() as trial:
        wanted = select(Asset).where(Asset.id.in_(changed)).order_by(Asset.id).execution_options(populate_existing=True)
        tried: list[Judged] = []
        edits = [(changed[found.id], partial(_edit_one, changed[found.id], found, by)) for found in rows(wanted)]
        _attempt([*edits, *((row, partial(_register_one, row, by)) for row in alone)], by, tried)
        for row in (*alone, *tried):
            row.tag = row.version = None
        if trial is not None:
            trial.rollback()


def _is_alone(row: Judged) -> bool:
    """Whether a new row takes more than what many are made of together."""
    return bool(row.belongings or (row.joins is None and (row.values.get("parent") or row.whole)))


def _attempt(deeds: Sequence[Deed], by: Person | None, tried: list[Judged]) -> None:
    """Do what each row asks for, or nothing of it: what is refused is said of the row.

    Most rows are good: many are done under one savepoint, and only where one is refused each under its own. At every
    savepoint SQLite writes its search index down.
    """
    waiting = iter(deeds)
    while some := list(islice(waiting, AT_ONCE)):
        try:
            _do(some, by, tried)
        except Refusal:
            for deed in some:
                try:
                    _do([deed], by, tried)
                except Refusal as refusal:
                    deed[0].refuse(refusal)


def _do(deeds: Sequence[Deed], by: Person | None, tried: list[Judged]) -> None:
    before = len(tried)
    try:
        with db.session.begin_nested():
            for row, deed in deeds:
                _bring_about(row, by, tried)
                deed()
    except Refusal:
        for row in (*tried[before:], *(row for row, _deed in deeds if row.outcome is Outcome.NEW)):
            row.tag = row.version = None
        del tried[before:]
        raise


def _bring_about(row: Judged, by: Person | None, tried: list[Judged]) -> None:
    """Register the set that a row names where only another row tells of it, as is only so in a trial."""
    if row.whole is None:
        return
    if row.whole.tag is None:
        _bring_about(row.whole, by, tried)
        row.whole.tag = actions.register(**row.whole.values, by=by).tag
        tried.append(row.whole)
    row.values["parent"] = row.whole.tag


def _edit_one(row: Judged, found: Asset, by: Person | None) -> None:
    if row.values:
        actions.edit(found, **row.values, by=by)
    belongings.record(found, row.belongings, by)
    row.version = found.version


def _register_one(row: Judged, by: Person | None) -> None:
    made = actions.register(**row.values, by=by)
    belongings.record(made, row.belongings, by)
    row.tag, row.version = made.tag, made.version


def _made(row: Judged, now: datetime) -> dict[str, Any]:
    """The columns of a new asset."""
    row.tag, row.version = tags.new(), 1
    said = {name: value or None for name, value in row.values.items() if name in NOTHING}
    values = NOTHING | {"status": Status.IN_SERVICE} | {name: value for name, value in said.items() if value}
    values["tag"], values["owner_id"] = row.tag, row.owner.id if row.owner else None
    values["parent_id"] = row.joins[0] if row.joins else None
    values["instrument_type_id"] = row.type_id
    values["proof"] = Proof.MISSING if row.values["schedules"] else Proof.NOT_REQUIRED
    values["search"] = search_words(values)
    values["name_order"], values["due_order"] = folded(values["name"])[:SORTED_LETTERS], NO_END
    values["created_at"], values["version"] = now, 1
    return values


def _told(row: Judged, values: dict[str, Any]) -> audit.Changes:
    """What the log says of a new asset."""
    changes: audit.Changes = {
        name: [None, value] for name, value in values.items() if value is not None and name not in NOT_TOLD
    }
    changes["owner"] = [None, row.owner.code if row.owner else None]
    if row.joins:
        changes["parent"] = [None, row.joins[1]]
    for name in ("characteristics", "schedules"):
        if row.values[name]:
            changes[name] = [[], [(NO_NUMBERS if name == "characteristics" else {}) | one for one in row.values[name]]]
    return changes
