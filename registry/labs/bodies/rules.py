"""What is true of accreditation bodies whatever is stored, and the bodies that are known without being entered."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day


class Known(Protocol):
    """What is read of a body."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def schemes(self) -> Sequence[str]: ...
    @property
    def mra_since(self) -> date | None: ...
    @property
    def mra_until(self) -> date | None: ...
    @property
    def source(self) -> str: ...


class Shipped(NamedTuple):
    """A body as it comes with the registry: only what was read in the source that is named."""

    code: str
    name: str
    country: str
    schemes: Sequence[str]
    mra_since: date | None
    mra_until: date | None
    source: str


SHIPPED: tuple[Known, ...] = (
    # in the arrangement "since 2000" by its own page, so surely from the end of that year on
    Shipped("BoA", "BoA", "VN", ("VILAS",), date(2000, 12, 31), None, "boaweb.vtranet.com/en/vilas"),
    Shipped("AOSC", "AOSC", "VN", ("VLAC", "VLAT", "VLAM"), date(2019, 9, 7), None, "thunghiemngaynay.vn"),
)


def hint(body: Known | None, number: str) -> str | None:
    """A remark when a number does not look like one of its body; it may be right all the same."""
    if body is None or not body.schemes or any(_looks(scheme, number) for scheme in body.schemes):
        return None
    return _(
        "Numbers of %(body)s usually look like %(example)s; is “%(number)s” right?",
        body=body.code,
        example=_(" or ").join(f"{scheme} 123" for scheme in body.schemes),
        number=number,
    )


def signed_on(body: Known, day: date) -> bool | None:
    """Whether a body was in the ILAC arrangement on a day; None where nothing is known of it."""
    if body.mra_since is None:
        return None
    return body.mra_since <= day and (body.mra_until is None or day <= body.mra_until)


def named(bodies: Iterable[Known], said: str) -> Known | None:
    """The body of a name or code as an accreditation has it."""
    return next((body for body in bodies if said.casefold() in {body.code.casefold(), body.name.casefold()}), None)


def remark(bodies: Iterable[Known], said: str, number: str, day: date) -> str | None:
    """What is to be looked at about an accreditation: see `reserve`, or a number unlike others of its body."""
    body = named(bodies, said)
    remarks = reserve(body, said, day), hint(body, number)
    return " ".join(filter(None, remarks)) or None


def reserve(body: Known | None, said: str, day: date) -> str | None:
    """What everybody should know of the body of an accreditation: nobody entered it, or its part in ILAC had ended."""
    if body is None:
        return unknown_text(said)
    if signed_on(body, day) is not False:
        return None
    return _(
        "%(body)s was not in the ILAC arrangement on %(day)s by what is known here.",
        body=body.code,
        day=said_day(day),
    )


def unknown_text(said: str) -> str:
    """That a body is not among those that are known."""
    return _(
        "“%(body)s” is not among the accreditation bodies that are known here, so that nobody can tell whether it is "
        "in the ILAC arrangement.",
        body=said,
    )


def shared_text(number: str, others: str) -> str:
    """That other laboratories hold an accreditation of the same number."""
    return _("%(number)s is recorded of %(others)s, too; look whose it is.", number=number, others=others)


def check_body(mra_since: date | None, mra_until: date | None) -> None:
    """The arrangement begins before it ends."""
    if mra_until is None:
        return
    if mra_since is None:
        raise Invalid({"mra_since": [_("Give the day it began as well.")]})
    if mra_until < mra_since:
        message = _("%(end)s is before the first day, %(start)s.", end=said_day(mra_until), start=said_day(mra_since))
        raise Invalid({"mra_until": [message]})


def _looks(scheme: str, number: str) -> bool:
    return re.match(rf"{re.escape(scheme)}[ -]?\d+\b", number.strip(), re.IGNORECASE) is not None
