"""A record and the rows that count it as one: an annex row and the goals above it.

What counts at the annex row counts at its goals, so that it has one day at all of them, and what is taken out at the
row falls from the goals as well, unless the decision at the goal says that it counts in its own right
(`also_counted_in`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from registry.accounts.models import Person
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.plan import progress
from registry.plan.evidence.claims import Place, among
from registry.plan.models import Evidence, EvidenceState
from registry.plan.records import Record

COUNTED, EXCLUDED = EvidenceState.COUNTED, EvidenceState.EXCLUDED


class Same(NamedTuple):
    """What was decided about records at the annex rows of a goal (`below`), and at the goals of a row (`above`)."""

    below: Mapping[Record, Sequence[Evidence]]
    above: Mapping[Record, Sequence[Evidence]]

    def leading(self, record: Record) -> Evidence | None:
        """Where a record counts already so that it counts here too, and on which day."""
        return next((one for one in self.below.get(record, ()) if one.state is COUNTED), None)


def same(at: Place, about: Collection[Record]) -> Same:
    """Everything that was decided about some records at the rows that count them as one with a row: one statement."""
    rows = progress.counted_rows(at.version)
    annex = at.row.details.get("annex_rows", ())
    below = {row.indicator_id for row in rows if row.code in annex}
    above = {row.indicator_id for row in rows if at.row.code in row.details.get("annex_rows", ())}
    parts: tuple[dict[Record, list[Evidence]], dict[Record, list[Evidence]]] = {}, {}
    if about and (below or above):
        wanted = select(Evidence).where(Evidence.indicator_id.in_(below | above), among(about)).order_by(Evidence.id)
        with db.session.no_autoflush:
            found = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
        for one in found:
            part = parts[0] if one.indicator_id in below else parts[1]
            part.setdefault(Record(one.record_type, one.record_id), []).append(one)
    return Same(*parts)


def check(evidence: Evidence, found: Same) -> None:
    """Raise where a record would count here on another day than below, or although it was taken out there."""
    if evidence.state is not COUNTED:
        return
    for one in found.below.get(_record(evidence), ()):
        code = _code(one)
        if one.state is COUNTED and one.counted_on != evidence.counted_on:
            message = _(
                "It counts for %(row)s on %(day)s, and so it does here: one record counts on one day. Change the day "
                "there.",
                row=code,
                day=said_day(one.counted_on),
            )
            raise Invalid({"counted_on": [message]})
        if one.state is EXCLUDED and code not in evidence.also_counted_in:
            raise Conflict(
                _(
                    "%(row)s, whose records count here, took it out: %(reason)s. Say that it counts here all the same "
                    "by naming that row in also_counted_in, with a reason.",
                    row=code,
                    reason=one.reason or "",
                )
            )


def moved(evidence: Evidence, at: Place, found: Same) -> list[date]:
    """The days whose numbers above move with a decision."""
    return [one.counted_on for one in _following(evidence, at, found)]


def follow(evidence: Evidence, at: Place, found: Same, by: Person | None) -> None:
    """Move what counts above to the day here, or take it out as here; each is written down where it stands."""
    for one in _following(evidence, at, found):
        if evidence.state is EXCLUDED:
            one.state, one.reason, one.sole_key = EXCLUDED, evidence.reason, None
        else:
            one.counted_on, one.reason = evidence.counted_on, one.reason or evidence.reason
        changes = audit.changes_of(one)
        one.decided_by_id, one.decided_at = by.id if by else None, clock.now()
        changes |= {name: [getattr(one, name)] * 2 for name in ("record_type", "record_id")}
        audit.record(f"evidence.{one.state}", ("indicator", f"{at.plan.code}/{_code(one)}"), changes, by=by)


def _following(evidence: Evidence, at: Place, found: Same) -> list[Evidence]:
    counting = [one for one in found.above.get(_record(evidence), ()) if one.state is COUNTED]
    if evidence.state is EXCLUDED:
        return [one for one in counting if at.row.code not in one.also_counted_in]
    if evidence.state is COUNTED:
        return [one for one in counting if one.counted_on != evidence.counted_on]
    return []


def _record(evidence: Evidence) -> Record:
    return Record(evidence.record_type, evidence.record_id)


def _code(evidence: Evidence) -> str:
    return evidence.indicator.code
