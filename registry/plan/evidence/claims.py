"""Which row of a plan may count a record: once, on an open day, as much as there is of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.labs.models import Accreditation
from registry.labs.standing import accredited_on
from registry.plan import belonging, fitting, progress, queries, records
from registry.plan.activities import queries as activities
from registry.plan.counts.wanted import feeds, kin
from registry.plan.evidence import misfits
from registry.plan.models import Evidence, EvidenceState, Indicator, Plan, PlanRow, PlanVersion, RecordType
from registry.plan.records import Fact, Record
from registry.plan.rules import period_of

Held = Mapping[Record, Sequence[Accreditation]]
DATED: Final = frozenset({RecordType.ASSET, RecordType.CALIBRATION, RecordType.ACTIVITY, RecordType.ASSESSMENT})


class Place(NamedTuple):
    """An indicator of a plan, as the version in force words it."""

    plan: Plan
    indicator: Indicator
    row: PlanRow
    version: PlanVersion

    @property
    def subject(self) -> tuple[str, str]:
        """What the log calls it."""
        return "indicator", f"{self.plan.code}/{self.row.code}"


def place(plan: Plan, code: str) -> Place:
    """The indicator a field names; raises Invalid beside `indicator`."""
    return Place(plan, *queries.indicator_field(plan, code))


def rivals(at: Place, about: Collection[Record]) -> dict[Record, list[str]]:
    """Codes of the other indicators of the plan at which records count as something of their own: one statement.

    Not among them are its kin: there it is the same one. Rows that are not exclusive share a record freely.
    """
    rows, row = progress.counted_rows(at.version), at.row
    feeding = feeds(rows)
    same = kin(row, rows, feeding)
    exclusive = {other.code for other in rows if other.exclusive or _has_exclusive_source(other, rows, feeding)}
    if row.code not in exclusive or not about:
        return {}
    counted = (
        select(Evidence.record_type, Evidence.record_id, Indicator.code)
        .join(Evidence, Evidence.indicator_id == Indicator.id)
        .where(
            Indicator.plan_id == at.plan.id,
            Indicator.id != row.indicator_id,
            among(about),
            Evidence.state == EvidenceState.COUNTED,
        )
        .order_by(Indicator.code)
    )
    found: dict[Record, list[str]] = {}
    for kind, key, code in db.session.execute(counted):
        if code in exclusive and code not in same:
            found.setdefault(Record(kind, key), []).append(code)
    return found


def among(about: Collection[Record]) -> ColumnElement[bool]:
    """That a row of evidence is about one of some records."""
    kinds: dict[RecordType, set[str]] = {}
    for record in about:
        kinds.setdefault(record.type, set()).add(record.id)
    return or_(*(and_(Evidence.record_type == kind, Evidence.record_id.in_(keys)) for kind, keys in kinds.items()))


def check_kin(at: Place, record: Record) -> None:
    """Raise Conflict where the laboratory of a record counts at this row already, itself or by something of it."""
    lab = belonging.labs_of([record]).get(record)
    if lab is None:
        return
    wanted = select(Evidence.record_type, Evidence.record_id).where(
        Evidence.indicator_id == at.indicator.id,
        Evidence.state == EvidenceState.COUNTED,
        belonging.of_lab(lab),
    )
    lines = record.type is RecordType.SCOPE_LINE
    with db.session.no_autoflush:
        found = [Record(kind, key) for kind, key in db.session.execute(wanted)]
    same = [one for one in found if one != record and not (lines and one.type is RecordType.SCOPE_LINE)]
    if same:
        raise Conflict(
            _(
                "The laboratory %(lab)s counts for %(row)s already, by %(type)s %(id)s; it can count once.",
                lab=lab,
                row=at.row.code,
                type=same[0].type,
                id=same[0].id,
            )
        )


def claim(evidence: Evidence, at: Place, others: Mapping[Record, Sequence[str]]) -> None:
    """Take the record for this row, or raise Conflict: a record counts once unless the decision says where else."""
    counts = evidence.state is EvidenceState.COUNTED
    if counts:
        check_kin(at, Record(evidence.record_type, evidence.record_id))
    elsewhere = others.get(Record(evidence.record_type, evidence.record_id), ()) if counts else ()
    hidden = [code for code in elsewhere if code not in evidence.also_counted_in]
    if hidden:
        raise Conflict(
            _(
                "%(record)s counts for %(rows)s already. It can count once: take it out there first, or say that it"
                " is also counted there (also_counted_in).",
                record=evidence.record_id,
                rows=", ".join(hidden),
            )
        )
    sole = counts and at.row.exclusive and not evidence.also_counted_in
    evidence.sole_key = f"{at.plan.id}:{evidence.record_type}:{evidence.record_id}" if sole else None


def lost_race(key: str, at: Place) -> Conflict:
    """What is said when somebody else was faster."""
    return Conflict(
        _(
            "%(record)s stands at %(indicator)s already, or was counted elsewhere meanwhile; look at its evidence.",
            record=key,
            indicator=at.row.code,
        )
    )


def day_in(version: PlanVersion, day: date | None) -> date:
    """A day on which something can count: inside a period, and not in the future."""
    if day is None:
        raise Invalid({"counted_on": [_("The record has no day of its own; say on which day it counts.")]})
    spans = progress.spans_of(version)
    if period_of(day, spans) is None:
        periods = ", ".join(f"{span.code} {said_day(span.start)}…{said_day(span.end)}" for span in spans)
        message = _("%(day)s is in no period of the plan: %(periods)s.", day=said_day(day), periods=periods)
        raise Invalid({"counted_on": [message]})
    if day > clock.today():
        raise Invalid({"counted_on": [_("%(day)s is in the future; what counts has happened.", day=said_day(day))]})
    return day


def codes_of(version: PlanVersion, codes: Sequence[str]) -> list[str]:
    """Codes of rows of the plan; raises Invalid for another one."""
    known = {row.code for row in progress.counted_rows(version)}
    unknown = [code for code in codes if code not in known]
    if unknown:
        message = _("The plan has no indicator with the code “%(code)s”; see its list of indicators.", code=unknown[0])
        raise Invalid({"also_counted_in": [message]})
    return sorted(set(codes))


def also_in(at: Place, codes: Sequence[str], record: Record, known: Collection[str] = ()) -> list[str]:
    """The rows at which a record openly counts too, see `codes_of`; raises Invalid for one that cannot count it.

    Those that are `known` were said before.
    """
    named = codes_of(at.version, codes)
    rows = {row.code: row for row in progress.counted_rows(at.version)}
    for code in named:
        if code not in known and not fitting.fitting(at.plan, at.version, rows[code], [record]):
            message = _("%(row)s cannot count %(record)s; leave it out here.", row=code, record=record.id)
            raise Invalid({"also_counted_in": [message]})
    return named


def check_day(evidence: Evidence, known: Fact) -> None:
    """The record's own day decides the period; another one needs a reason. States are judged on the report's day."""
    own = {known.since}
    if evidence.state is EvidenceState.EXCLUDED or known.record.type not in DATED or known.since is None:
        return
    if known.record.type is RecordType.ACTIVITY:
        own |= activities.stage_days(known.record.id)
    if evidence.counted_on not in own and not evidence.reason:
        message = _(
            "The record says %(day)s; give the reason why it counts on %(other)s.",
            day=said_day(known.since),
            other=said_day(evidence.counted_on),
        )
        raise Invalid({"reason": [message]})


def check_reason(evidence: Evidence) -> None:
    """What is excluded has a reason."""
    if evidence.state is EvidenceState.EXCLUDED and not evidence.reason:
        raise Invalid({"reason": [_("Say why this record does not count.")]})


def fitting_at(at: Place, about: Collection[Record]) -> set[Record]:
    """Those of some records that can be evidence of this indicator."""
    return fitting.fitting(at.plan, at.version, at.row, about)


def check_counts(evidence: Evidence, known: Fact, at: Place, fit: Collection[Record]) -> None:
    """What counts is among those that fit, holds, and adds no more than there is of it."""
    if evidence.state is EvidenceState.EXCLUDED:
        return
    counts = evidence.state is EvidenceState.COUNTED
    if counts and not known.holds:
        raise Invalid({"record.id": [_why_not(known.record.type)]})
    row = at.row
    if known.record not in fit:
        raise Invalid({"record.id": [misfits.why_not(at.version, row, known.record)]})
    most = records.most(known.record, row)
    if evidence.quantity > (most if counts else max(most, 1)):
        message = _("%(record)s adds at most %(most)s to %(row)s.", record=known.record.id, most=most, row=row.code)
        raise Invalid({"quantity": [message]})


def held_by(at: Place, about: Collection[Record]) -> Held:
    """What was ever granted to the laboratories that records are or belong to, where only accredited ones count."""
    kinds = {record.type for record in about}
    wanted = {kind for kind in kinds if fitting.wants_accreditation(at.version, at.row, kind)}
    if not wanted:
        return {}
    labs = belonging.labs_of(record for record in about if record.type in wanted)
    granted = records.granted_to(labs.values())
    return {record: granted.get(code, ()) for record, code in labs.items()}


def check_held(evidence: Evidence, row: PlanRow, held: Held) -> None:
    """The laboratory of a record is accredited on the day on which it counts, where only such laboratories count."""
    record = Record(evidence.record_type, evidence.record_id)
    if evidence.state is EvidenceState.EXCLUDED or record not in held:
        return
    if not accredited_on(held[record], evidence.counted_on):
        message = _(
            "%(record)s: no accreditation was in force on %(day)s, and %(row)s counts accredited laboratories only. "
            "Record the accreditation, or say a day on which it was in force.",
            record=evidence.record_id,
            day=said_day(evidence.counted_on),
            row=row.code,
        )
        raise Invalid({"record.id": [message]})


def _has_exclusive_source(row: PlanRow, rows: Sequence[PlanRow], feeding: Mapping[str, frozenset[int]]) -> bool:
    return any(other.exclusive and other.indicator_id in feeding[row.code] for other in rows)


def _why_not(kind: RecordType) -> str:
    if kind is RecordType.ACTIVITY:
        return _("It does not count: it was made void, or the programme is not adopted yet.")
    if kind is RecordType.INSPECTION:
        return _("It does not count: an inspection counts once its minutes are signed.")
    if kind is RecordType.ASSESSMENT:
        return _("It does not count: an assessment counts once it is signed off.")
    if kind is RecordType.SCOPE_LINE:
        return _("It does not count: another line of scope took its place.")
    return _(
        "It does not count: a calibration counts once it is issued, an asset once it is put into service, "
        "and a set as one, without its components."
    )
