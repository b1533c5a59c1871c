"""Whether lines of a scope fit what is known beside them: instrument types, and the laboratory's papers and sites."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import fold, shown
from registry.labs.models import TYPE, Lab
from registry.labs.scope.lines import LineValues


def fitted(lab: Lab, lines: Sequence[LineValues], before: str) -> Mapping[str, int]:
    """The keys of the instrument types that lines name by code. Raises Invalid, beside `lines.2.site` for the third."""
    types = _types(lines)
    errors = {
        f"{before}.{place}.{field}": messages
        for place, line in enumerate(lines)
        for field, messages in _misfits(lab, line, types).items()
    }
    if errors:
        raise Invalid(errors)
    return types


def fitting(lab: Lab, line: LineValues) -> dict[str, list[str]]:
    """What a line names that is not there, by field."""
    return _misfits(lab, line, _types([line]))


def _types(lines: Sequence[LineValues]) -> Mapping[str, int]:
    codes = {code for line in lines if (code := line.get("instrument_type")) is not None}
    if not codes:
        return {}
    found = db.session.execute(select(TYPE.c.code, TYPE.c.id).where(TYPE.c.code.in_(sorted(codes))))
    return {code: key for code, key in found}  # noqa: C416 — rows are no pairs to the type checker


def _misfits(lab: Lab, line: LineValues, types: Mapping[str, int]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    code, number, site = line.get("instrument_type"), line.get("accreditation"), line.get("site")
    if code is not None and code not in types:
        wrong["instrument_type"] = [_("There is no instrument type with the code “%(code)s”.", code=shown(code))]
    if number is not None and number.casefold() not in {held.number.casefold() for held in lab.accreditations}:
        wrong["accreditation"] = [
            _("“%(number)s” is no accreditation of this laboratory; give the number of one.", number=shown(number))
        ]
    sites = {fold(held.name): held.name for held in lab.sites}
    if site is not None and sites and fold(site) not in sites:
        wrong["site"] = [
            _(
                "The laboratory has no site “%(site)s”; it has: %(sites)s.",
                site=shown(site),
                sites=", ".join(sites.values()),
            )
        ]
    return wrong
