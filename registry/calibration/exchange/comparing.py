"""Whether a sheet says the same of a certificate as the registry does: an issued record never changes."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import RowMapping

from registry.assets.models import Asset
from registry.calibration.exchange.checking import ASSET, Said
from registry.calibration.exchange.columns import POINT, vocabulary
from registry.calibration.exchange.holdings import Recorded
from registry.calibration.rules import PointValues, Work
from registry.kernel.i18n import _, current_locale, said_day
from registry.kernel.text import digits, shown

ELSEWHERE: Final = frozenset({*ASSET, "lab", "certificate_no", "standards", "kind"})
LIMITS: Final = ("lower_limit", "upper_limit")


def difference(
    said: Said, work: Work, used: Sequence[Asset], points: Sequence[PointValues], held: Recorded
) -> tuple[str, str] | None:
    """The first field that a sheet says otherwise than a record, with the remedy; None when there is none."""
    for name in said.plain:
        if name not in ELSEWHERE and (getattr(work, name) or None) != (getattr(held.row, name) or None):
            return name, _other(held, _in_words(name, getattr(held.row, name)))
    if "standards" in said.plain and {one.id for one in used} != held.standards:
        return "standards", _other(held, None)
    if points and len(points) != len(held.points):
        return f"{POINT}0.nominal", _other_count(held)
    for place, (point, before) in enumerate(zip(points, held.points, strict=False)):
        other = _other_number(point, before, said.points[place].said)
        if other is not None:
            return f"{POINT}{place}.{other}", _other(held, _in_words(POINT + other, before[other]))
    return None


def _other_number(point: PointValues, before: RowMapping, said: Mapping[str, Any]) -> str | None:
    return next(
        (name for name, value in point.items() if (name not in LIMITS or name in said) and value != before.get(name)),
        None,
    )


def _in_words(name: str, value: object) -> str:
    column = vocabulary().columns[name]
    match value:
        case None:
            return ""
        case date():
            return said_day(value)
        case Decimal():
            return digits(value)
        case _:
            return column.word(str(value), current_locale())


def _other_count(held: Recorded) -> str:
    return _(
        "This certificate is recorded for this asset already, as record %(key)s, with %(count)s points. An issued "
        "record never changes: amend it, or correct these rows.",
        key=held.row.id,
        count=len(held.points),
    )


def _other(held: Recorded, value: str | None) -> str:
    if not value:
        return _(
            "This certificate is recorded for this asset already, as record %(key)s, without what stands here. An "
            "issued record never changes: amend it, or correct this cell.",
            key=held.row.id,
        )
    return _(
        "This certificate is recorded for this asset already, as record %(key)s, with “%(value)s”. An issued record "
        "never changes: amend it, or correct this cell.",
        key=held.row.id,
        value=shown(value),
    )
