"""What one benchmark found."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Result:
    """A figure, its floor and the goal for their ratio; without a floor the ratio is the figure itself."""

    name: str
    ours: float
    floor: float | None
    ratio: float
    goal: str
    met: bool
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        """The result as plain data."""
        return asdict(self)


def at_least(name: str, ours: float, floor: float, goal: float, note: str = "") -> Result:
    """A result whose ratio must not fall under the goal."""
    return Result(
        name=name, ours=ours, floor=floor, ratio=ours / floor, goal=f">= {goal}", met=ours / floor >= goal, note=note
    )


def at_most(name: str, ours: float, floor: float | None, goal: float, note: str = "") -> Result:
    """A result whose ratio, or figure when there is no floor, must not exceed the goal."""
    ratio = ours if floor is None else ours / floor
    return Result(name=name, ours=ours, floor=floor, ratio=ratio, goal=f"<= {goal}", met=ratio <= goal, note=note)
