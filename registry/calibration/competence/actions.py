"""What keeps the verdicts on laboratories: frozen when a record is issued, found anew when a laboratory changes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, and_, bindparam, case, exists, insert, literal, or_, select, update
from sqlalchemy.orm import joinedload

from registry.accounts import followers as organisations
from registry.assets.models import Asset
from registry.calibration.competence import queries
from registry.calibration.competence.models import CompetenceCheck, bearing_of
from registry.calibration.models import Calibration, CalibrationPoint
from registry.calibration.rules import TRACEABLE, CalibrationKind
from registry.calibration.traceability.reliance import COUNTED
from registry.kernel import clock, tasks
from registry.kernel.db import db
from registry.labs import followers
from registry.labs import queries as labs
from registry.labs.followers import SUCCESSION, Change, What
from registry.labs.models import Lab
from registry.labs.scope.judging import Best, Holder, Verdict, best_of, has_several
from registry.labs.scope.rules import BY_COVERAGE, Bearing, Coverage, competence, findings_of
from registry.labs.standing import FOREVER, Standing, spans

Step = Callable[[], None]
JUDGE: Final = "judge-competence"
AGAIN: Final = "judge-competence-again"
BATCH: Final = 500
LONGEST_KEY: Final = 120
DAY: Final = timedelta(days=1)
FROZEN: Final = ("competence", "standing", "coverage", "findings", "confirmed", "scope_confirmed")
CONFIRMATIONS: Final = ("confirmed", "scope_confirmed")
KINDS: Final = {
    What.STANDING: CalibrationKind.CALIBRATION,
    What.SCOPE: CalibrationKind.CALIBRATION,
    What.DESIGNATION: CalibrationKind.VERIFICATION,
}
KNOWN: Final = ("holder_id", *FROZEN, "changed_at", "changed_since", "changed_by")
check: Final = cast("Table", CompetenceCheck.__table__)
INSERT: Final = insert(check)


class Segment(NamedTuple):
    """Days in a row, both inclusive, on which the best of a laboratory's accreditations stood the same."""

    first: date
    last: date
    best: Best


def found(calibration: Calibration, asset: Asset) -> None:
    """Freeze what the accreditation and the scope of its laboratory say of a record that is issued: a few statements.

    Whoever is deciding about the laboratory is waited for, and decides nothing until the commit.
    """
    if not queries.is_judged(calibration) or calibration.lab_id is None:
        return
    lab = labs.settled(calibration.lab_id)
    bearing = bearing_of(calibration.kind)
    lines = queries.lines_of(lab) if bearing is Bearing.ACCREDITATION else ()
    holder = queries.holder_of(lab, bearing, lines)
    held = queries.holders([(holder, lab, calibration.performed_on)], settled=True)[0]
    verdict = queries.judged(calibration, calibration.points, queries.thing_of(asset), held)
    db.session.execute(INSERT, [_row(calibration, verdict)])


def ask() -> None:
    """Ask for the verdicts on records that have none yet, such as imported ones."""
    tasks.enqueue_once(JUDGE, 0)


def judge_all(_key: str, step: Step) -> None:
    """Find the verdicts on all issued records that have none, the oldest records first."""
    last = 0
    while batch := _unjudged(last):
        last = batch[-1].id
        rows = [_row(record, verdict) for record, verdict in _verdicts(batch)]
        if rows:
            db.session.execute(INSERT, rows)
        step()


@followers.follow
def ask_again(change: Change) -> None:
    """Ask for the verdicts on the records that a change of a laboratory bears on to be found anew."""
    if not db.session.scalar(select(exists().where(_borne(change)))):
        return
    since, until = (day.isoformat() if day is not None else "-" for day in (change.since, change.until))
    tasks.enqueue_once(AGAIN, f"{change.lab_id} {change.what} {since} {until} {change.by}"[:LONGEST_KEY])


@organisations.follow
def ask_heirs_again(organisation_id: int) -> None:
    """Ask for the verdicts on what the laboratories of a successor did while they were those of an organisation."""
    for key in db.session.scalars(select(Lab.id).where(Lab.organisation_id == organisation_id).order_by(Lab.id)):
        for what in (What.STANDING, What.DESIGNATION):
            ask_again(Change(key, what, None, None, SUCCESSION))


def _borne(change: Change) -> Any:  # noqa: ANN401 — a condition
    """That a change of a laboratory bears on a verdict: its own, one it decides, or may decide as predecessor."""
    mine = (check.c.lab_id == change.lab_id) | (check.c.holder_id == change.lab_id)
    if change.what is What.SCOPE:
        return mine
    own = mine | check.c.lab_id.in_(labs.heirs(change.lab_id))
    return own & (check.c.kind == KINDS[change.what])


