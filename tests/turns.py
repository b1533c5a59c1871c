"""Whose turn it is when several processes share the tests: each begins with its share of the longest.

xdist gives each worker as many neighbours of the list as any other, and what stands first in its share nobody takes
from it. Were the longest at the head of the list, the first worker alone would have them all.
"""

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
# By the seconds they take, the longest first; parts of their names.
LONGEST = (
    "test_the_api_keeps_its_word[",
    "test_every_page_is_in_order_for_who_may_see_everything",
    "test_the_api_keeps_its_word_from_one_request_to_the_next",
    "test_each_page_lets_in_whom_it_should",
    "test_everybody_who_is_printed_signs_in",
    "test_from_a_new_asset_to_a_number_that_rises",
    "test_an_import_whose_worker_is_killed",
    "test_who_may_read",
    "test_every_page_is_in_order_for_a_stranger",
    "test_a_process_killed_in_the_middle",
    "test_the_public_door_keeps_its_word",
)


def in_turn(items: list[pytest.Item]) -> None:
    """Order the tests for the workers of this run."""
    items[:] = dealt(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")), lambda item: place(item.nodeid))


def place(nodeid: str) -> int | None:
    """Where a test stands among the longest."""
    return next((number for number, name in enumerate(LONGEST) if name in nodeid), None)


def dealt(items: Sequence[T], hands: int, rank: Callable[[T], int | None]) -> list[T]:
    """Shares of equal number one after the other: of what has a rank the first, then neighbours of the rest."""
    ranks = [rank(item) for item in items]
    ranked = sorted((number, at) for at, number in enumerate(ranks) if number is not None)
    longest = [items[at] for _number, at in ranked]
    rest = [item for item, number in zip(items, ranks, strict=True) if number is None]
    order: list[T] = []
    for hand in range(hands):
        mine = longest[hand::hands]
        room = max(0, (len(items) - len(order)) // (hands - hand) - len(mine))
        order += mine + rest[:room]
        del rest[:room]
    return order + rest
