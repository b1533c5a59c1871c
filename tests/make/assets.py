"""Assets for tests: made in an application context, flushed, and left to the caller to commit."""

from datetime import date
from typing import Any

from registry.accounts.queries import organisation_by_code
from registry.assets import tags
from registry.assets.models import SEARCHED, Asset, Schedule, search_words
from registry.assets.rules import Kind, Proof, ScheduleKind
from registry.kernel.db import db
from tests.people import CENTRE

ASSETS = "/api/v1/assets"


def schedule(
    kind: ScheduleKind = ScheduleKind.CALIBRATION,
    *,
    interval_months: int = 12,
    proof: Proof = Proof.MISSING,
    due_on: date | None = None,
    **terms: Any,
) -> Schedule:
    return Schedule(**{"kind": kind, "interval": interval_months, "proof": proof, "due_on": due_on} | terms)


def asset(
    *, owner: str = CENTRE, name: str = "Quả cân F1", schedules: list[Schedule] | None = None, **said: Any
) -> Asset:
    """An asset of an organisation; `proof` and `due_on` make one calibration schedule that says so."""
    if schedules is None:
        proof, due_on = said.pop("proof", Proof.NOT_REQUIRED), said.pop("due_on", None)
        proof = Proof.GOOD if due_on is not None and proof is Proof.NOT_REQUIRED else proof
        schedules = [] if proof is Proof.NOT_REQUIRED else [schedule(proof=proof, due_on=due_on)]
        said |= {"proof": proof, "due_on": due_on}
    row = Asset(
        tag=tags.new(),
        name=name,
        owner_id=organisation_by_code(owner).id,
        schedules=schedules,
        **{"kind": Kind.STANDARD} | said,
    )
    row.search = search_words({name: getattr(row, name) for name in SEARCHED})
    db.session.add(row)
    db.session.flush()
    return row


def said(**changes: Any) -> dict[str, Any]:
    """The body that registers an asset of the centre through the API."""
    return {"kind": "standard", "name": "Quả cân F1", "owner": CENTRE} | changes


def registered(who: Any, **changes: Any) -> dict[str, Any]:
    answer = who.post(ASSETS, json=said(**changes))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def patched(who: Any, tag: str, etag: str | None = None, **changes: Any) -> Any:
    etag = etag or who.get(f"{ASSETS}/{tag}").headers["ETag"]
    return who.patch(f"{ASSETS}/{tag}", json=changes, headers={"If-Match": etag})
