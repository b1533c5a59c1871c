"""What activities, their aspects and stages, and enterprises are called."""

from collections.abc import Mapping
from typing import Final

from registry.kernel.i18n import current_locale, lazy
from registry.plan.activities.rules import ActivityKind, Aspect, Ownership, ParticipantKind, Stage

KINDS: Final[Mapping[ActivityKind, str]] = {
    ActivityKind.TRAINING: lazy("Training course"),
    ActivityKind.COMMUNICATION: lazy("Communication"),
    ActivityKind.CONFERENCE: lazy("Conference or event"),
    ActivityKind.POLICY_REVIEW: lazy("Review of documents and policies"),
    ActivityKind.COORDINATION: lazy("Coordination meeting"),
    ActivityKind.SURVEY: lazy("Survey of enterprises"),
    ActivityKind.ADOPTION: lazy("Measurement assurance programme of an enterprise"),
    ActivityKind.SUPPORT: lazy("Support to an organisation"),
    ActivityKind.CRITERIA: lazy("Application of the criteria set"),
    ActivityKind.PROJECT: lazy("Science and technology project"),
    ActivityKind.PURCHASE: lazy("Purchase"),
}
ASPECTS: Final[Mapping[Aspect, str]] = {
    Aspect.PRESS: lazy("Newspaper"),
    Aspect.TELEVISION: lazy("Television"),
    Aspect.RADIO: lazy("Radio"),
    Aspect.WEBSITE: lazy("Website"),
    Aspect.SOCIAL_MEDIA: lazy("Social media"),
    Aspect.PUBLICATION: lazy("Leaflet or publication"),
    Aspect.CONFERENCE: lazy("Conference"),
    Aspect.SEMINAR: lazy("Seminar"),
    Aspect.METROLOGY_DAY: lazy("Metrology Day"),
    Aspect.KEPT: lazy("Kept as it is"),
    Aspect.AMENDED: lazy("Amended"),
    Aspect.REPLACED: lazy("Replaced"),
    Aspect.REPEALED: lazy("Repealed"),
    Aspect.PROJECT_APPROVED: lazy("Project approved"),
    Aspect.INSIDE: lazy("Inside the province"),
    Aspect.OUTSIDE: lazy("With other provinces"),
    Aspect.PUBLIC: lazy("Published"),
    Aspect.PRIVATE: lazy("Not published"),
    Aspect.CRITERIA_SET: lazy("National criteria set"),
    Aspect.ISO_17025: lazy("ISO/IEC 17025"),
    Aspect.ISO_9001: lazy("ISO 9001"),
    Aspect.VEHICLE: lazy("Vehicle"),
    Aspect.EQUIPMENT: lazy("Equipment"),
    Aspect.OTHER: lazy("Something else"),
}
ASPECT_OF: Final[Mapping[ActivityKind, str]] = {
    ActivityKind.COMMUNICATION: lazy("Channel"),
    ActivityKind.CONFERENCE: lazy("Form"),
    ActivityKind.POLICY_REVIEW: lazy("Outcome"),
    ActivityKind.COORDINATION: lazy("Inside the province or not"),
    ActivityKind.ADOPTION: lazy("Publication"),
    ActivityKind.SUPPORT: lazy("Aim"),
    ActivityKind.PURCHASE: lazy("What was bought"),
}
STAGES: Final[Mapping[Stage, str]] = {
    Stage.SURVEYED: lazy("Surveyed"),
    Stage.SELECTED: lazy("Selected"),
    Stage.SUPPORTED: lazy("Supported"),
    Stage.ADOPTED: lazy("Programme adopted"),
    Stage.PROPOSED: lazy("Proposed"),
    Stage.APPROVED: lazy("Approved"),
    Stage.STARTED: lazy("Started"),
    Stage.ACCEPTED: lazy("Results accepted"),
}
OWNERSHIPS: Final[Mapping[Ownership, str]] = {
    Ownership.STATE: lazy("State-owned"),
    Ownership.PRIVATE: lazy("Private ownership"),
    Ownership.FOREIGN: lazy("Foreign investment"),
    Ownership.COOPERATIVE: lazy("Cooperative"),
    Ownership.HOUSEHOLD: lazy("Business household"),
}
DETAILS: Final[Mapping[str, str]] = {
    "sessions": lazy("Sessions"),
    "delegates": lazy("Delegates"),
    "enterprises": lazy("Enterprises asked"),
    "selected": lazy("Enterprises selected"),
    "funds": lazy("Approved money, đồng"),
    "price": lazy("Price, đồng"),
    "result": lazy("Result"),
}
# What the log calls what was done, and the fields of an activity where others have fields of the same name.
DEEDS: Final[Mapping[str, str]] = {
    "activity.record": lazy("Recorded"),
    "activity.edit": lazy("Record changed"),
    "activity.void": lazy("Made void"),
    "activity.list_people": lazy("List of people kept"),
    "activity.attach_file": lazy("File attached"),
    "activity.remove_file": lazy("File removed"),
    "enterprise.register": lazy("Described as an enterprise"),
    "enterprise.edit": lazy("Record changed"),
}
_FIELDS: Final[Mapping[str, str]] = {
    "title": lazy("Title"),
    "held_from": lazy("First day"),
    "held_to": lazy("Last day"),
    "aspect": lazy("Which sort"),
    "place": lazy("Where it took place"),
    "document_no": lazy("Document"),
    "document_on": lazy("Day of the document"),
    "quantity": lazy("How many"),
    "persons": lazy("Number of persons"),
    "attendances": lazy("Attendances"),
    "words": lazy("In words"),
    "details": lazy("Further data"),
    "steps": lazy("Stages"),
}
FIELDS: Final[Mapping[str, str]] = {
    **{f"activity.{deed}.{name}": text for deed in ("record", "edit", "list_people") for name, text in _FIELDS.items()},
    "sector": lazy("Sector"),
    "ownership": lazy("Ownership"),
    "commune": lazy("Commune or ward"),
    **{name: text for name, text in DETAILS.items() if name != "result"},
}
PARTICIPANTS: Final[Mapping[ParticipantKind, tuple[str, str]]] = {  # both are read on lists
    ParticipantKind.CIVIL_SERVANT: ("Công chức, viên chức", "Civil servant"),
    ParticipantKind.ENTERPRISE: ("Doanh nghiệp", "Enterprise"),
    ParticipantKind.SERVICE_ORGANISATION: ("Tổ chức dịch vụ đo lường", "Service organisation"),
    ParticipantKind.OTHER: ("Khác", "Other"),
}


def participant(kind: ParticipantKind) -> str:
    """For whom somebody works, in the language of the request."""
    return PARTICIPANTS[kind][current_locale() == "en"]
