"""How decisions about items of a case are written down: none over one that was not seen, and with what was before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from registry.calibration.cases import calling, doubts
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import IN_SCOPE, Disposition, Significance
from registry.calibration.cases.words import disposition_text
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day

LONGEST_WAIT: Final = timedelta(days=92)  # for new work that a decision asks for


def work_due_on(disposition: Disposition, said: date | None, today: date) -> date | None:
    """By which day a decision asks for new work, inclusive: at once, unless a later day is said for new calibration.

    None where it asks for none. Raises Invalid beside `work_due_on`.
    """
    if said is None:
        return None if disposition is Disposition.NO_EFFECT else today
    if disposition is not Disposition.RECALIBRATE:
        text = _("Only what is to be calibrated or verified again has a last day; leave it empty here.")
        raise Invalid({"work_due_on": [text]})
    if not today <= said <= today + LONGEST_WAIT:
        raise Invalid(
            {
                "work_due_on": [
                    _(
                        "%(day)s is not from today on and up to %(last)s; give a day between them.",
                        day=said_day(said),
                        last=said_day(today + LONGEST_WAIT),
                    )
                ]
            }
        )
    return said


def chosen(case: Case, keys: Sequence[int], seen: datetime | None) -> list[CaseItem]:
    """The items of a case by their keys, none of them decided after `seen`, which is the newest decision known.

    Raises Invalid beside a key that is not of this case, and Conflict. Who holds the lock of the case decides alone, so
    that times of decisions follow each other as decisions do.
    """
    if seen is not None and seen > clock.now():
        raise Invalid(
            {"seen": [_("Nobody has seen a decision of the future; give the time of the newest one you saw.")]}
        )
    wanted = select(CaseItem).where(CaseItem.case_id == case.id, CaseItem.bearing.in_(IN_SCOPE), CaseItem.id.in_(keys))
    found = {item.id: item for item in db.session.scalars(wanted.execution_options(populate_existing=True))}
    strange = {
        f"items.{place}": [_("Item %(key)s is not one that is decided in this case.", key=key)]
        for place, key in enumerate(keys)
        if key not in found
    }
    if strange:
        raise Invalid(strange)
    for item in found.values():
        if item.disposition is not None and (seen is None or item.disposed_at is None or item.disposed_at > seen):
            text = _(
                "%(who)s has decided about item %(key)s already: %(what)s. Look at that before you decide otherwise.",
                who=item.disposed_actor,
                key=item.id,
                what=disposition_text(item.disposition, item.calibration.kind),
            )
            raise Conflict(text, errors={"items": [text]})
    return list(found.values())


def told(found: Iterable[CaseItem], decided: Mapping[str, Any]) -> list[audit.Changes]:
    """What the log says of a decision, before it is written: once for all items about which the same was decided."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for item in found:
        before = (item.disposition, item.disposition_reason, item.disposed_actor)
        groups.setdefault(before, []).append(item.id)
    return [
        {
            "disposition": [disposition, decided["disposition"]],
            "items": [None, sorted(keys)],
            "reason": [reason, decided["disposition_reason"]],
            **({"disposed_actor": [actor, decided["disposed_actor"]]} if actor is not None else {}),
        }
        for (disposition, reason, actor), keys in groups.items()
    ]


def decide(found: Sequence[CaseItem], decided: Mapping[str, Any]) -> None:
    """Write a decision about some items."""
    for item in found:
        for name, value in decided.items():
            setattr(item, name, value)
    db.session.flush()
    assets = {item.asset_id for item in found}
    doubts.mark(assets)
    calling.move_days(assets)


def decide_all(case: Case, significance: Significance | None, decided: Mapping[str, Any]) -> int:
    """Decide about every undecided item of a significance in one statement; gives how many."""
    undecided = update(CaseItem).where(
        CaseItem.case_id == case.id,
        CaseItem.bearing.in_(IN_SCOPE),
        CaseItem.disposition.is_(None),
        CaseItem.significance == significance,
    )
    result: Any = db.session.execute(undecided.values(**decided).execution_options(synchronize_session=False))
    among = select(CaseItem.asset_id).where(CaseItem.case_id == case.id)
    doubts.mark(among)
    calling.move_days(among)
    return int(result.rowcount)
