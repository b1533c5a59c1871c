"""How breakdowns are told."""

from typing import Final

from registry.kernel.i18n import _, lazy
from registry.plan.breakdown.parts import HIDDEN, UNKNOWN, Part
from registry.plan.breakdown.rules import By

BYS: Final = {
    By.PLACE: lazy("Commune"),
    By.PROVINCE: lazy("Province"),
    By.ORGANISATION: lazy("Organisation"),
    By.YEAR: lazy("Year"),
}


def called(part: Part, by: By) -> str:
    """What a part is called, also where it has no name."""
    if part.key == HIDDEN:
        return _("Organisations whose records are not for you")
    if part.key == UNKNOWN:
        return _("No organisation") if by is By.ORGANISATION else _("No place that is known")
    return part.name


def is_province_wide(part: Part, by: By) -> bool:
    """Whether a part by communes is what lies in a province, and in none of its communes."""
    return by is By.PLACE and part.key.endswith("/")
