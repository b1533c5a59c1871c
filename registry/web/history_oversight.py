"""What the log calls deeds about laboratories, inspections and money, in words: deeds, fields and what they may say."""

from collections.abc import Mapping
from typing import Final

from registry.inspection.checks.catalogue import KINDS
from registry.inspection.measures.rules import WORDS as MEASURES
from registry.inspection.rules import State, TeamRole
from registry.kernel.i18n import lazy

DEEDS: Final[Mapping[str, str]] = {
    "lab.register": lazy("Registered"),
    "lab.edit": lazy("Record changed"),
    "lab.decide": lazy("Decision about an accreditation recorded"),
    "lab.confirm": lazy("Statements confirmed"),
    "lab.issues_here": lazy("Whether it issues its certificates here"),
    "lab.unconfirm": lazy("Confirmation taken back"),
    "lab.annul_decision": lazy("Decision annulled"),
    "pt_scheme.add": lazy("Added"),
    "pt_scheme.edit": lazy("Record changed"),
    "pt_round.add": lazy("Planned"),
    "pt_round.edit": lazy("Record changed"),
    "pt_round.turn": lazy("Next step"),
    "pt_round.assign": lazy("Assigned value said"),
    "pt_round.invite": lazy("Participant added"),
    "pt_round.excuse": lazy("Participant taken off"),
    "pt_round.enter": lazy("Result given"),
    "pt_round.correct": lazy("Result corrected"),
    "pt_round.evaluate": lazy("Evaluated"),
    "pt_follow_up.open": lazy("Follow-up opened"),
    "pt_follow_up.judge": lazy("Judged anew"),
    "pt_follow_up.write": lazy("Written down"),
    "pt_follow_up.close": lazy("Closed"),
    "pt_plan.add": lazy("Participation planned"),
    "pt_plan.cancel": lazy("Participation given up"),
    "lab.decide_scope": lazy("Scope changed by a decision"),
    "lab.correct_scope": lazy("Line of the scope corrected"),
    "pt_follow_up.reopen": lazy("Follow-up opened again"),
    "notices.snooze_lapse": lazy("Put off"),
    "notices.lift_lapse": lazy("No longer put off"),
    "lab.undo_scope": lazy("Decision about the scope undone"),
    "criteria_set.load": lazy("Version loaded"),
    "assessment.open": lazy("Assessment opened"),
    "assessment.edit": lazy("Assessors and days changed"),
    "assessment.answer": lazy("Criterion answered"),
    "assessment.sign_off": lazy("Signed off"),
    "assessment.plan_action": lazy("Corrective action planned"),
    "assessment.revise_action": lazy("Corrective action changed"),
    "assessment.action_done": lazy("Corrective action done"),
    "assessment.verify_action": lazy("Corrective action verified"),
    "assessment.close_finding": lazy("Finding closed"),
    "assessment.attach_file": lazy("File attached"),
    "assessment.remove_file": lazy("File removed"),
    "lab.declare_step": lazy("Step declared"),
    "lab_staff.replace": lazy("People changed"),
    "accreditation_body.enter": lazy("Accreditation body entered"),
    "inspection_plan.add": lazy("Plan made"),
    "inspection_plan.edit": lazy("Plan changed"),
    "inspection.plan": lazy("Inspection planned"),
    "inspection.edit": lazy("Inspection changed"),
    "inspection.step": lazy("Next step taken"),
    "inspection.check": lazy("Instrument checked"),
    "inspection.prefer": lazy("Record chosen that counts"),
    "inspection.decide": lazy("Measure decided"),
    "inspection.settle": lazy("Measure followed"),
    "inspection.sign": lazy("Minutes signed"),
    "inspection.register": lazy("Registered from an inspection"),
    "inspection.attach_file": lazy("File attached"),
}
FIELDS: Final[Mapping[str, str]] = {
    "year": lazy("Year"),
    "document_on": lazy("Day of the document"),
    "authority": lazy("Inspecting body"),
    "decision_on": lazy("Decided on"),
    "planned_from": lazy("First day"),
    "planned_to": lazy("Last day"),
    "subject_name": lazy("Inspected organisation"),
    "subject_address": lazy("Address"),
    "subject_types": lazy("What is inspected"),
    "team": lazy("Team"),
    "violation": lazy("In violation"),
    "findings": lazy("Findings"),
    "seen_by": lazy("Recorded by"),
    "done_on": lazy("Done on"),
    "minutes": lazy("Minutes"),
    "scheme_name": lazy("Scheme"),
    "steps.stage": lazy("Step"),
    "steps.document_no": lazy("Document"),
    "decision": lazy("Decision"),
    "inspection.decide.text": lazy("Measure"),
    "inspection.settle.text": lazy("Measure"),
    "inspection.settle.evidence": lazy("What shows it"),
    "inspection.plan.place": lazy("Where it takes place"),
    "inspection.edit.place": lazy("Where it takes place"),
}
STATES: Final = {
    State.PLANNED: lazy("Planned"),
    State.PREPARED: lazy("Prepared"),
    State.IN_PROGRESS: lazy("In progress"),
    State.SIGNED: lazy("Minutes signed"),
    State.CLOSED: lazy("Closed"),
    State.CANCELLED: lazy("Cancelled"),
}
ROLES: Final = {
    TeamRole.LEADER: lazy("Leader"),
    TeamRole.TECHNICIAN: lazy("Technical staff"),
    TeamRole.MEMBER: lazy("Member of the team"),
}
VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "inspection.state": {state.value: text for state, text in STATES.items()},
    "inspection.decide.kind": {kind.value: text for kind, text in MEASURES.items()},
    "findings": {described.kind.value: described.words for described in KINDS},
}


def member(said: str) -> str:
    """Somebody of a team as the log keeps it, `name: role (certificate)`, with the role in words."""
    name, colon, rest = said.rpartition(": ")
    role, space, certificate = rest.partition(" ")
    return f"{name}{colon}{ROLES[TeamRole(role)]}{space}{certificate}" if role in set(TeamRole) else said
