"""Which indicators of some plans belong together, and when their numbers may be added."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

MOST_PLANS: Final = 6


class Unsummed(StrEnum):
    """Why the numbers of a row are not added."""

    ALONE = "alone"
    SEVERAL = "several"
    UNITS = "units"
    STATES = "states"


class Member(NamedTuple):
    """As much of an indicator as decides whether it may be added to others."""

    plan: int
    unit: str | None
    standing: bool


def together(nodes: Iterable[int], links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Nodes in groups that links join, directly or through others, also through ones that are not among the nodes."""
    order = list(nodes)
    leader: dict[int, int] = {}

    def top(node: int) -> int:
        while (above := leader.get(node, node)) != node:
            node = above
        return node

    for one, two in links:
        leader[top(one)] = top(two)
    groups: dict[int, list[int]] = {}
    for node in order:
        groups.setdefault(top(node), []).append(node)
    return list(groups.values())


def unsummed(members: Sequence[Member]) -> Unsummed | None:
    """Why the numbers of some indicators are not added, None where they are: one of each plan, in one unit."""
    if len({member.plan for member in members}) <= 1:
        return Unsummed.ALONE
    if len({member.plan for member in members}) < len(members):
        return Unsummed.SEVERAL
    if len({member.unit for member in members}) > 1 or members[0].unit is None:
        return Unsummed.UNITS
    return Unsummed.STATES if len({member.standing for member in members}) > 1 else None
