"""What is done about results that were not satisfactory: cause, action and evidence, closed by a second person."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock, paging
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from registry.kernel.i18n import _
from registry.labs.models import Lab
from registry.labs.proficiency.models import PtFollowUp, PtParticipant, PtRound, PtScheme, PtScore
from registry.labs.proficiency.rules import FollowUpState
from registry.labs.proficiency.scores import Verdict

TIME_TO_ACT: Final = timedelta(days=30)
_table = PtFollowUp.__table__.c
BY_DUE: Final = paging.Order((_table.due_on, _table.id))
NEEDED: Final = ("cause", "corrective_action", "evidence")


def follow(scores: Sequence[PtScore], *, by: Person | None) -> None:
    """Open a follow-up for each result that is not satisfactory and has none; one that is open gets the verdict."""
    bad = [score for score in scores if score.verdict is not Verdict.SATISFACTORY]
    known = _known(bad)
    for score in bad:
        found = known.get((score.participant_id, score.measurand_id))
        if found is None:
            row = PtFollowUp(
                lab_id=score.lab_id,
                participant_id=score.participant_id,
                measurand_id=score.measurand_id,
                verdict=score.verdict,
                due_on=clock.today() + TIME_TO_ACT,
            )
            db.session.add(row)
            db.session.flush()
            changes: audit.Changes = {"verdict": [None, score.verdict], "due_on": [None, row.due_on]}
            audit.record("pt_follow_up.open", ("pt_follow_up", row.id), changes, by=by)
        elif found.closed_at is None and found.verdict is not score.verdict:
            before, found.verdict = found.verdict, score.verdict
            changes = {"verdict": [before, score.verdict]}
            audit.record("pt_follow_up.judge", ("pt_follow_up", found.id), changes, by=by)
    db.session.flush()


def write(
    row: PtFollowUp,
    *,
    cause: str | None = None,
    corrective_action: str | None = None,
    owner: str | None = None,
    due_on: date | None = None,
    evidence: str | None = None,
    by: Person | None,
) -> PtFollowUp:
    """Write down what is given of cause, action, who does it until when, and evidence. The row comes locked."""
    require(by, Verb.CALIBRATION_RECORD, row.lab.organisation_id)
    _refuse_closed(row)
    given = {"cause": cause, "corrective_action": corrective_action, "owner": owner}
    given |= {"evidence": evidence}
    for field, text in given.items():
        if text is not None:
            setattr(row, field, text or None)
    row.due_on = due_on or row.due_on
    changes = audit.changes_of(row)
    if changes:
        row.written_by_id = by.id if by else None
        audit.record("pt_follow_up.write", ("pt_follow_up", row.id), changes, by=by)
    db.session.flush()
    return row


def close(row: PtFollowUp, *, conclusion: str, by: Person | None) -> PtFollowUp:
    """Find that what was done is enough: a manager who did not write it. The row comes locked.

    Raises Invalid while cause, action or evidence are missing, Forbidden for who wrote it.
    """
    require(by, Verb.LAB_WRITE, row.lab.organisation_id)
    _refuse_closed(row)
    missing = [field for field in NEEDED if not getattr(row, field)]
    if missing:
        text = _("Write this down before the follow-up is closed.")
        raise Invalid({field: [text] for field in missing})
    if by is not None and row.written_by_id == by.id:
        raise Forbidden(_("Somebody else than who wrote it closes a follow-up; ask another manager."))
    row.closed_at, row.closed_by_id, row.conclusion = clock.now(), by.id if by else None, conclusion
    audit.record("pt_follow_up.close", ("pt_follow_up", row.id), {"conclusion": [None, conclusion]}, by=by)
    db.session.flush()
    return row


def by_id(person: Person, key: int, *, lock: bool = False) -> PtFollowUp:
    """A follow-up of a laboratory whose records the person may read; raises NotFound else."""
    wanted = _follow_ups(person).where(PtFollowUp.id == key).execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=PtFollowUp) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no follow-up with the number %(key)s, or you may not see it.", key=key))
    return found


def page_of(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    state: FollowUpState | None = None,
    lab: str | None = None,
) -> paging.Page[PtFollowUp]:
    """Visible follow-ups, those due first in front."""
    wanted = _follow_ups(person)
    if state is FollowUpState.CLOSED:
        wanted = wanted.where(PtFollowUp.closed_at.is_not(None))
    elif state is not None:
        wanted = wanted.where(PtFollowUp.closed_at.is_(None))
    if state is FollowUpState.OVERDUE:
        wanted = wanted.where(PtFollowUp.due_on < clock.today())
    if lab is not None:
        wanted = wanted.where(Lab.code == lab)
    return paging.page(wanted, BY_DUE, limit=limit, cursor=cursor, count=count)


def open_in(lab: Lab) -> int:
    """How many follow-ups of a laboratory are open."""
    wanted = select(func.count()).where(PtFollowUp.lab_id == lab.id, PtFollowUp.closed_at.is_(None))
    return db.session.scalar(wanted) or 0


def _follow_ups(person: Person) -> Select[PtFollowUp]:
    reach = accounts.reach(person)
    wanted = _shown(select(PtFollowUp).join(Lab, Lab.id == PtFollowUp.lab_id))
    return wanted if reach is None else wanted.where(Lab.organisation_id.in_(reach))


def _shown(wanted: Select[PtFollowUp]) -> Select[PtFollowUp]:
    of_round = joinedload(PtFollowUp.participant).joinedload(PtParticipant.round).joinedload(PtRound.scheme)
    return wanted.options(
        contains_eager(PtFollowUp.lab),
        of_round.joinedload(PtScheme.organisation),
        joinedload(PtFollowUp.measurand),
        joinedload(PtFollowUp.written_by).lazyload(Person.memberships),
        joinedload(PtFollowUp.closed_by).lazyload(Person.memberships),
    )


def _known(scores: Iterable[PtScore]) -> dict[tuple[int, int], PtFollowUp]:
    wanted = {score.participant_id for score in scores}
    found = db.session.scalars(select(PtFollowUp).where(PtFollowUp.participant_id.in_(wanted)))
    return {(row.participant_id, row.measurand_id): row for row in found} if wanted else {}


def _refuse_closed(row: PtFollowUp) -> None:
    if row.closed_at is not None:
        raise Conflict(_("This follow-up is closed; what was written stays."))
