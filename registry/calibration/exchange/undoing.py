"""Taking a whole import of calibrations back, while nothing that came later depends on it.

An issued record is not erased: all become void at once with the reason and stay readable, and what remains decides,
see `settling.after`.
"""

from collections.abc import Sequence
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, String, Table, and_, delete, exists, or_, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.orm import aliased

from registry.assets.models import Asset
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import CaseState
from registry.calibration.exchange.models import CalibrationImport
from registry.calibration.models import Calibration, CalibrationStandard
from registry.calibration.rules import RecordStatus
from registry.calibration.traceability.models import Reliance
from registry.kernel import audit
from registry.kernel.audit import AuditEntry
from registry.kernel.db import Base, db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _

NAMED: Final = 5
BY_WORD: Final = (("record_type", "record_id"), ("subject_type", "subject_key"))
OWN: Final = frozenset(
    {
        "audit_entry",
        "calibration",
        "calibration_import_row",
        "calibration_point",
        "calibration_standard",
        "case_item",
        "competence_check",
        "impact_case",
        "reliance",
        "signature",
    }
)


def refuse_when_needed(found: CalibrationImport) -> None:
    """Raise Conflict that names the certificates that were changed since, or that something came to depend on."""
    changed = _some(found, _changed(found))
    if changed:
        text = _(
            "These certificates were changed after the import, so it cannot be undone: %(numbers)s.", numbers=changed
        )
        raise Conflict(text)
    depending = _some(found, or_(_relied_on(found), _decided(), *_references()))
    if depending:
        text = _(
            "Other records rely on these certificates, so the import cannot be undone: %(numbers)s.", numbers=depending
        )
        raise Conflict(text)


def withdraws(found: CalibrationImport) -> bool:
    """Whether records of an import stand, which undoing it makes void."""
    standing = exists().where(Calibration.import_id == found.id, Calibration.status == RecordStatus.ISSUED)
    return db.session.scalar(select(standing)) is True


def undo(found: CalibrationImport) -> int:
    """Void what the import recorded; gives how many records. Raises Conflict, as above."""
    mine, by = Calibration.import_id == found.id, found.person
    assets = select(Calibration.asset_id).where(mine)
    db.session.execute(select(Asset.id).where(Asset.id.in_(assets)).order_by(Asset.id).with_for_update())
    refuse_when_needed(found)
    standing = and_(mine, Calibration.status == RecordStatus.ISSUED)
    keys = select(Calibration.id).where(standing)
    why = _("The import it came with was undone: %(file)s.", file=found.file_name)
    told: audit.Changes = {"status": [RecordStatus.ISSUED, RecordStatus.VOID], "void_reason": [None, why]}
    count = audit.record_each("calibration.void", "calibration", keys, told, by=by)
    unloaded = {"synchronize_session": False}
    gone = update(Calibration).where(standing).values(status=RecordStatus.VOID, void_reason=why)
    db.session.execute(gone.execution_options(**unloaded))
    edges = delete(Reliance).where(Reliance.child_id.in_(select(Calibration.id).where(mine)))
    db.session.execute(edges.execution_options(**unloaded))
    return count


def _some(found: CalibrationImport, clause: ColumnElement[bool]) -> str:
    wanted = select(Calibration.certificate_no).where(Calibration.import_id == found.id, clause)
    listed: Sequence[Any] = db.session.scalars(wanted.order_by(Calibration.id).limit(NAMED + 1)).all()
    return ", ".join(map(str, listed[:NAMED])) + (" …" if len(listed) > NAMED else "")


def _changed(found: CalibrationImport) -> ColumnElement[bool]:
    """That a record stands no more, or that the log knows of something later about it."""
    later = exists().where(
        AuditEntry.subject_type == "calibration",
        AuditEntry.subject_key == as_type(Calibration.id, String),
        AuditEntry.id > (found.last_audit_id or 0),
    )
    return or_(Calibration.status != RecordStatus.ISSUED, later)


def _relied_on(found: CalibrationImport) -> ColumnElement[bool]:
    """That work from elsewhere relied on a record, or amends it."""
    other = aliased(Calibration)
    elsewhere = or_(other.import_id.is_(None), other.import_id != found.id)
    stands = and_(elsewhere, other.status != RecordStatus.VOID)
    used = exists().where(
        CalibrationStandard.relied_on_id == Calibration.id, other.id == CalibrationStandard.calibration_id, stands
    )
    return or_(used, exists().where(other.amends_id == Calibration.id, stands))


def _decided() -> ColumnElement[bool]:
    """That people decided in a case about a record, or closed the case that it opened."""
    item = exists().where(CaseItem.calibration_id == Calibration.id, CaseItem.disposition.is_not(None))
    of_case = exists().where(CaseItem.case_id == Case.id, CaseItem.disposition.is_not(None))
    return or_(
        item, exists().where(Case.calibration_id == Calibration.id, or_(Case.state == CaseState.CLOSED, of_case))
    )


def _references() -> list[ColumnElement[bool]]:
    """That anything else refers to a record, by key or by word: also what slices above this one keep."""
    target, found = cast("Table", Calibration.__table__), list[ColumnElement[bool]]()
    for name, table in Base.metadata.tables.items():
        if name in OWN:
            continue
        found += [
            exists().where(table.c[key.parent.name] == target.c.id)
            for key in table.foreign_keys
            if key.column.table is target
        ]
        found += [
            exists().where(table.c[kind] == "calibration", table.c[word] == as_type(target.c.id, String))
            for kind, word in BY_WORD
            if kind in table.columns
        ]
    return found
