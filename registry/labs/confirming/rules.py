"""What is true of statements and their confirmation whatever is stored."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final, Protocol

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown

NAME: Final = "(accreditation|decision|recognition|scope_line)-[1-9][0-9]{0,9}"


class StatementKind(StrEnum):
    """What a laboratory may state of itself."""

    ACCREDITATION = "accreditation"
    DECISION = "decision"
    RECOGNITION = "recognition"
    SCOPE_LINE = "scope_line"


class Named(Protocol):
    """A statement by its name, such as `decision-4`."""

    @property
    def name(self) -> str: ...
    @property
    def confirmed(self) -> bool: ...


def name_of(kind: StatementKind, key: int) -> str:
    """How a statement is named from outside."""
    return f"{kind}-{key}"


def check_chosen(chosen: Sequence[str], held: Collection[Named], *, confirmed: bool) -> None:
    """Each is a statement of the laboratory, and is not yet what it shall be. Raises Invalid."""
    known = {one.name: one.confirmed for one in held}
    errors: dict[str, list[str]] = {}
    for place, name in enumerate(chosen):
        if name not in known:
            message = _("This laboratory has no statement “%(name)s”; choose one of its list.", name=shown(name))
            errors[f"statements.{place}"] = [message]
        elif known[name] is confirmed:
            message = _("This is confirmed already.") if confirmed else _("This is not confirmed.")
            errors[f"statements.{place}"] = [message]
    if errors:
        raise Invalid(errors)
