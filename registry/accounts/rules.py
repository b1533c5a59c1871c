"""What is true of organisations, roles and passwords whatever is stored."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day


class OrganisationKind(StrEnum):
    """What an organisation is; `province` is the root of an inspector's or planner's territory."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"
    PUBLIC_SERVICE = "public_service"
    SERVICE_ORGANISATION = "service_organisation"
    ENTERPRISE = "enterprise"
    OTHER = "other"


class SuccessionKind(StrEnum):
    """How one organisation takes over from another."""

    MERGE = "merge"
    RENAME = "rename"
    ABOLISH = "abolish"


class Role(StrEnum):
    """What a person is in an organisation."""

    TECHNICIAN = "technician"
    MANAGER = "manager"
    INSPECTOR = "inspector"
    PLANNER = "planner"
    ADMIN = "admin"


class Verb(StrEnum):
    """What a person may be allowed to do for an organisation."""

    ASSET_WRITE = "asset_write"
    IMPACT_CONCLUDE = "impact_conclude"
    CALIBRATION_RECORD = "calibration_record"
    CALIBRATION_APPROVE = "calibration_approve"
    LAB_WRITE = "lab_write"
    ACCREDITATION_CONFIRM = "accreditation_confirm"
    CRITERIA_WRITE = "criteria_write"
    ASSESSMENT_WRITE = "assessment_write"
    ASSESSMENT_SIGN = "assessment_sign"
    ASSESSMENT_OVERSEE = "assessment_oversee"
    TYPE_WRITE = "type_write"
    PROCEDURE_WRITE = "procedure_write"
    VIEW_SHARE = "view_share"
    CATALOGUE_WRITE = "catalogue_write"
    PLAN_WRITE = "plan_write"
    EVIDENCE_DECIDE = "evidence_decide"
    ACTIVITY_WRITE = "activity_write"
    ENTERPRISE_WRITE = "enterprise_write"
    ORGANISATION_WRITE = "organisation_write"
    PERSON_WRITE = "person_write"
    JOB_READ = "job_read"
    JOB_RUN = "job_run"
    WEBHOOK_WRITE = "webhook_write"
    TELLING_READ = "telling_read"
    INSPECTION_WRITE = "inspection_write"
    REPORT_WRITE = "report_write"
    REPORT_SUBMIT = "report_submit"


ALLOWED: Mapping[Role, frozenset[Verb]] = {
    Role.TECHNICIAN: frozenset(
        {
            Verb.ASSET_WRITE,
            Verb.CALIBRATION_RECORD,
            Verb.ASSESSMENT_WRITE,
            Verb.ACTIVITY_WRITE,
            Verb.REPORT_WRITE,
        }
    ),
    Role.MANAGER: frozenset(
        {
            Verb.ASSET_WRITE,
            Verb.IMPACT_CONCLUDE,
            Verb.CALIBRATION_RECORD,
            Verb.CALIBRATION_APPROVE,
            Verb.LAB_WRITE,
            Verb.ACCREDITATION_CONFIRM,
            Verb.ASSESSMENT_WRITE,
            Verb.ASSESSMENT_SIGN,
            Verb.ACTIVITY_WRITE,
            Verb.TYPE_WRITE,
            Verb.PROCEDURE_WRITE,
            Verb.VIEW_SHARE,
            Verb.WEBHOOK_WRITE,
            Verb.TELLING_READ,
            Verb.REPORT_WRITE,
            Verb.REPORT_SUBMIT,
        }
    ),
    Role.INSPECTOR: frozenset(
        {Verb.TELLING_READ, Verb.INSPECTION_WRITE, Verb.ASSESSMENT_OVERSEE, Verb.ACCREDITATION_CONFIRM}
    ),
    Role.PLANNER: frozenset(
        {
            Verb.ACCREDITATION_CONFIRM,
            Verb.ACTIVITY_WRITE,
            Verb.ENTERPRISE_WRITE,
            Verb.PLAN_WRITE,
            Verb.EVIDENCE_DECIDE,
            Verb.JOB_READ,
            Verb.TELLING_READ,
            Verb.ASSESSMENT_OVERSEE,
            Verb.REPORT_WRITE,
            Verb.REPORT_SUBMIT,
        }
    ),
    Role.ADMIN: frozenset(Verb),
}
TERRITORIAL = frozenset({Role.INSPECTOR, Role.PLANNER})
AUTHORITIES = frozenset(
    {
        OrganisationKind.MINISTRY,
        OrganisationKind.PROVINCE,
        OrganisationKind.DEPARTMENT,
        OrganisationKind.DISTRICT,
        OrganisationKind.COMMUNE,
    }
)

SESSION_LIFE = timedelta(days=14)
INVITATION_LIFE = timedelta(days=7)
ATTEMPT_WINDOW = timedelta(minutes=15)
UNJUDGED = timedelta(minutes=1)
MAX_FAILURES = {"pair": 5, "email": 20, "address": 50}
MIN_PASSWORD, MAX_PASSWORD = 12, 128


def roles_allowing(verb: Verb) -> frozenset[Role]:
    """The roles that may do this."""
    return frozenset(role for role, verbs in ALLOWED.items() if verb in verbs)


def role_words(role: Role) -> str:
    """A role as people call it."""
    return {
        Role.TECHNICIAN: _("Technician"),
        Role.MANAGER: _("Manager"),
        Role.INSPECTOR: _("Inspector"),
        Role.PLANNER: _("Planner"),
        Role.ADMIN: _("Administrator"),
    }[role]


def check_password(password: str, email: str, field: str = "password") -> None:
    """Refuse a password that is short, endless or the e-mail address (NIST SP 800-63B 5.1.1.2: length, no recipes)."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        message = _("Choose a password of %(least)s to %(most)s characters.", least=MIN_PASSWORD, most=MAX_PASSWORD)
        raise Invalid({field: [message]})
    if password.casefold() in {email.casefold(), email.casefold().partition("@")[0]}:
        raise Invalid({field: [_("The password must not be your e-mail address.")]})


def check_life(valid_from: date | None, valid_to: date | None) -> None:
    """An organisation cannot end before it begins; both days are inclusive."""
    if valid_from and valid_to and valid_to < valid_from:
        message = _("%(end)s is before the first day, %(start)s.", end=said_day(valid_to), start=said_day(valid_from))
        raise Invalid({"valid_to": [message]})


def digest(secret: str) -> str:
    """How a random secret is stored and found again; it has 256 bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bare(secret: str) -> str:
    """A one-time secret without what people add when they read it out or type it: dashes, spaces, small letters."""
    return "".join(secret.replace("-", "").split()).upper()
