"""How a record is written down: its standards with how they stood on that day, its points, its certificate's number."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Protocol, cast

from sqlalchemy import Table, delete
from sqlalchemy.orm.attributes import set_committed_value

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.assets.types import queries as types
from registry.calibration import queries, standings
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.points import check_points, derived_limits
from registry.calibration.procedures import queries as procedures
from registry.calibration.procedures.models import ProcedureVersion
from registry.calibration.rules import (
    CalibrationKind,
    Measures,
    PointValues,
    RecordStatus,
    VerificationKind,
    Work,
    certificate_key,
    check_work,
    usual_kind,
)
from registry.calibration.traceability import reliance
from registry.calibration.words import kind_text
from registry.kernel import audit, clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Invalid, Messages
from registry.kernel.i18n import _, said_day
from registry.labs.models import Lab

ACROSS_A_YEAR: Final = timedelta(days=31)
POINT: Final = cast("Table", CalibrationPoint.__table__)


class Numbered(Protocol):
    """A record by the number of its certificate."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> CalibrationKind: ...
    @property
    def performed_on(self) -> date: ...
    @property
    def issued_on(self) -> date | None: ...


class Issued(Protocol):
    """Work by its day and the day of its certificate."""

    @property
    def performed_on(self) -> date: ...
    @property
    def issued_on(self) -> date | None: ...


def faults(
    work: Work, item: Asset, points: Sequence[PointValues], standards: Sequence[str], *, is_draft: bool
) -> Messages:
    """What is wrong with what is said of work on an asset, by field."""
    verified = work.kind is CalibrationKind.VERIFICATION
    measures = types.version_on(item, work.performed_on) if verified else None
    found = dict(contradictions(work, item, points, standards, measures))
    if is_draft and work.issued_on is not None:
        text = _("A draft is issued on the day it is approved; leave this empty, or give the certificate's number.")
        found["issued_on"] = [text]
    return found


def kind_of(kind: CalibrationKind, said: VerificationKind | None, item: Asset, day: date) -> VerificationKind | None:
    """What kind of verification work was, also where that is not said: what the type is subject to tells."""
    if said is not None or kind is not CalibrationKind.VERIFICATION:
        return said
    return usual_kind(kind, said, types.version_on(item, day))


def contradictions(
    work: Work, item: Asset, points: Sequence[PointValues], standards: Sequence[str], measures: Measures | None
) -> Messages:
    """The same without a look at the database; `measures` are those that a verification was subject to on its day."""
    return {
        **check_work(work, clock.today(), commissioned_on=item.commissioned_on, measures=measures),
        **check_points(points, characteristics=item.characteristics, standards=standards),
    }


def told(
    item: Asset,
    lab: Lab | None,
    used: Mapping[str, Asset],
    points: Sequence[PointValues],
    procedure: ProcedureVersion | None,
) -> audit.Changes:
    """What the log says of a record beside its own columns."""
    named: audit.Changes = {"procedure": [None, f"{procedure.code} v{procedure.number}"]} if procedure else {}
    return named | {
        "asset": [None, item.tag],
        "lab": [None, lab.code if lab else None],
        "standards": [None, [one.tag for one in used.values()]],
        "points": [None, len(points)],
    }


class Chosen(NamedTuple):
    """The version of a procedure that is named by its key for work of a kind, and the one that a record has already."""

    key: int | None
    kept: int | None
    kind: CalibrationKind
    by: Person | None


def parts(
    wrong: Messages, version: Chosen, given: Sequence[str], item: Asset
) -> tuple[ProcedureVersion | None, dict[str, Asset]]:
    """The procedure and the standards of work. Raises Invalid with all faults together: `wrong`, and those of these."""
    errors, procedure, used = {**wrong}, None, {}
    try:
        procedure = procedures.version_field(version.key, version.kind, version.by, kept=version.kept)
    except Invalid as refusal:
        errors |= refusal.errors or {}
    try:
        used = standards(given, item)
    except Invalid as refusal:
        errors |= refusal.errors or {}
    if errors:
        raise Invalid(errors)
    return procedure, used


def standards(given: Sequence[str], item: Asset) -> dict[str, Asset]:
    """The assets that are given as standards, by the tags they were given by: each once, none of them the asset itself.

    Raises Invalid beside `standards.2`.
    """
    found: dict[int, Asset] = {}
    errors: dict[str, list[str]] = {}
    for place, tag in enumerate(given):
        field = f"standards.{place}"
        try:
            found[place] = queries.asset_field(tag, field)
        except Invalid as error:
            errors |= {name: list(messages) for name, messages in (error.errors or {}).items()}
    errors |= {f"standards.{place}": [text] for place, text in unfit(found, item).items()}
    if errors:
        raise Invalid(errors)
    return {given[place]: one for place, one in found.items()}


