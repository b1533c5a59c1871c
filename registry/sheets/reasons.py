"""Why rows of a sheet are wrong, or what is to be known of them: each reason once, with how many rows have it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypedDict

from registry.kernel.i18n import kept_of, lazy

MOST: Final = 200
OTHER_KINDS: Final = 2  # errors and notes beyond the others
OTHERS: Final = lazy("Other reasons; look at the rows.")
NOTE: Final = {"wrong": False, "field": None, "cell": "", "value": ""}
Form = tuple[object, ...]


class Reason(TypedDict):
    """A reason as it is kept: `message` can be said in any language; cell, value and row are those of its first row.

    What is not `wrong` is a note, which belongs to no field.
    """

    reason: int
    wrong: bool
    field: str | None
    message: object
    cell: str
    value: str
    row: int
    rows: int


class Reasons:
    """The reasons of one import, numbered from 1 in the order in which rows bring them; at most so many."""

    def __init__(self, kept: Iterable[Reason] = ()) -> None:
        self._found: dict[Form, Reason] = {_form(one): one.copy() for one in kept}

    @property
    def kept(self) -> list[Reason]:
        """Those found so far, as the import keeps them."""
        return [one.copy() for one in self._found.values()]

    def of(self, row: int, errors: Iterable[dict[str, Any]], notes: Sequence[object]) -> list[int]:
        """Count what was found in a row, as it is kept; gives the numbers of its reasons."""
        new = [
            *(self._one(row, error | {"wrong": True}) for error in errors),
            *(self._one(row, NOTE | {"message": note}) for note in notes),
        ]
        mine = {one["reason"]: one for one in new}
        for one in mine.values():
            one["rows"] += 1
        return list(mine)

    def _one(self, row: int, said: dict[str, Any]) -> Reason:
        form = _form(said)
        if form not in self._found and len(self._found) >= MOST - OTHER_KINDS:
            said = NOTE | {"wrong": said["wrong"], "message": kept_of(OTHERS)}
            form = _form(said)
        number = len(self._found) + 1
        found = self._found.setdefault(form, Reason(reason=number, row=row, rows=0, **said))  # type: ignore[typeddict-item]  # NOTE names the others
        if row < found["row"]:  # rows of one record are judged together, so that they come out of their order
            found.update({"row": row, **{name: said[name] for name in ("message", "cell", "value")}})  # type: ignore[typeddict-item]
        return found


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """What is wrong before what is only to be known, the most frequent first."""
    return sorted(reasons, key=lambda one: (not one["wrong"], -one["rows"], one["reason"]))


def _form(said: Mapping[str, Any]) -> Form:
    return said["wrong"], said["field"], form_of(said["message"])


def form_of(kept: object) -> object:
    """What two messages have in common that differ only in the values filled in."""
    match kept:
        case {"message": message}:
            return message
        case {"text": text}:
            return form_of(text)
        case list():
            return tuple(form_of(one) for one in kept)
        case _:
            return str(kept)
