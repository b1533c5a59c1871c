"""What lapses of a laboratory, whatever is stored."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from registry.kernel.i18n import _


class LapseKind(StrEnum):
    """What it is that has a last day."""

    ACCREDITATION = "accreditation"
    RECOGNITION = "recognition"
    SIGNATORY = "signatory"
    CARD = "card"
    PROFICIENCY_TEST = "proficiency_test"
    FOLLOW_UP = "follow_up"
    CORRECTIVE_ACTION = "corrective_action"


class Lapse(NamedTuple):
    """Something of a laboratory and its last day, inclusive.

    `what` names it and tells it from others of its kind; `organisation` has the names of its organisation by language.
    """

    kind: str
    lab_id: int
    code: str
    lab: str
    organisation_id: int
    organisation: Mapping[str, str]
    what: str
    lapses_on: date

    @property
    def path(self) -> str:
        """The page that shows it."""
        return f"/labs/{self.code}"


def kind_text(kind: str) -> str:
    """What lapses, in words."""
    return {
        LapseKind.ACCREDITATION: _("Accreditation"),
        LapseKind.RECOGNITION: _("Recognition"),
        LapseKind.SIGNATORY: _("Signatory"),
        LapseKind.CARD: _("Verifier's card"),
        LapseKind.PROFICIENCY_TEST: _("Proficiency test"),
        LapseKind.FOLLOW_UP: _("Follow-up of a proficiency test"),
        LapseKind.CORRECTIVE_ACTION: _("Corrective action"),
    }[LapseKind(kind)]
