"""What an asset has to undergo is agreed: schedules take the place of those before, and what they say is summed up."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.accounts.models import Person
from registry.assets.lengthening import refuse_longer
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof, ScheduleKind, is_unstated, summed_up
from registry.assets.schedules import ScheduleValues, check_schedules, columns, terms_of, told
from registry.assets.types.links import period_of_law, refuse_unlawful
from registry.kernel import audit


def agree(asset: Asset, given: Sequence[ScheduleValues], by: Person | None) -> audit.Changes:
    """Put schedules in the place of those before; one taken up again waits for a new proof.

    Who may is decided by the caller. Raises Invalid beside `schedules`.
    """
    kept = {schedule.kind: terms_of(schedule) for schedule in asset.schedules}
    is_verified = any(values["kind"] is ScheduleKind.VERIFICATION for values in given)
    cycle = period_of_law(asset) if is_verified else None
    check_schedules(given, kept, cycle)
    refuse_unlawful(asset, given)
    refuse_longer(asset, given, by)
    before = _schedules(asset)
    held = {schedule.kind: schedule for schedule in asset.schedules}
    for values in given:
        said = columns(values, kept.get(values["kind"]), cycle)
        _agree(asset, held.pop(values["kind"], None), values, said)
    for schedule in held.values():
        schedule.proof, schedule.due_on, schedule.planned_on = Proof.NOT_REQUIRED, None, None
    sum_up(asset)
    after = _schedules(asset)
    return {"schedules": [before, after]} if before != after else {}


def sum_up(asset: Asset) -> None:
    """Let an asset's proof and due date be those of its schedules, of other work that counts, and its shelf life."""
    proofs, ends = asset.proofs, asset.expires_on
    unstated = is_unstated(asset.kind, proofs, ends, asset.parent_id)
    asset.proof, asset.due_on = summed_up(proofs, ends, unverified=bool(asset.unverified), unstated=unstated)


def _agree(asset: Asset, schedule: Schedule | None, values: ScheduleValues, said: Mapping[str, Any]) -> None:
    """Give an asset a schedule, or the one it has other terms."""
    if schedule is None:
        asset.schedules.append(Schedule(kind=values["kind"], **said))
        return
    for name, value in said.items():
        setattr(schedule, name, value)
    if schedule.proof is Proof.NOT_REQUIRED:
        schedule.proof = Proof.MISSING


def _schedules(asset: Asset) -> list[object]:
    return [told(held) for held in asset.required_schedules]
