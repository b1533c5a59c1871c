"""The words of laboratories in the language of the request."""

from registry.kernel.i18n import _
from registry.labs.confirming.queries import Statement
from registry.labs.confirming.rules import StatementKind
from registry.labs.journey import LabStatus, Step
from registry.labs.rules import Holding, LabKind, RecognitionKind
from registry.labs.staff.rules import Duty
from registry.labs.standing import DecisionKind, Standing


def kind_text(kind: LabKind) -> str:
    """What a laboratory does."""
    return {
        LabKind.CALIBRATION: _("Calibration laboratory"),
        LabKind.TESTING: _("Testing laboratory"),
        LabKind.VERIFICATION: _("Verification laboratory (designated)"),
        LabKind.IN_HOUSE: _("In-house laboratory"),
    }[kind]


def status_text(status: LabStatus) -> str:
    """Where a laboratory is on its way to ISO/IEC 17025."""
    return {
        LabStatus.NONE: _("Not on the way to ISO/IEC 17025"),
        LabStatus.PREPARING: _("Preparing for ISO/IEC 17025"),
        LabStatus.APPLIED: _("Applied for accreditation"),
        LabStatus.ACCREDITED: _("Accredited"),
        LabStatus.EXTENDED: _("Accredited, extended"),
        LabStatus.REDUCED: _("Accredited, reduced"),
        LabStatus.SUSPENDED: _("Accreditation suspended"),
        LabStatus.WITHDRAWN: _("Accreditation withdrawn"),
        LabStatus.EXPIRED: _("Accreditation expired"),
    }[status]


def standing_text(standing: Standing) -> str:
    """How an accreditation stands."""
    return {
        Standing.NOT_YET: _("Not yet in force"),
        Standing.IN_FORCE: _("In force"),
        Standing.SUSPENDED: _("Suspended"),
        Standing.WITHDRAWN: _("Withdrawn"),
        Standing.EXPIRED: _("Expired"),
    }[standing]


def holding_text(holding: Holding) -> str:
    """Whether an accreditation is held, as lists ask."""
    return {
        Holding.IN_FORCE: _("Accredited"),
        Holding.SUSPENDED: _("Suspended"),
        Holding.LAPSED: _("Expired or withdrawn"),
        Holding.NONE: _("Never accredited"),
    }[holding]


def turn_text(what: Step | DecisionKind | Standing) -> str:
    """What happened on a day of a laboratory's history."""
    if isinstance(what, Step):
        return status_text(LabStatus(what))
    if isinstance(what, Standing):
        return status_text(LabStatus.EXPIRED)
    return decision_text(what)


def decision_text(kind: DecisionKind) -> str:
    """What a body decided."""
    return {
        DecisionKind.GRANTED: _("Accreditation granted"),
        DecisionKind.EXTENDED: _("Accreditation extended"),
        DecisionKind.REDUCED: _("Accreditation reduced"),
        DecisionKind.SUSPENDED: _("Accreditation suspended"),
        DecisionKind.REINSTATED: _("Accreditation reinstated"),
        DecisionKind.WITHDRAWN: _("Accreditation withdrawn"),
    }[kind]


def recognition_text(kind: RecognitionKind) -> str:
    """What is held beside accreditations."""
    return {
        RecognitionKind.ISO_9001: _("ISO 9001 certificate"),
        RecognitionKind.REGISTRATION: _("Registration of the activity"),
        RecognitionKind.DESIGNATION: _("Designation by the state"),
    }[kind]


def duty_text(duty: Duty) -> str:
    """What a person is for a laboratory."""
    return {
        Duty.CONTACT: _("Contact"),
        Duty.MANAGER: _("Head of laboratory"),
        Duty.SIGNATORY: _("Approved signatory"),
        Duty.VERIFIER: _("Verifier"),
    }[duty]


def statement_text(one: Statement) -> str:
    """What a laboratory states."""
    if isinstance(one.what, DecisionKind):
        return decision_text(one.what)
    if isinstance(one.what, RecognitionKind):
        return recognition_text(one.what)
    return one.what if one.kind is not StatementKind.SCOPE_LINE else _("Line of the scope")


TONES = {
    LabStatus.ACCREDITED: ("ok", "good"),
    LabStatus.EXTENDED: ("ok", "good"),
    LabStatus.REDUCED: ("ok", "good"),
    LabStatus.SUSPENDED: ("bad", "warning"),
    LabStatus.WITHDRAWN: ("bad", "cross"),
    LabStatus.EXPIRED: ("bad", "clock"),
    LabStatus.PREPARING: ("warn", "edit"),
    LabStatus.APPLIED: ("warn", "record"),
    LabStatus.NONE: ("none", "info"),
    Standing.NOT_YET: ("none", "clock"),
    Standing.IN_FORCE: ("ok", "good"),
    Standing.SUSPENDED: ("bad", "warning"),
    Standing.WITHDRAWN: ("bad", "cross"),
    Standing.EXPIRED: ("bad", "clock"),
}


def tone(state: LabStatus | Standing) -> tuple[str, str]:
    """The colour and the sign that go with a word."""
    return TONES[state]
