"""What is true of installed software whatever is stored."""

from datetime import date
from enum import StrEnum

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day


class SoftwareKind(StrEnum):
    """What is built into the instrument, and what runs beside it."""

    FIRMWARE = "firmware"
    SOFTWARE = "software"


def check_installation(version: str, since_on: date, current: str | None, today: date) -> None:
    """A version is installed by today, and differs from the current one. Raises Invalid."""
    if since_on > today:
        text = _("%(day)s is in the future; give the day it was installed.", day=said_day(since_on))
        raise Invalid({"since_on": [text]})
    if version == current:
        raise Invalid({"version": [_("Version %(version)s is the current one already.", version=version)]})