def _left(change: Change, lab: Lab) -> Any:  # noqa: ANN401 — a condition
    """Results on which the standing of a laboratory may bear though another one's paper decided them so far."""
    undecided = check.c.standing.is_(None) | (check.c.standing == Standing.NOT_YET)
    theirs = check.c.lab_id.in_(labs.heirs(lab.id)) & (undecided | (check.c.holder_id != check.c.lab_id))
    own = (check.c.lab_id == lab.id) & (check.c.holder_id != lab.id)
    left = theirs | own
    if labs.before([lab]):
        left |= (check.c.lab_id == lab.id) & undecided
    return left & (check.c.kind == KINDS[change.what])


def judge_again(key: str, step: Step) -> None:
    """Find anew what a change bears on; what was found when a record was issued stays as it is."""
    db.session.expire_all()  # what a laboratory holds may have been read before it changed
    lab_id, what, since, until, by = key.split(" ", 4)
    change = Change(int(lab_id), What(what), _day(since), _day(until), by)
    lab = db.session.get(Lab, change.lab_id)
    if lab is None:
        return
    if change.what is What.STANDING:
        stand_again(lab, change)
        mine = (check.c.holder_id == lab.id) & (check.c.kind == CalibrationKind.CALIBRATION)
        left = _left(change, lab)
        _find_again(change, left | mine if has_several(queries.holder_of(lab)) else left, step)
    else:
        _find_again(change, _borne(change) & (check.c.kind == KINDS[change.what]), step)
    db.session.expire_all()


def _day(said: str) -> date | None:
    return None if said == "-" else date.fromisoformat(said)


def stand_again(lab: Lab, change: Change) -> int:
    """Mark the calibrations that an accreditation no longer holds, or holds again: one statement for days in a row."""
    changed = 0
    holder = queries.holder_of(lab)
    gone = annulled(holder)
    for segment in segments(holder):
        first = max(segment.first, change.since or segment.first)
        last = min(segment.last, change.until or segment.last)
        if first <= last:
            turned = _turned(segment.best, gone)
            wanted = _on(lab.id, first, last, or_(turned, check.c.confirmed != segment.best.confirmed))
            wanted = wanted.values(_changed(change, first, segment.best, turned))
            result: Any = db.session.execute(wanted.execution_options(synchronize_session=False))
            changed += result.rowcount
    return changed


def segments(holder: Holder) -> list[Segment]:
    """All days there are, parted where the best of a laboratory's accreditations begins to stand otherwise."""
    turns = {date.min, *(span.first_day for held in holder.accreditations for span in spans(held))}
    found: list[Segment] = []
    for first, after in pairwise([*sorted(turns), None]):
        day, last = first or date.min, FOREVER if after is None else after - DAY
        best = best_of(holder, day)
        if found and found[-1].best == best:
            found[-1] = found[-1]._replace(last=last)
        else:
            found.append(Segment(day, last, best))
    return found


def annulled(holder: Holder) -> Sequence[str]:
    """The numbers of decisions that count no longer, where none of the same number does."""
    decisions = [one for held in holder.accreditations for one in held.decisions]
    counting = {one.number for one in decisions if not one.annulled}
    return sorted({one.number for one in decisions if one.annulled} - counting)


def _turned(best: Best, gone: Sequence[str]) -> Any:  # noqa: ANN401 — a condition
    """That a result stands otherwise, or by another decision than the one it is marked with, which was annulled."""
    otherwise = check.c.standing.is_distinct_from(best.standing)
    return or_(otherwise, check.c.changed_by.in_(gone)) if best.by and gone else otherwise


def _on(lab_id: int, first: date, last: date, which: Any) -> Any:  # noqa: ANN401 — a condition, an update
    return update(check).where(
        check.c.holder_id == lab_id,
        check.c.kind == CalibrationKind.CALIBRATION,
        check.c.performed_on.between(first, last),
        which,
    )


def _changed(change: Change, first: date, best: Best, turned: Any) -> dict[str, Any]:  # noqa: ANN401 — a condition
    """What is known now, and by which decision; that it was confirmed since is no change of the verdict."""
    covered = {coverage: BY_COVERAGE[coverage].value for coverage in Coverage}
    known: Any = competence(best.standing, Coverage.UNKNOWN)
    told = {
        "changed_at": clock.now(),
        "changed_since": change.since or (None if first == date.min else first),
        "changed_by": best.by or change.by,
    }
    return {
        "standing": best.standing,
        "confirmed": best.confirmed,
        "competence": case(covered, value=check.c.coverage) if best.standing is Standing.IN_FORCE else known,
    } | {name: case((turned, literal(value, check.c[name].type)), else_=check.c[name]) for name, value in told.items()}


