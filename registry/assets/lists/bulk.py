"""The same change to many assets: shown first, then made in one go, by the very code that changes one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets import actions
from registry.assets.lifecycle.rules import check_reason
from registry.assets.lists import queries
from registry.assets.models import Asset
from registry.assets.queries import ids_by_tag, unknown, visible_to
from registry.assets.rules import ScheduleKind
from registry.assets.schedules import ScheduleValues, in_a_word, interval_of, told
from registry.assets.tags import parse
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Messages, Refusal
from registry.kernel.i18n import _

MOST: Final = 500
WATCHED: Final = (
    *("location", "custodian", "instrument_type", "status", "restriction"),
    *("manufacturer", "model", "standard_class", "commissioned_on"),
)


class Outcome(NamedTuple):
    """What a change does to one asset: fields with old and new value, or why it is refused; nothing is no change."""

    tag: str
    name: str
    version: int
    changes: dict[str, list[object]]
    refusals: Messages


def preview(
    *,
    tags: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    change: Mapping[str, Any],
    by: Person,
) -> list[Outcome]:
    """What a change would do to each asset of some tags, or under some filters: it is made, looked at, and undone."""
    wanted = tags if where is None else queries.tags_of(by, clock.today(), where, most=MOST)
    trial = db.session.begin_nested()
    try:
        return [_attempted(tag, asset, change, None, by) for tag, asset in _locked(wanted, by)]
    finally:
        trial.rollback()


def apply(
    *, versions: Mapping[str, int], change: Mapping[str, Any], skip_refused: bool = False, by: Person
) -> list[Outcome]:
    """Change assets that still have the version that was shown: all, or those that can be changed.

    Raises Conflict that names every refusal when one of them is refused and none is to be skipped.
    """
    outcomes = [_attempted(tag, asset, change, versions.get(tag, -1), by) for tag, asset in _locked(list(versions), by)]
    refused = {outcome.tag: _sentence(outcome) for outcome in outcomes if outcome.refusals}
    if refused and not skip_refused:
        message = _("Nothing was changed, because %(count)s of the assets cannot be: see errors.", count=len(refused))
        raise Conflict(message, errors={f"items.{tag}": [text] for tag, text in refused.items()})
    return outcomes


def summed_up(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Outcomes with how many there are of each sort."""
    refused = sum(bool(outcome.refusals) for outcome in outcomes)
    changed = sum(bool(outcome.changes) for outcome in outcomes)
    unchanged = len(outcomes) - refused - changed
    return {"items": outcomes, "changed": changed, "unchanged": unchanged, "refused": refused}


def _locked(wanted: Sequence[str], by: Person) -> list[tuple[str, Asset | None]]:
    """The assets of some tags, None for those the person does not see; locked in one order, lest two block."""
    parsed = list(dict.fromkeys(parse(tag) for tag in wanted))
    if len(parsed) > MOST:
        text = _("Choose at most %(most)s assets at once; these are %(count)s.", most=MOST, count=len(parsed))
        raise Invalid({"tags": [text]})
    keys = ids_by_tag(parsed)
    seen = visible_to(by, select(Asset).where(Asset.id.in_(set(keys.values())))).order_by(Asset.id)
    locked = seen.with_for_update(of=Asset).execution_options(populate_existing=True)
    found: dict[int, Asset] = {asset.id: asset for asset in db.session.scalars(locked)}
    once = {keys.get(tag, tag): tag for tag in reversed(parsed)}  # under two of its tags, an asset is one
    return [(tag, found.get(keys.get(tag, 0))) for tag in parsed if once[keys.get(tag, tag)] == tag]


def _attempted(tag: str, asset: Asset | None, said: Mapping[str, Any], version: int | None, by: Person) -> Outcome:
    if asset is None:
        return Outcome(tag, "", 0, {}, {"tag": [unknown(tag).detail]})
    name, held = asset.name, asset.version
    if version is not None and version != held:
        text = _("Somebody changed it after you looked. Look again, then repeat your change.")
        return Outcome(tag, name, held, {}, {"version": [text]})
    before = _told(asset)
    try:
        with db.session.begin_nested():
            if "status" in said:
                check_reason(said["status"], said.get("status_reason"), "status_reason")
            actions.edit(asset, **_edit(asset, said), by=by)
            after = _told(asset)
    except Refusal as refusal:
        return Outcome(tag, name, held, {}, refusal.errors or {"asset": [refusal.detail]})
    changes = {field: [before[field], after[field]] for field in before if before[field] != after[field]}
    return Outcome(tag, name, held if version is None else asset.version, changes, {})


def _edit(asset: Asset, said: Mapping[str, Any]) -> dict[str, Any]:
    """The change in the words of `actions.edit`: a schedule is added to, or taken from, those an asset has."""
    edit = {name: value for name, value in said.items() if name not in {"add_schedule", "remove_schedule"}}
    added: ScheduleValues | None = said.get("add_schedule")
    removed: ScheduleKind | None = said.get("remove_schedule")
    if added is None and removed is None:
        return edit
    kinds = {removed, added["kind"] if added else None}
    kept: list[ScheduleValues] = [told(held) for held in asset.required_schedules if held.kind not in kinds]
    return edit | {"schedules": [*kept, *([added] if added else [])]}


def _told(asset: Asset) -> dict[str, object]:
    said = {field: getattr(asset, field) for field in WATCHED} | {"owner": asset.owner.code}
    return said | {"schedules": {held.kind.value: in_a_word(interval_of(held)) for held in asset.required_schedules}}


def _sentence(outcome: Outcome) -> str:
    return " ".join(message for messages in outcome.refusals.values() for message in messages)
