"""What a person put off of what lapses of laboratories: with a reason, until a day; then it is told again."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.notices.models import LapseSnooze
from registry.calibration.notices.rules import check_snooze
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.labs.lapses.queries import lapses
from registry.labs.lapses.rules import Lapse, LapseKind

Key = tuple[int, str, str, date]


def key_of(one: Lapse | LapseSnooze) -> Key:
    """What tells one thing that lapses from another."""
    return one.lab_id, str(one.kind), one.what, one.lapses_on


def held(person: Person) -> Sequence[LapseSnooze]:
    """What a person put off and was not told again, the first to be told in front."""
    wanted = select(LapseSnooze).where(LapseSnooze.person_id == person.id, LapseSnooze.ended_on.is_(None))
    wanted = wanted.options(joinedload(LapseSnooze.lab, innerjoin=True))
    return db.session.scalars(wanted.order_by(LapseSnooze.until, LapseSnooze.id)).all()


def by_key(person: Person, key: int) -> LapseSnooze:
    """One of a person's own that still holds; raises NotFound."""
    found = next((one for one in held(person) if one.id == key), None)
    if found is None:
        raise NotFound(_("You put nothing off under %(key)s.", key=key))
    return found


def lapse_field(person: Person, *, lab: str, kind: LapseKind, what: str, lapses_on: date) -> Lapse:
    """What lapses of a laboratory that a person keeps; raises Invalid."""
    found = lapses(accounts.acting(person, Verb.LAB_WRITE), lapses_on, lapses_on)
    named = (lab, kind.value, what)
    one = next((lapse for lapse in found if (lapse.code, str(lapse.kind), lapse.what) == named), None)
    if one is None:
        raise Invalid({"what": [_("Nothing of your laboratories with that name lapses on that day.")]})
    return one


def snooze(  # noqa: PLR0913 — what lapses has four names
    *, lab: str, kind: LapseKind, what: str, lapses_on: date, until: date, reason: str, by: Person
) -> LapseSnooze:
    """Put off being told that something lapses; what one put off before is put off anew. Raises Invalid."""
    require(by, Verb.LAB_WRITE)
    lapse = lapse_field(by, lab=lab, kind=kind, what=what, lapses_on=lapses_on)
    if faults := check_snooze(until, reason, clock.today()):
        raise Invalid(faults)
    for earlier in held(by):
        if key_of(earlier) == key_of(lapse):
            earlier.ended_on = clock.today()
    db.session.flush()
    made = LapseSnooze(
        person_id=by.id,
        lab_id=lapse.lab_id,
        kind=str(lapse.kind),
        what=lapse.what,
        lapses_on=lapse.lapses_on,
        until=until,
        reason=reason,
    )
    db.session.add(made)
    changes: audit.Changes = {"kind": [None, kind], "what": [None, what]}
    changes |= {"snoozed_until": [None, until], "reason": [None, reason]}
    audit.record("notices.snooze_lapse", ("lab", lab), changes, by=by)
    db.session.flush()
    return by_key(by, made.id)


def lift(one: LapseSnooze, *, by: Person) -> LapseSnooze:
    """End one's own before its day."""
    one.ended_on = clock.today()
    changes: audit.Changes = {"what": [one.what, None], "snoozed_until": [one.until, None]}
    audit.record("notices.lift_lapse", ("lab", one.lab.code), changes, by=by)
    db.session.flush()
    return one


def put_off(person: Person) -> Mapping[Key, date]:
    """Until when a person does not want to be told of what."""
    return {key_of(one): one.until for one in held(person)}


def end(person: Person, on: date) -> None:
    """What was put off until a day is told again by then."""
    over = update(LapseSnooze).where(
        LapseSnooze.person_id == person.id, LapseSnooze.ended_on.is_(None), LapseSnooze.until <= on
    )
    db.session.execute(over.values(ended_on=on))
