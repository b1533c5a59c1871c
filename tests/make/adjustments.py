"""Versions of plans by decision, and a plan of another province of the same scheme."""

from collections.abc import Callable
from typing import Any

from registry.plan import files, versions
from registry.plan.drafts import rules
from registry.plan.files import PlanFile
from registry.plan.versions import Loaded
from tests.make import plan as make

Change = Callable[[dict[str, Any]], object]


def decided(number: str, on: str, *changes: Change, in_force_from: str | None = None) -> PlanFile:
    """The plan's file with changes under a decision."""

    def change(data: dict[str, Any]) -> None:
        data["plan"]["decision"] = {"number": number, "on": on, "in_force_from": in_force_from}
        for one in changes:
            one(data)

    return make.changed(change)


def load(file: PlanFile) -> Loaded:
    """A version of the plan, left to the caller to commit."""
    return versions.load(file, by=None)


def target(code: str, period: str, value: int | None, raw: str) -> Change:
    """A change of a target."""
    return lambda data: make.row(data, code)["targets"][period].update(value=value, raw=raw)


def renamed(old: str, new: str) -> Change:
    """A row under another code, everywhere, saying what it was."""

    def change(data: dict[str, Any]) -> None:
        make.row(data, old).update(was=old)
        data.update(rules.with_row(data, old, {"code": new}))

    return change


def given_up(code: str, on: str, continues_in: str | None) -> Change:
    """A row that is given up."""

    def change(data: dict[str, Any]) -> None:
        row = make.row(data, code)
        row["ended"] = {"on": on, "continues_in": continues_in}
        for period in data["periods"]:
            if period["start"] > on:
                row["targets"][period["code"]] = {"value": None, "raw": "-"}

    return change


def file_of(data: dict[str, Any]) -> PlanFile:
    """Data as a file."""
    return files.told(data)