def unfit(used: Mapping[int, Asset], item: Asset) -> dict[int, str]:
    """What is wrong with standards by their places: the asset itself, or one that is listed already."""
    wrong: dict[int, str] = {}
    seen: set[int] = set()
    for place, one in used.items():
        if one.id == item.id:
            wrong[place] = _("An asset is not its own standard; give the standard it was compared with.")
        elif one.id in seen:
            wrong[place] = _("This standard is listed twice; leave one out.")
        seen.add(one.id)
    return wrong


def rely(calibration: Calibration, item: Asset, used: Mapping[str, Asset], day: date) -> None:
    """Write down the standards of a record and how each stood on the day; those written before go.

    Raises Invalid beside the standard whose own chain leads back to the asset: a ring traces to nothing.
    """
    then = standings.standings(used.values(), day)
    records = {place: then[one.id].relied_on_id for place, one in enumerate(used.values())}
    if queries.leads_back([key for key in records.values() if key is not None], item):
        rings = [place for place, key in records.items() if key is not None and queries.leads_back([key], item)]
        raise Invalid({f"standards.{place}": [ring(day)] for place in rings})
    if calibration.standards:  # those of before leave before the same ones may come again
        calibration.standards.clear()
        db.session.flush()
    calibration.standards = [
        CalibrationStandard(
            asset_id=one.id,
            due_on_then=then[one.id].due_on,
            was_valid=then[one.id].was_valid,
            relied_on_id=then[one.id].relied_on_id,
        )
        for one in used.values()
    ]


def ring(day: date) -> str:
    """What is said of a standard whose own chain leads back to the asset."""
    return _(
        "On %(day)s this standard relied, directly or through others, on the very asset it is to calibrate: the "
        "chain would be a ring. Give a standard that was calibrated elsewhere.",
        day=said_day(day),
    )


def check_ring(calibration: Calibration) -> None:
    """See that a record that is to be issued closes no ring, neither above it nor with what will rest on it.

    Results of its standards may have come in since it was written, and those of its own asset may have been relied on
    before it was. Raises Conflict.
    """
    if not calibration.standards:
        return
    above = reliance.rests_on(calibration)
    if calibration.asset_id in above:
        raise Conflict(ring(calibration.performed_on))
    if reliance.would_carry(calibration, above):
        raise Conflict(ring_below(calibration.performed_on))


def ring_below(day: date) -> str:
    """What is said of a record on which records of its own standards would rest."""
    return _(
        "A standard of this record was itself calibrated, directly or through others, with this asset on or "
        "after %(day)s, and would rest on this record: the chain would be a ring. Give a standard that was "
        "calibrated elsewhere.",
        day=said_day(day),
    )


def stand_again(calibration: Calibration) -> None:
    """Write anew how the standards stood on the day: results of theirs may have come in since the draft was written."""
    then = standings.standings([use.asset for use in calibration.standards], calibration.performed_on)
    for use in calibration.standards:
        stood = then[use.asset_id]
        use.due_on_then, use.was_valid, use.relied_on_id = stood.due_on, stood.was_valid, stood.relied_on_id


def unsound(calibration: Calibration) -> list[Asset]:
    """Standards of a record that were not valid on its day, by all that is known now and not hidden."""
    used = [use.asset for use in calibration.standards if not use.is_hidden]
    then = standings.standings(used, calibration.performed_on)
    return [one for one in used if not then[one.id].was_valid]


def measure(calibration: Calibration, points: Sequence[PointValues], item: Asset, used: Mapping[str, Asset]) -> None:
    """Store the points in one statement, however many, and let the record have them; its standards are stored already.

    Limits that are not given follow from the asset's permissible error and are marked as derived.
    """
    keys = {used_one.asset_id: used_one.id for used_one in calibration.standards}
    lines = []
    for place, point in enumerate(points):
        tag = point.get("standard")
        held = {"standard_id": keys[used[str(tag)].id] if tag is not None else None}
        lines.append(measured(point, place, item) | held | {"calibration_id": calibration.id})
    if lines:
        db.session.execute(POINT.insert(), lines)
    set_committed_value(calibration, "points", [_point(line) for line in lines])


