"""The columns of a sheet of assets: what each is called, and which heading means it."""

from functools import lru_cache
from typing import Final

from registry.assets.exchange.belonging_words import BELONGINGS
from registry.assets.exchange.words import CHARACTERISTICS, DERIVED, FIELDS, SCHEDULES, SHOWN_ONLY, TOGETHER, WRONG
from registry.kernel.text import fold
from registry.sheets.columns import Column, Named, Vocabulary, column

MOST_GROUPS: Final = 30
NEAR: Final = {"status_reason": "status", "restriction": "status"}
NAMED: Final = (
    Named("", FIELDS),
    Named("schedules.", SCHEDULES),
    Named("", BELONGINGS),
    Named("characteristics.{}.", CHARACTERISTICS),
)


def plain() -> list[Column]:
    """The columns of what an asset says once, the tag first."""
    return [column(one, one.key) for one in FIELDS]


def group(place: int) -> list[Column]:
    """The columns of an asset's characteristic at a place, counted from 0."""
    return [column(one, f"characteristics.{place}.{one.key}", f" {place + 1}") for one in CHARACTERISTICS]


def belongings() -> list[Column]:
    """The columns of what belongs to an asset: data sheet of a reference material, software."""
    return [column(one, one.key) for one in BELONGINGS]


def schedules() -> list[Column]:
    """The columns of the schedules, one for each kind."""
    return [column(one, f"schedules.{one.key}") for one in SCHEDULES]


def all_columns(groups: int) -> list[Column]:
    """Every column of a sheet with so many characteristics."""
    return [*plain(), *schedules(), *belongings(), *(column for place in range(groups) for column in group(place))]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """What sheets of assets may say."""
    return Vocabulary(
        all_columns(MOST_GROUPS),
        NAMED,
        needs=("name", "tag"),
        near=NEAR,
        shown_only=(*SHOWN_ONLY, WRONG),
        together=TOGETHER,
        has_foot=True,
    )


def is_derived(heading: str) -> bool:
    """Whether a heading is one under which our lists show what is worked out from the records."""
    return fold(heading) in {fold(name) for pair in DERIVED for name in pair}


def column_of(key: str) -> Column | None:
    """The column of a field."""
    return vocabulary().columns.get(key)


def heading_of(key: str) -> str:
    """The heading under which a field is looked for."""
    return vocabulary().heading_of(key)


def meaning_of(key: str, locale: str) -> str:
    """What a field is called."""
    return vocabulary().meaning_of(key, locale)
