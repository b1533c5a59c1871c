"""How inspections are counted."""

from enum import StrEnum


class By(StrEnum):
    """By what inspections are counted."""

    TYPE = "type"
    AREA = "area"
    YEAR = "year"
