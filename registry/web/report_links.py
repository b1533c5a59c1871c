"""From the numbers of a report to their records: codes in its tables lead to indicators, its evidence to records."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from flask import url_for

from registry.plan import progress
from registry.plan import queries as plans
from registry.plan.models import Plan, RecordType
from registry.plan.reports.annexes import EVIDENCE
from registry.plan.reports.words import RECORDS
from registry.web.drawn_papers import Cell, Drawn, Piece

CODE: Final = "Mã"
PAGES: Final[Mapping[RecordType, Callable[[str], str]]] = {
    RecordType.ASSET: lambda key: url_for("asset.show", tag=key),
    RecordType.LAB: lambda key: url_for("lab.show", code=key),
    RecordType.ORGANISATION: lambda key: url_for("account.organisation", code=key),
    RecordType.ACTIVITY: lambda key: url_for("activities.show", key=int(key)),
    RecordType.CALIBRATION: lambda key: url_for("calibration.show", id=int(key)),
    RecordType.INSPECTION: lambda key: url_for("inspection.show", id=int(key)),
    RecordType.ASSESSMENT: lambda key: url_for("criteria.show", id=int(key)),
}


def linked(shown: Drawn, plan: Plan, on: date, known_at: datetime | None = None) -> Drawn:
    """A drawn report with links; its numbers are those of a day, as they were known at an instant or are known now."""
    codes = {row.code for row in progress.counted_rows(plans.current_version(plan))}
    known = known_at.isoformat() if known_at else None
    pages = {code: url_for("plan.indicator", code=plan.code, indicator=code, on=on, known=known) for code in codes}
    return shown._replace(
        chapters=[one._replace(pieces=[_linked(piece, pages) for piece in one.pieces]) for one in shown.chapters]
    )


def _linked(piece: Piece, pages: Mapping[str, str]) -> Piece:
    if piece.kind != "table" or not piece.columns or piece.columns[0] != CODE:
        return piece
    is_evidence = list(piece.columns) == [heading for heading, _share in EVIDENCE]
    rows = [_with_code(row, pages) for row in piece.rows]
    return piece._replace(rows=[_with_record(row) for row in rows] if is_evidence else rows)


def _with_code(row: Sequence[Cell], pages: Mapping[str, str]) -> list[Cell]:
    page = pages.get(row[0].text)
    return [row[0]._replace(href=page), *row[1:]] if page else list(row)


def _with_record(row: Sequence[Cell]) -> list[Cell]:
    page = next((PAGES[kind] for kind in PAGES if RECORDS[kind] == row[1].text), None)
    return [*row[:2], row[2]._replace(href=page(row[2].text)), *row[3:]] if page else list(row)
