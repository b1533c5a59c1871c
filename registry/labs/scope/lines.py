"""Lines of a scope as they are said: checked on their own, compared, and written down."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Required, TypedDict

from registry.kernel import unit_names, units
from registry.kernel.amounts import comparable
from registry.kernel.errors import Invalid, Messages
from registry.kernel.i18n import _, said_day, said_value
from registry.kernel.quantities import foreign_unit, is_same
from registry.kernel.text import shown
from registry.labs.scope.rules import Combined, Place, RelativeUnit


class LineValues(TypedDict, total=False):
    """One line of a scope: the range is in `unit`, the constant part of the CMC in `cmc_unit` or else in `unit`."""

    quantity: Required[str]
    unit: Required[str]
    range_low: Decimal | None
    range_high: Decimal | None
    cmc: Decimal | None
    method: str | None
    measurand: str | None
    instrument_type: str | None
    cmc_unit: str | None
    cmc_relative: Decimal | None
    cmc_relative_unit: RelativeUnit | None
    cmc_combined: Combined | None
    place: Place | None
    site: str | None
    price: int | None
    valid_from: date | None
    valid_to: date | None
    accreditation: str | None


FIELDS: Final = tuple(LineValues.__annotations__)
ALIKE: Final = (
    "unit",
    "accreditation",
    "measurand",
    "instrument_type",
    "cmc_unit",
    "cmc_relative_unit",
    "cmc_combined",
)
LOWEST: Final = ("range_low", "cmc", "cmc_relative", "valid_from")
HIGHEST: Final = ("range_high", "valid_to")


def told(line: Any) -> dict[str, Any]:  # noqa: ANN401 — a line, stored or said
    """A line by its fields."""
    if isinstance(line, Mapping):
        return {field: line.get(field) for field in FIELDS}
    return {field: getattr(line, field) for field in FIELDS}


def check_lines(lines: Sequence[LineValues], before: str = "scope") -> None:
    """Raise Invalid with what is wrong, beside `scope.2.range_high` for the third line."""
    errors: dict[str, Sequence[str]] = {}
    for place, line in enumerate(lines):
        errors |= {f"{before}.{place}.{field}": messages for field, messages in line_faults(line).items()}
    if errors:
        raise Invalid(errors)


def line_faults(line: LineValues) -> Messages:
    """What is wrong with a line, by field: the value and the remedy."""
    found: dict[str, list[str]] = {}
    low, high = line.get("range_low"), line.get("range_high")
    if low is not None and high is not None and high < low:
        ends = {"high": said_value(high), "low": said_value(low)}
        message = _("%(high)s is below the range's lower end, %(low)s.", **ends)
        found["range_high"] = [message]
    if unit_names.meant(line["unit"]) is None:
        found["unit"] = [_unknown(line["unit"])]
    elif (foreign := foreign_unit(line["quantity"], line["unit"])) is not None:
        found["unit"] = [foreign]
    start, end = line.get("valid_from"), line.get("valid_to")
    if start is not None and end is not None and end < start:
        found["valid_to"] = [
            _("%(end)s is before the line's first day, %(start)s.", end=said_day(end), start=said_day(start))
        ]
    return found | _cmc_faults(line, known="unit" not in found)


def _cmc_faults(line: LineValues, *, known: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    cmc, relative, unit = line.get("cmc"), line.get("cmc_relative"), line.get("cmc_unit")
    for field, value in (("cmc", cmc), ("cmc_relative", relative)):
        if value is not None and value <= 0:
            found[field] = [_("A best uncertainty is greater than zero; “%(cmc)s” is not.", cmc=said_value(value))]
    if unit is not None and cmc is None:
        found["cmc"] = [_("Give the best uncertainty that is in %(unit)s, or leave its unit empty.", unit=shown(unit))]
    elif unit is not None and known and not comparable(unit, line["unit"]):
        found["cmc_unit"] = [
            _(
                "“%(unit)s” cannot be turned into %(own)s, the unit of the range; give the best uncertainty in a unit "
                "of the same kind.",
                unit=shown(unit),
                own=shown(line["unit"]),
            )
        ]
    if relative is not None and line.get("cmc_relative_unit") is None:
        found["cmc_relative_unit"] = [_("Say whether it is percent, ppm or a ratio of the reading.")]
    return found


def _unknown(text: str) -> str:
    like = unit_names.nearest(text)
    if like is None:
        return _(
            "The unit “%(unit)s” is not known, so nothing can be compared with this line; write one such as kPa or °C.",
            unit=shown(text),
        )
    return _(
        "The unit “%(unit)s” is not known, so nothing can be compared with this line. Did you mean %(like)s?",
        unit=shown(text),
        like=like.symbol,
    )


def plain(line: LineValues) -> dict[str, Any]:
    """A line as it is stored: how the parts of a CMC go together is said only where there are two."""
    values = told(line)
    both = values["cmc"] is not None and values["cmc_relative"] is not None
    values["cmc_combined"] = (values["cmc_combined"] or Combined.SUM) if both else None
    if values["cmc_relative"] is None:
        values["cmc_relative_unit"] = None
    if values["cmc_unit"] == values["unit"]:
        values["cmc_unit"] = None
    return values


def is_wider(new: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a line holds, or might hold, what another does not; what cannot be compared might."""
    alike = all(new[field] == before[field] for field in ALIKE)
    if not alike or not is_same(new["quantity"], before["quantity"]):
        return True
    narrower = all(_is_no_lower(new[field], before[field]) for field in LOWEST)
    narrower &= all(_is_no_higher(new[field], before[field]) for field in HIGHEST)
    here = before["place"] in {None, Place.BOTH, new["place"]}
    said = before["cmc"] is not None or before["cmc_relative"] is not None
    says = new["cmc"] is not None or new["cmc_relative"] is not None
    return not (narrower and here) or (says and not said)


def _is_no_lower(one: Any, other: Any) -> bool:  # noqa: ANN401 — both of one ordered type
    return other is None or (one is not None and bool(one >= other))


def _is_no_higher(one: Any, other: Any) -> bool:  # noqa: ANN401 — as above
    return other is None or (one is not None and bool(one <= other))


def spelt(text: str) -> str:
    """A unit as it is kept: what was written out as a name is its symbol."""
    return unit_names.spelt(text) if units.parse(text) is None else text
