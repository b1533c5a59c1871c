"""What lapses of a laboratory, whatever is stored."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

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


TO_BE_DONE: Final = frozenset({LapseKind.PROFICIENCY_TEST, LapseKind.FOLLOW_UP, LapseKind.CORRECTIVE_ACTION})


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

    @property
    def is_to_be_done(self) -> bool:
        """Whether its day is one by which something is done; else the last one on which something holds."""
        return self.kind in TO_BE_DONE

    @property
    def words(self) -> str:
        """What lapses, and which one: a paper by its number, a card or an appointment by the person."""
        return {
            LapseKind.ACCREDITATION: _("Accreditation %(what)s", what=self.what),
            LapseKind.RECOGNITION: _("Recognition %(what)s", what=self.what),
            LapseKind.SIGNATORY: _("Appointment of %(what)s", what=self.what),
            LapseKind.CARD: _("Verifier's card of %(what)s", what=self.what),
            LapseKind.PROFICIENCY_TEST: _("Proficiency test in “%(what)s”", what=self.what),
            LapseKind.FOLLOW_UP: _("Follow-up of the proficiency test of “%(what)s”", what=self.what),
            LapseKind.CORRECTIVE_ACTION: _("Corrective action “%(what)s”", what=self.what),
        }[LapseKind(self.kind)]


def kind_text(kind: str) -> str:
    """What lapses, in words."""
    return {
        LapseKind.ACCREDITATION: _("Accreditation"),
        LapseKind.RECOGNITION: _("Recognition"),
        LapseKind.SIGNATORY: _("Appointment"),
        LapseKind.CARD: _("Verifier's card"),
        LapseKind.PROFICIENCY_TEST: _("Proficiency test"),
        LapseKind.FOLLOW_UP: _("Follow-up of a proficiency test"),
        LapseKind.CORRECTIVE_ACTION: _("Corrective action"),
    }[LapseKind(kind)]
