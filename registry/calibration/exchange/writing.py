"""Records that were judged good are written down in a few statements, however many; they count once all are there.

What is written is what `calibration.actions.record` writes of the same words; a test holds the two together.
"""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, func, select, update

from registry.accounts.models import Person
from registry.calibration import entry
from registry.calibration.content import digest
from registry.calibration.exchange.dating import Dates, Standings, TypeOf
from registry.calibration.exchange.judging import Judged
from registry.calibration.exchange.measuring import recomputed, stored
from registry.calibration.exchange.relying import ask_about
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.queries import leading_back
from registry.calibration.rules import RecordStatus
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.text import search_text
from registry.sheets.models import Outcome
from registry.sheets.running import insert

calibration = cast("Table", Calibration.__table__)
standard = cast("Table", CalibrationStandard.__table__)
point = cast("Table", CalibrationPoint.__table__)
NOTHING: Final = dict.fromkeys(column.name for column in calibration.columns if column.name != "id")
NOT_TOLD: Final = frozenset({"asset_id", "lab_id", "search", "moved", "environment"})


def record(rows: Sequence[Judged], import_id: int, type_of: TypeOf, *, by: Person | None) -> None:
    """Record every row of a part that is new, of an import."""
    new = [row for row in rows if row.outcome is Outcome.NEW]
    if new:
        values = _insert(new, import_id, type_of, by)
        _rely(new, values, import_id)
        good = [row for row in new if row.outcome is Outcome.NEW]
        _take_back([row for row in new if row.outcome is not Outcome.NEW])
        _measure(good)
        _seal(good, values)
        audit.record_all("calibration.record", ((_subject(row), _told(row, values)) for row in good), by=by)


def _insert(rows: Sequence[Judged], import_id: int, type_of: TypeOf, by: Person | None) -> dict[int, dict[str, Any]]:
    """Write the records themselves; gives what was written by key."""
    before = db.session.scalar(select(func.max(calibration.c.id))) or 0
    now, dates = clock.now(), Dates(rows, import_id)
    lines = []
    for row in rows:
        lab_id, key = row.certificate or (None, None)
        due_on = dates.due(row, type_of(row.item))
        values = NOTHING | row.done._asdict()
        values |= {
            "asset_id": row.item.id,
            "lab_id": lab_id,
            "certificate_no": row.said.plain["certificate_no"],
            "certificate_key": key,
            "status": RecordStatus.DRAFT,
            "recorded_by_id": by.id if by else None,
            "recorded_at": now,
            "search": search_text(row.said.plain["certificate_no"], row.done.note),
            "due_on": due_on,
            "calendar_due_on": due_on,
            "moved": False,
            "import_id": import_id,
            "recorded_by_lab": row.by_lab,
        }
        lines.append(values)
    insert(calibration.insert(), lines)
    names = ("asset_id", "kind", "lab_id", "certificate_key")
    asked = select(calibration.c.id, *(calibration.c[name] for name in names))
    asked = asked.where(calibration.c.id > before, calibration.c.import_id == import_id)
    keys = {tuple(one[1:]): one[0] for one in db.session.execute(asked)}
    for row, values in zip(rows, lines, strict=True):
        row.calibration_id = keys[tuple(values[name] for name in names)]
    return {row.calibration_id: values for row, values in zip(rows, lines, strict=True) if row.calibration_id}


def _rely(rows: Sequence[Judged], values: Mapping[int, dict[str, Any]], import_id: int) -> None:
    """Write down the standards with how each stood on its day; a ring is refused."""
    using = [row for row in rows if row.used]
    if not using:
        return
    standings = Standings(using, import_id)
    lines: list[dict[str, Any]] = []
    for row in using:
        stood = [(used, standings.on(used, row.done.performed_on)) for used in row.used]
        values[_key(row)]["standards"] = stood
        ask_about(row, stood)
        lines += [
            {
                "calibration_id": row.calibration_id,
                "asset_id": used.id,
                "due_on_then": then.due_on,
                "was_valid": then.was_valid,
                "relied_on_id": then.relied_on_id,
            }
            for used, then in stood
        ]
    db.session.execute(standard.insert(), lines)
    back = leading_back({line["relied_on_id"] for line in lines if line["relied_on_id"] is not None})
    for row in using:
        for _used, then in values[_key(row)]["standards"]:
            if row.item.id in back.get(then.relied_on_id, ()):
                row.refuse("standards", entry.ring(row.done.performed_on))


def _take_back(rows: Sequence[Judged]) -> None:
    keys = [row.calibration_id for row in rows]
    if keys:
        db.session.execute(standard.delete().where(standard.c.calibration_id.in_(keys)))
        db.session.execute(calibration.delete().where(calibration.c.id.in_(keys)))
    for row in rows:
        row.calibration_id = None


def _measure(rows: Sequence[Judged]) -> None:
    lines = [
        entry.measured(said, place, row.item) | {"standard_id": None, "calibration_id": row.calibration_id}
        for row in rows
        for place, said in enumerate(row.points)
    ]
    if lines:
        db.session.execute(point.insert(), lines)


def _seal(rows: Sequence[Judged], values: Mapping[int, dict[str, Any]]) -> None:
    """Keep what the points say together, and the digest of all that was issued."""
    sealed = []
    for row in rows:
        whole = _whole(row, values[_key(row)])
        whole.recomputed = recomputed(row.done, whole.points)
        sealed.append(
            {"key": row.calibration_id, "recomputed": whole.recomputed, "content_hash": digest(whole, files=())}
        )
    if sealed:
        seal = update(calibration).where(calibration.c.id == bindparam("key"))
        named: dict[str, Any] = {name: bindparam(name) for name in ("recomputed", "content_hash")}
        db.session.connection().execute(seal.values(**named), sealed)


def _whole(row: Judged, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 — a record as its content asks for it
    """A record that was written, with everything that belongs to it, without asking for it again."""
    said = {name: value for name, value in values.items() if name != "standards"}
    stood = values.get("standards", ())
    return SimpleNamespace(
        **said | {"amends_id": None, "amendment_reason": None, "recomputed": None, "procedure": None},
        asset=SimpleNamespace(tag=row.item.tag),
        lab=SimpleNamespace(code=row.lab.code) if row.lab else None,
        standards=[
            SimpleNamespace(id=place, asset=used, **then._asdict() | {"due_on_then": then.due_on})
            for place, (used, then) in enumerate(stood)
        ],
        points=stored(row.points, row.item),
    )


def _key(row: Judged) -> int:
    return row.calibration_id or 0


def _subject(row: Judged) -> tuple[str, object]:
    return "calibration", row.calibration_id


def _told(row: Judged, written: Mapping[int, dict[str, Any]]) -> audit.Changes:
    """What the log says of a record."""
    values = written[_key(row)]
    said: audit.Changes = {
        name: [None, values[name]] for name in NOTHING if name not in NOT_TOLD and values[name] is not None
    }
    return said | {
        "asset": [None, row.item.tag],
        "lab": [None, row.lab.code if row.lab else None],
        "standards": [None, [one.tag for one in row.used]],
        "points": [None, len(row.points)],
    }
