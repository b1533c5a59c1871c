"""What there is in each commune, in one statement of what is kept and of what is few, no map.

Activities of the month that is asked about are counted, those of the months before are kept.
"""

from collections import Counter
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.places import AREAS, NOWHERE
from registry.accounts.places import key as key_of
from registry.inspection.models import Inspection
from registry.inspection.rules import State as InspectionState
from registry.kernel.db import db
from registry.kernel.i18n import current_locale
from registry.labs.models import Lab
from registry.plan.activities.models import Activity, Enterprise
from registry.plan.activities.queries import place, seen_by
from registry.plan.board import placing
from registry.plan.board.models import What

LAB, ENTERPRISE, INSPECTION = "lab", "enterprise", "inspection"
COUNTED: Final = (What.ASSET, LAB, ENTERPRISE, What.ACTIVITY, INSPECTION)  # in the order of Place
TAKES_PLACE: Final = (InspectionState.IN_PROGRESS, InspectionState.SIGNED, InspectionState.CLOSED)


class Place(NamedTuple):
    """A commune, with the code of its own body where there is one, and how much of everything is there.

    `name` is empty for what lies in no commune that is known; `commune` is what lists are asked for it with.
    """

    name: str
    code: str | None
    commune: str
    assets: int
    labs: int
    enterprises: int
    activities: int
    inspections: int


def places(person: Person | None, on: date) -> list[Place]:
    """Every commune where there is anything the person may see, by name, what lies in none last."""
    counted: dict[str, Counter[str]] = {}
    names: dict[str, tuple[str, str | None, str]] = {}
    for kind, name_vi, name_en, code, number in db.session.execute(_wanted(person, on)):
        key = key_of(name_vi)
        shown = ((name_en if current_locale() == "en" else name_vi) or name_vi or "", code, name_vi or NOWHERE)
        if key not in names or (code and not names[key][1]):
            names[key] = shown
        counted.setdefault(key, Counter())[kind] += int(number)
    return [
        Place(*names[key], *(counted[key][kind] for kind in COUNTED))
        for key in sorted(counted, key=lambda key: (not key, key))
    ]


def _wanted(person: Person | None, on: date) -> CompoundSelect[Any]:
    """All of them as a select of (kind, name_vi, name_en, code, number)."""
    reach = accounts.reach(person) if person is not None else None

    def seen(column: Any) -> ColumnElement[bool]:  # noqa: ANN401 — a column
        return true() if reach is None else column.in_(reach)

    month = on.replace(day=1)  # assets are of no month, which is before all of them
    every = placing.kept().subquery("kept")
    kind = type_coerce(every.c.what, String).label("kind")
    kept = select(kind, every.c.body_id.label("body"), func.sum(every.c.number).label("number"))
    kept = kept.where(every.c.month < month, or_(seen(every.c.body_id), seen(every.c.other_id)))
    labs = select(_said(LAB), Lab.organisation_id, func.count())  # which everybody may read
    of_month = select(_said(What.ACTIVITY), place().label("body"), func.count())
    of_month = of_month.where(Activity.voided_at.is_(None), Activity.held_to.between(month, on), seen_by(person))
    at_bodies = (
        kept.group_by(every.c.what, every.c.body_id),
        labs.group_by(Lab.organisation_id),
        of_month.group_by("body"),
    )
    area = aliased(Organisation)
    visited = select(_said(INSPECTION), area.name_vi, area.name_en, area.code, func.count()).select_from(Inspection)
    visited = visited.outerjoin(area, (area.id == Inspection.area_id) & area.kind.in_(AREAS))
    visited = visited.where(
        Inspection.state.in_(TAKES_PLACE), Inspection.planned_from <= on, seen(Inspection.authority_id)
    )
    commune = Enterprise.commune
    described = select(_said(ENTERPRISE), commune, commune, cast(null(), String), func.count())
    return union_all(
        _by_place(union_all(*at_bodies).subquery("there")),
        visited.group_by(area.name_vi, area.name_en, area.code),
        described.where(seen(Enterprise.organisation_id)).group_by(commune),
    )


def _said(kind: str) -> ColumnElement[str]:
    return literal(kind, String).label("kind")


def _by_place(there: Subquery) -> Select[Any]:
    """Numbers by kind and organisation as numbers by the commune it is in: its own, that it is, or that it lies under.

    All kinds are looked up together: a database takes longer to plan such a look than to take it.
    """
    own, over, above = Organisation, aliased(Organisation), aliased(Organisation)
    found = [(one.kind.in_(AREAS), one) for one in (own, over, above)]
    described = Enterprise.commune.is_not(None)
    name_vi = case((described, Enterprise.commune), *((is_area, one.name_vi) for is_area, one in found))
    name_en = case((described, Enterprise.commune), *((is_area, one.name_en) for is_area, one in found))
    code = case((described, cast(null(), String)), *((is_area, one.code) for is_area, one in found))
    number = func.sum(there.c.number)
    wanted = select(
        there.c.kind, name_vi.label("place_vi"), name_en.label("place_en"), code.label("place_code"), number
    )
    wanted = wanted.select_from(there).join(own, own.id == there.c.body)
    wanted = wanted.outerjoin(over, over.id == own.parent_id).outerjoin(above, above.id == over.parent_id)
    wanted = wanted.outerjoin(Enterprise, Enterprise.organisation_id == own.id)
    return wanted.group_by(there.c.kind, "place_vi", "place_en", "place_code").having(number > 0)
