"""What is done about results that were not satisfactory: cause, action and evidence, closed by a second person."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Select, exists, func, select
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
from registry.labs.proficiency.models import PtFollowUp, PtFollowUpWriter, PtParticipant, PtRound, PtScheme, PtScore
from registry.labs.proficiency.rules import FollowUpState
from registry.labs.proficiency.scores import Verdict

TIME_TO_ACT: Final = timedelta(days=30)
_table = PtFollowUp.__table__.c
BY_DUE: Final = paging.Order((_table.due_on, _table.id))
WORSE: Final = (Verdict.SATISFACTORY, Verdict.QUESTIONABLE, Verdict.UNSATISFACTORY)
NEEDED: Final = ("cause", "corrective_action", "evidence")


def follow(scores: Sequence[PtScore], *, evaluation: int = 1, by: Person | None) -> None:
    """Have each result that is not satisfactory followed up, by the newest evaluation of its round.

    What has no follow-up gets one; an open one gets the verdict, and is closed where the result is satisfactory after
    all. A closed one is open again where the result is worse than it was closed for, or an evaluation had closed it.
    """
    known = _known(scores)
    for score in scores:
        found = known.get((score.participant_id, score.measurand_id))
        is_bad = score.verdict is not Verdict.SATISFACTORY
        if found is None:
            if is_bad:
                _open(score, by)
        elif found.closed_at is None:
            _judge(found, score, None if is_bad else evaluation, by)
        elif is_bad and (found.settled_in is not None or _rank(score.verdict) > _rank(found.verdict)):
            _reopen(found, score, by)
    db.session.flush()


def _open(score: PtScore, by: Person | None) -> None:
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


def _judge(row: PtFollowUp, score: PtScore, settled_in: int | None, by: Person | None) -> None:
    if row.verdict is score.verdict:
        return
    changes: audit.Changes = {"verdict": [row.verdict, score.verdict]}
    row.verdict = score.verdict
    if settled_in is not None:
        row.closed_at, row.settled_in = clock.now(), settled_in
        row.closed_by_id = by.id if by else None
        changes["settled_in"] = [None, settled_in]
    audit.record("pt_follow_up.judge", ("pt_follow_up", row.id), changes, by=by)


def _reopen(row: PtFollowUp, score: PtScore, by: Person | None) -> None:
    """What was written stays and is added to; why it had been closed is in the log."""
    due_on = clock.today() + TIME_TO_ACT
    changes: audit.Changes = {"verdict": [row.verdict, score.verdict], "due_on": [row.due_on, due_on]}
    if row.conclusion is not None:
        changes["conclusion"] = [row.conclusion, None]
    row.verdict, row.due_on = score.verdict, due_on
    row.closed_at, row.closed_by_id, row.conclusion, row.settled_in = None, None, None, None
    audit.record("pt_follow_up.reopen", ("pt_follow_up", row.id), changes, by=by)


def _rank(verdict: Verdict) -> int:
    return WORSE.index(verdict)


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
    if due_on is not None and due_on != row.due_on and due_on < clock.today():
        raise Invalid({"due_on": [_("This day is past already; give today or a later day.")]})
    given = {"cause": cause, "corrective_action": corrective_action, "owner": owner}
    given |= {"evidence": evidence}
    for field, text in given.items():
        if text is not None:
            setattr(row, field, text or None)
    row.due_on = due_on or row.due_on
    changes = audit.changes_of(row)
    if changes:
        row.written_by_id = by.id if by else None
        if by is not None and not _is_known(row, by):
            db.session.add(PtFollowUpWriter(follow_up_id=row.id, person_id=by.id))
        audit.record("pt_follow_up.write", ("pt_follow_up", row.id), changes, by=by)
    db.session.flush()
    return row


def close(row: PtFollowUp, *, conclusion: str, by: Person | None) -> PtFollowUp:
    """Find that what was done is enough: a manager who wrote none of it, not even once. The row comes locked.

    Raises Invalid while cause, action or evidence are missing, Forbidden for who wrote some of it.
    """
    require(by, Verb.LAB_WRITE, row.lab.organisation_id)
    _refuse_closed(row)
    missing = [field for field in NEEDED if not getattr(row, field)]
    if missing:
        text = _("Write this down before the follow-up is closed.")
        raise Invalid({field: [text] for field in missing})
    if by is not None and wrote(row, by):
        raise Forbidden(_("Somebody who wrote none of it closes a follow-up; ask another manager."))
    row.closed_at, row.closed_by_id, row.conclusion = clock.now(), by.id if by else None, conclusion
    audit.record("pt_follow_up.close", ("pt_follow_up", row.id), {"conclusion": [None, conclusion]}, by=by)
    db.session.flush()
    return row


def wrote(row: PtFollowUp, person: Person) -> bool:
    """Whether a person ever wrote something of a follow-up, also where somebody wrote over it since."""
    return row.written_by_id == person.id or _is_known(row, person)


def _is_known(row: PtFollowUp, person: Person) -> bool:
    wrote = exists().where(PtFollowUpWriter.follow_up_id == row.id, PtFollowUpWriter.person_id == person.id)
    return bool(db.session.scalar(select(wrote)))


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