def _point(line: dict[str, Any]) -> CalibrationPoint:
    """A point as it was stored, without its key."""
    values = dict(line)
    calibration_id = values.pop("calibration_id")
    made = CalibrationPoint(**values)
    made.calibration_id = calibration_id
    return made


def measured(point: PointValues, place: int, item: Asset) -> dict[str, Any]:
    """A point as it is stored: its limits follow from the asset's permissible error where it names none."""
    said: dict[str, Any] = {name: value for name, value in point.items() if name != "standard"}
    limits = derived_limits(point, item.characteristics)
    if limits is not None:
        said |= {"lower_limit": limits.lower, "upper_limit": limits.upper}
    degrees = point.get("degrees_of_freedom")
    return said | {"position": place, "degrees_of_freedom": degrees, "limits_derived": limits is not None}


def forget_points(calibration: Calibration) -> None:
    """Take the points of a draft away, so that others can take their place."""
    gone = delete(CalibrationPoint).where(CalibrationPoint.calibration_id == calibration.id)
    db.session.execute(gone.execution_options(synchronize_session=False))


def claim(lab: Lab | None, item: Asset, certificate_no: str) -> Sequence[Calibration]:
    """The records that have a certificate's number already; nobody else uses the number until the commit."""
    with db.session.no_autoflush:  # the record is not complete yet
        if lab is not None:
            one_at_a_time(f"certificate {lab.id} {certificate_key(certificate_no)}")
        return queries.certificates(lab, item, certificate_no)


def number(
    calibration: Calibration,
    certificate_no: str,
    found: Sequence[Calibration],
    amended: Calibration | None,
    by: Person | None,
) -> None:
    """Give a record the number of its certificate. Raises Conflict when that is another one's, of those `found`.

    One certificate may cover several items: then it is of one kind and of one day. A certificate is recorded once for
    each asset; an amendment may carry the number of what it amends. Of a record that `by` may not read nothing is told
    but that the number is taken.
    """
    for known in found:
        if known is amended or (amended is not None and known.status is RecordStatus.AMENDED):
            continue
        if known.asset_id == calibration.asset_id and known.kind is calibration.kind:
            text = _(
                "Certificate “%(number)s” is recorded for this asset already, as record %(key)s of %(day)s. "
                "If that record is wrong, void it first.",
                number=certificate_no,
                key=known.id,
                day=said_day(known.performed_on),
            )
        else:
            text = another(known, calibration.kind, certificate_no, calibration)
        if text:
            with db.session.no_autoflush:
                said = text if queries.known(known.id, by) is not None else taken(certificate_no)
            raise Conflict(said, errors={"certificate_no": [said]})
    calibration.certificate_no, calibration.certificate_key = certificate_no, certificate_key(certificate_no)


def arrives(certificate_no: str) -> str:
    """What is said of a certificate that a sheet brings that is not whole yet."""
    return _(
        "The certificate “%(number)s” is being imported with another sheet; wait for it, then try again.",
        number=certificate_no,
    )


def taken(certificate_no: str) -> str:
    """What is said of a number that is another record's, to whoever may not read that one."""
    return _(
        "The number “%(number)s” is taken with this laboratory by a record you may not see. Compare the number with "
        "the certificate, and ask the laboratory.",
        number=certificate_no,
    )


def another(known: Numbered, kind: CalibrationKind, certificate_no: str, work: Issued) -> str:
    """Why a record of another item is of another certificate, although it has the number; empty when it is the same.

    Where one of them does not say when it was issued, the work for both lies in one year, or no further than a month
    apart.
    """
    days = {known.issued_on, work.issued_on}
    apart = abs(known.performed_on - work.performed_on)
    is_far = None in days and known.performed_on.year != work.performed_on.year and apart > ACROSS_A_YEAR
    if known.kind is kind and len(days - {None}) <= 1 and not is_far:
        return ""
    if known.issued_on is None:
        return _(
            "This laboratory's certificate “%(number)s” is recorded already, as record %(key)s: %(kind)s, performed on "
            "%(day)s. One certificate can cover several items, but is of one kind and one day; compare the number.",
            number=certificate_no,
            key=known.id,
            kind=kind_text(known.kind),
            day=said_day(known.performed_on),
        )
    return _(
        "This laboratory's certificate “%(number)s” is recorded already, as record %(key)s: %(kind)s, issued on "
        "%(day)s. One certificate can cover several items, but is of one kind and one day; compare the number.",
        number=certificate_no,
        key=known.id,
        kind=kind_text(known.kind),
        day=said_day(known.issued_on),
    )
