"""Organisations as a day knows them: who answers for each, and in which commune and province it lies."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

from sqlalchemy import select

from registry.accounts import places
from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, OrganisationSuccession
from registry.accounts.rules import OrganisationKind
from registry.kernel.db import db
from registry.kernel.i18n import current_locale
from registry.plan.activities.models import Enterprise

MOST_NAMED: Final = 10_000  # SQLite takes 32,766 parameters; where more are asked for, all are read


class Body(NamedTuple):
    """An organisation; `valid_to` is its last day, where it has one."""

    id: int
    code: str
    name_vi: str
    name_en: str
    kind: OrganisationKind
    parent_id: int | None
    valid_to: date | None

    @property
    def name(self) -> str:
        """The name in the language of the request."""
        return self.name_en if current_locale() == "en" else self.name_vi


class Place(NamedTuple):
    """Where an organisation lies: in an `area` that has a body, in a commune that is only named, or in neither."""

    area: Body | None
    commune: str | None
    province: Body | None

    @property
    def key(self) -> str:
        """The same for the body of a commune and for its bare name, within a province."""
        named = self.commune or (self.area.name_vi if self.area else "")
        return f"{self.province.code if self.province else ''}/{places.key(named)}"

    @property
    def name(self) -> str:
        """What it is called; empty where it is not known."""
        return self.area.name if self.area else self.commune or ""


class Bodies:
    """Some organisations, those over them and who took over from these up to a day, by key."""

    def __init__(self, ids: Collection[int], on: date) -> None:
        self._ids, self.on = sorted(ids), on

    @cached_property
    def known(self) -> Mapping[int, Body]:
        """Every organisation on the way up."""
        table = Organisation.__table__.c
        wanted = select(*(table[name] for name in Body._fields))
        if len(self._ids) <= MOST_NAMED:
            wanted = wanted.where(Organisation.id.in_(accounts.over(*self._ids)))
        return {row.id: Body(*row) for row in db.session.execute(wanted)} if self._ids else {}

    @cached_property
    def _heirs(self) -> Mapping[int, int]:
        """Who took over from an organisation last, by the day."""
        taken = OrganisationSuccession
        wanted = select(taken.from_id, taken.to_id).where(taken.on <= self.on).order_by(taken.on, taken.id)
        if len(self._ids) <= MOST_NAMED:
            wanted = wanted.where(taken.from_id.in_(accounts.over(*self._ids)))
        return dict(db.session.execute(wanted).all()) if self._ids else {}

    @cached_property
    def _communes(self) -> Mapping[int, str]:
        """The communes that are written down of enterprises."""
        wanted = select(Enterprise.organisation_id, Enterprise.commune)
        if len(self._ids) <= MOST_NAMED:
            wanted = wanted.where(Enterprise.organisation_id.in_(accounts.over(*self._ids)))
        return dict(db.session.execute(wanted).all()) if self._ids else {}

    def heir(self, key: int) -> Body:
        """Who answers for an organisation on the day: itself, or the end of its line of successions."""
        seen = {key}
        while (following := self._heirs.get(key)) is not None and following not in seen:
            seen.add(following)
            key = following
        return self.known[key]

    def place(self, key: int) -> Place:
        """The commune or district that who answers for an organisation is or lies in, as things are on the day."""
        body = self.heir(key)
        line = self._line(body)
        area = next((one for one in line if one.kind in places.AREAS), None)
        commune = self._communes.get(body.id) or self._communes.get(key)
        return Place(None if commune else area, commune, self.province(key))

    def province(self, key: int) -> Body | None:
        """The province over an organisation, as it is on the day."""
        return next((one for one in self._line(self.heir(key)) if one.kind is OrganisationKind.PROVINCE), None)

    def former(self, key: int) -> list[Body]:
        """An organisation and those over it under the names they had, as far as another has taken over from them."""
        found, step = [], self.known.get(key)
        while step is not None and step not in found:
            found.append(step)
            step = self.known.get(step.parent_id or 0)
        return [one for one in found if one.id in self._heirs]

    def _line(self, body: Body) -> list[Body]:
        """An organisation and those over it, each as it is on the day."""
        found: list[Body] = []
        step: Body | None = body
        while step is not None and step not in found:
            found.append(step)
            above = step.parent_id
            step = self.heir(above) if above is not None else None
        return found
