"""What is said to who gives a number to a certificate that a second person has to issue."""

from datetime import date

from registry.kernel.i18n import _, said_day


def is_issued_here(performed_on: date, since_on: date | None) -> bool:
    """Whether a laboratory that issues here since a day issues the certificate of work of another day here."""
    return since_on is not None and performed_on >= since_on


def second_person(lab: str, since_on: date) -> str:
    """The remedy for a certificate of one's own laboratory that is recorded under a number."""
    return _(
        "%(lab)s has issued its certificates here since %(day)s: leave the number out, submit the draft, and a second "
        "person gives it its number as they sign.",
        lab=lab,
        day=said_day(since_on),
    )


def came_in_a_sheet(lab: str, since_on: date) -> str:
    """The same for one that comes in a sheet."""
    return _(
        "%(lab)s has issued its certificates here since %(day)s, so work from that day on is not taken from a sheet: "
        "record it as a draft, and a second person signs it.",
        lab=lab,
        day=said_day(since_on),
    )
