"""The columns of a sheet of calibrations: what each is called, and which heading means it."""

from functools import lru_cache
from typing import Final

from registry.calibration.exchange.words import FIELDS, POINTS, SHOWN_ONLY
from registry.sheets.columns import Column, Named, Vocabulary, column

POINT: Final = "points."
TOGETHER: Final = {"points": ("Số điểm đo", "Number of points")}


def all_columns() -> list[Column]:
    """Every column: those of the record, then those of one of its points."""
    return [*(column(one, one.key) for one in FIELDS), *(column(one, POINT + one.key) for one in POINTS)]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """What sheets of calibrations may say."""
    return Vocabulary(
        all_columns(),
        (Named("", FIELDS), Named(POINT, POINTS)),
        needs=("certificate_no", "performed_on"),
        shown_only=SHOWN_ONLY,
        together=TOGETHER,
    )
