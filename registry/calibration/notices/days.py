"""The last valid days that are told: those of schedules, and the shelf lives of reference materials."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, literal, null, select
from sqlalchemy.orm import InstrumentedAttribute

from registry.accounts.models import Organisation
from registry.assets.models import Asset, Schedule
from registry.assets.queries import in_use
from registry.calibration.notices.models import Notice, NoticeSnooze
from registry.calibration.notices.rules import DueKind, Line, NoticeKind
from registry.calibration.turns import is_awaited

Kept = type[Notice] | type[NoticeSnooze]


class Days(NamedTuple):
    """Where last valid days come from: what lines say of them, the day, and whether what is kept is about one."""

    lines: Callable[[], Select[Any]]
    due_on: InstrumentedAttribute[Any]
    are_of: Callable[[Kept], ColumnElement[bool]]


def of_schedules() -> Select[Any]:
    """What lines say of schedules whose day counts, the earliest due first."""
    wanted = _said(Schedule.id, Schedule.kind, Schedule.due_on, Schedule.last_performed_on)
    wanted = wanted.join(Schedule, Schedule.asset_id == Asset.id).where(is_awaited(), Schedule.due_on.is_not(None))
    return wanted.order_by(Schedule.due_on, Schedule.id)


def of_materials() -> Select[Any]:
    """What lines say of materials in use whose producer or opening sets an end, the first one first."""
    wanted = _said(
        null().cast(Integer).label("id"),
        literal(DueKind.SHELF_LIFE.value).label("kind"),
        Asset.expires_on.label("due_on"),
        null().label("last_performed_on"),
    )
    return wanted.where(Asset.expires_on.is_not(None), in_use()).order_by(Asset.expires_on, Asset.id)


def _said(*of_day: Any) -> Select[Any]:  # noqa: ANN401 — columns
    wanted = select(
        *of_day,
        Asset.id.label("asset_id"),
        Asset.owner_id,
        Asset.tag,
        Asset.name,
        Asset.unverified,
        Asset.created_at,
        Organisation.name_vi,
        Organisation.name_en,
        Organisation.code,
    )
    joined: Select[Any] = wanted.select_from(Asset).join(Organisation, Organisation.id == Asset.owner_id)
    return joined


SOURCES: Final = (
    Days(of_schedules, Schedule.due_on, lambda kept: kept.schedule_id == Schedule.id),
    Days(of_materials, Asset.expires_on, lambda kept: and_(kept.schedule_id.is_(None), kept.asset_id == Asset.id)),
)


def line_of(row: Any, on: date, notice: NoticeKind, offset: int) -> Line:  # noqa: ANN401 — a row of them
    """A row as a digest tells of it."""
    return Line(
        schedule_id=row.id,
        asset_id=row.asset_id,
        owner_id=row.owner_id,
        tag=row.tag,
        name=row.name,
        owner={"vi": row.name_vi, "en": row.name_en, "code": row.code},
        kind=row.kind,
        unverified=row.unverified,
        due_on=row.due_on,
        days=(row.due_on - on).days,
        notice=notice,
        offset=offset,
    )
