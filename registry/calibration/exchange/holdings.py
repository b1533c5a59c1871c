"""What the registry holds of the assets, laboratories and certificates that a part of a sheet is about.

A few statements, however many rows.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, RowMapping, and_, or_, select
from sqlalchemy.orm import lazyload, selectinload

from registry.assets.models import Asset
from registry.assets.types.models import InstrumentType
from registry.calibration.exchange.models import CalibrationImportRow
from registry.calibration.issuing.models import IssuingLab
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.rules import CalibrationKind, RecordStatus, VerificationKind
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.text import fold, shown
from registry.labs.models import Lab
from registry.sheets.reading import Known

MOST_LABS: Final = 20_000
Serial = tuple[int, str]
Certificate = tuple[int | None, str]  # the laboratory, and the number as it is compared
LEAN: Final = (
    lazyload(Asset.owner),
    selectinload(Asset.characteristics),
    selectinload(Asset.schedules),
)


class Laboratory(NamedTuple):
    """A laboratory by which work may be; `since_on` is from which day on it issues its certificates here."""

    id: int
    code: str
    organisation_id: int
    name: str
    since_on: date | None


class LabNames(Known):
    """Laboratories by their folded codes and names."""

    def ambiguous(self, text: str) -> str:
        """What is said to a name that several have."""
        return _("More than one laboratory is called “%(value)s”; write its code.", value=shown(text))

    def strange(self, text: str) -> str:
        """What is said to a name that nobody has."""
        return _(
            "There is no laboratory “%(value)s”; choose one from the template's list, or record the laboratory first.",
            value=shown(text),
        )


class Laboratories:
    """Laboratories, looked up once for a whole sheet."""

    def __init__(self) -> None:
        columns = Lab.id, Lab.code, Lab.organisation_id, Lab.name, IssuingLab.since_on
        wanted = select(*columns).outerjoin(IssuingLab, IssuingLab.lab_id == Lab.id)
        rows = db.session.execute(wanted.limit(MOST_LABS)).all()
        self.by_code = {row.code: Laboratory(*row) for row in rows}
        self.named = [(row.code, row.name) for row in rows]
        named: dict[str, set[str]] = {}
        for row in rows:
            named.setdefault(fold(row.name), set()).add(row.code)
        codes = {name: next(iter(found)) for name, found in named.items() if len(found) == 1}
        codes |= {fold(row.code): row.code for row in rows}
        shared = frozenset(name for name, found in named.items() if len(found) > 1) - codes.keys()
        self.known = LabNames(codes, sorted(self.by_code), shared)


@dataclass(slots=True)
class Recorded:
    """A record of a certificate that is there already, as far as a sheet can say it."""

    row: Row[Any]
    standards: frozenset[int] = frozenset()
    points: list[RowMapping] = field(default_factory=list)

    @property
    def arrives(self) -> bool:
        """Whether it belongs to an import that is not whole yet."""
        return self.row.import_id is not None and self.row.status is RecordStatus.DRAFT


def assets_by_tags(tags: Collection[str], *, lock: bool) -> dict[str, Asset]:
    """Assets by the tag they have or the label they wear; `lock` keeps others from recording about them."""
    called = or_(Asset.tag.in_(tags), Asset.label_tag.in_(tags))
    found = _assets(called, lock=lock) if tags else []
    by_label = {one.label_tag: one for one in found if one.label_tag is not None and one.label_tag in tags}
    return {one.tag: one for one in found} | by_label


def assets_by_serials(pairs: Collection[Serial], *, lock: bool) -> dict[Serial, list[Asset]]:
    """The assets of these owners with these serial numbers."""
    found: dict[Serial, list[Asset]] = {}
    if pairs:
        owners, serials = {owner for owner, _serial in pairs}, {serial for _owner, serial in pairs}
        for one in _assets(and_(Asset.owner_id.in_(owners), Asset.serial_no.in_(serials)), lock=lock):
            if one.serial_no is not None:
                found.setdefault((one.owner_id, one.serial_no), []).append(one)
    return found


def _assets(which: Any, *, lock: bool) -> list[Asset]:  # noqa: ANN401 — a condition
    wanted = select(Asset).where(which).options(*LEAN).order_by(Asset.id)
    wanted = wanted.execution_options(populate_existing=True)
    return list(db.session.scalars(wanted.with_for_update(of=Asset) if lock else wanted))


def types(keys: Collection[int]) -> dict[int, InstrumentType]:
    """Instrument types with their versions."""
    wanted = select(InstrumentType).where(InstrumentType.id.in_(keys)).options(lazyload(InstrumentType.owner))
    return {one.id: one for one in db.session.scalars(wanted)} if keys else {}


def recorded(wanted: Collection[Certificate], assets: Collection[int]) -> dict[Certificate, list[Recorded]]:
    """The records, not void, of these certificates: of a laboratory for any asset, of owners for these assets."""
    if not wanted:
        return {}
    labs, keys = {lab for lab, _key in wanted if lab is not None}, {key for _lab, key in wanted}
    own = and_(Calibration.lab_id.is_(None), Calibration.asset_id.in_(assets))
    table = Calibration.__table__
    asked = select(table).where(
        Calibration.certificate_key.in_(keys),
        Calibration.status != RecordStatus.VOID,
        or_(Calibration.lab_id.in_(labs), own),
    )
    found: dict[Certificate, list[Recorded]] = {}
    by_id: dict[int, Recorded] = {}
    for row in db.session.execute(asked.order_by(table.c.id)):
        by_id[row.id] = Recorded(row)
        found.setdefault((row.lab_id, row.certificate_key), []).append(by_id[row.id])
    if by_id:
        _fill(by_id)
    return found


def numbered(import_id: int) -> Sequence[Row[Any]]:
    """The records that rows of an import became, or are already, with the numbers of these rows."""
    names = ("lab_id", "certificate_key", "asset_id", "kind", "issued_on")
    columns = CalibrationImportRow.number, *(getattr(Calibration, name) for name in names)
    wanted = select(*columns).join(Calibration, Calibration.id == CalibrationImportRow.calibration_id)
    wanted = wanted.where(CalibrationImportRow.import_id == import_id).order_by(CalibrationImportRow.number)
    return db.session.execute(wanted).all()


def _fill(found: Mapping[int, Recorded]) -> None:
    uses = select(CalibrationStandard.calibration_id, CalibrationStandard.asset_id)
    for key, asset in db.session.execute(uses.where(CalibrationStandard.calibration_id.in_(found))):
        found[key].standards |= {asset}
    points = CalibrationPoint.__table__
    asked = select(points).where(points.c.calibration_id.in_(found)).order_by(points.c.position)
    for row in db.session.execute(asked).mappings():
        found[row["calibration_id"]].points.append(row)


class Issued(NamedTuple):
    """What is asked of an issued record to tell which was in force, and what work came up against."""

    id: int
    asset_id: int
    kind: CalibrationKind
    verification_kind: VerificationKind | None
    performed_on: date
    outcome: Any
    due_on: date | None
    calendar_due_on: date | None


def issued(assets: Iterable[int], import_id: int | None = None) -> dict[int, list[Issued]]:
    """The issued records of some assets, the oldest work first; those of an import as if they were."""
    columns = (getattr(Calibration, name) for name in Issued._fields)
    counts = Calibration.status == RecordStatus.ISSUED
    if import_id is not None:
        counts = or_(counts, and_(Calibration.import_id == import_id, Calibration.status == RecordStatus.DRAFT))
    asked = select(*columns).where(Calibration.asset_id.in_(sorted(set(assets))), counts)
    found: dict[int, list[Issued]] = {}
    for row in db.session.execute(asked.order_by(Calibration.performed_on, Calibration.id)):
        found.setdefault(row.asset_id, []).append(Issued(*row))
    return found