def _find_again(change: Change, which: Any, step: Step) -> None:  # noqa: ANN401 — a condition
    """Hold results of the days in question against all that is known now of the laboratories they rest on."""
    days = [
        *([check.c.performed_on >= change.since] if change.since is not None else []),
        *([check.c.performed_on <= change.until] if change.until is not None else []),
    ]
    wanted = select(Calibration).join(check, check.c.calibration_id == Calibration.id)
    wanted = wanted.where(which, *days).order_by(Calibration.id)
    last = 0
    while batch := _with_parts(wanted.where(Calibration.id > last)):
        last = batch[-1].id
        known = queries.of_records(record.id for record in batch)
        rows = [
            _known(known[record.id], verdict, change)
            for record, verdict in _verdicts(batch)
            if _differs(known[record.id], verdict)
        ]
        if rows:
            db.session.connection().execute(_again(), rows)
        step()


def _again() -> Any:  # noqa: ANN401 — an update
    said = {name: bindparam(f"new_{name}", type_=check.c[name].type) for name in KNOWN}
    return update(check).where(check.c.calibration_id == bindparam("key")).values(said)


def _known(known: CompetenceCheck, verdict: Verdict, change: Change) -> dict[str, Any]:
    """What is known now; that it was confirmed since is no change of the verdict."""
    told = known.changed_at, known.changed_since, known.changed_by
    if _differs(known, verdict, but=CONFIRMATIONS):
        told = clock.now(), change.since, (verdict.by if known.standing is not verdict.standing else None) or change.by
    said = _said(verdict) | dict(zip(("changed_at", "changed_since", "changed_by"), told, strict=True))
    return {"key": known.calibration_id} | {f"new_{name}": value for name, value in said.items()}


def _differs(known: CompetenceCheck, verdict: Verdict, but: Sequence[str] = ()) -> bool:
    said = _said(verdict) | {"findings": list(verdict.findings)}
    kept = {name: getattr(known, name) for name in said} | {"findings": findings_of(known.findings)}
    return any(kept[name] != said[name] for name in said if name not in but)


def _said(verdict: Verdict) -> dict[str, Any]:
    return {
        "holder_id": verdict.holder.lab_id,
        "standing": verdict.standing,
        "coverage": verdict.coverage,
        "findings": [list(finding) for finding in verdict.findings],
        "competence": verdict.competence,
        "confirmed": verdict.confirmed,
        "scope_confirmed": verdict.scope_confirmed,
    }


def _row(record: Calibration, verdict: Verdict) -> dict[str, Any]:
    said = _said(verdict)
    frozen = {f"{name}_found": said[name] for name in FROZEN}
    about = {name: getattr(record, name) for name in ("lab_id", "kind", "performed_on")}
    return {"calibration_id": record.id, "found_at": clock.now()} | about | frozen | said


def _unjudged(last: int) -> Sequence[Calibration]:
    judged = exists().where(check.c.calibration_id == Calibration.id)
    wanted = select(Calibration).where(
        Calibration.id > last,
        Calibration.lab_id.is_not(None),
        and_(Calibration.kind.in_(TRACEABLE), Calibration.status.in_(COUNTED), ~judged),
    )
    return _with_parts(wanted.order_by(Calibration.id))


def _with_parts(wanted: Any) -> Sequence[Calibration]:  # noqa: ANN401 — a select of records
    rows: Sequence[Calibration] = db.session.scalars(wanted.options(joinedload(Calibration.lab)).limit(BATCH)).all()
    return rows


def _verdicts(batch: Sequence[Calibration]) -> Iterator[tuple[Calibration, Verdict]]:
    """The verdicts on some records, by all that is known now: their points and items at once, each laboratory once."""
    points: dict[int, list[CalibrationPoint]] = {}
    wanted = select(CalibrationPoint).where(CalibrationPoint.calibration_id.in_([record.id for record in batch]))
    for point in db.session.scalars(wanted.order_by(CalibrationPoint.calibration_id, CalibrationPoint.position)):
        points.setdefault(point.calibration_id, []).append(point)
    things = queries.things({record.asset_id for record in batch})
    mine = [(record, record.lab, bearing_of(record.kind)) for record in batch if record.lab is not None]
    holders = {(lab.id, bearing): queries.holder_of(lab, bearing) for _record, lab, bearing in mine}
    held = queries.holders([(holders[lab.id, bearing], lab, record.performed_on) for record, lab, bearing in mine])
    for (record, _lab, _bearing), one in zip(mine, held, strict=True):
        yield record, queries.judged(record, points.get(record.id, ()), things[record.asset_id], one)
