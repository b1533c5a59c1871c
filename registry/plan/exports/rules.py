"""Which files there are."""

from enum import StrEnum


class Export(StrEnum):
    """What a file holds; activities are of all plans together."""

    MONEY = "money"
    ACTIVITIES = "activities"
    FOCUS = "focus"
    BREAKDOWN = "breakdown"


OF_NO_PLAN = frozenset({Export.ACTIVITIES})
