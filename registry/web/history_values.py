"""What the log says of fields that have a closed list, in words."""

from collections.abc import Mapping
from typing import Final

from registry.calibration.review.words import METHODS
from registry.kernel.i18n import lazy
from registry.labs.criteria.rules import Closing, Grade, Kind, Mark
from registry.labs.criteria.words import WORDS
from registry.plan.activities.words import ASPECTS, OWNERSHIPS, STAGES
from registry.plan.activities.words import KINDS as ACTIVITIES
from registry.plan.duties.words import STATES as DUTY_STATES
from registry.plan.focus.words import STATES as FOCUS_STATES
from registry.web import history_oversight, history_reports

KINDS: Final = {
    "standard": lazy("Measurement standard"),
    "reference_material": lazy("Reference material"),
    "instrument": lazy("Measuring instrument"),
}
STATUSES: Final = {
    "planned": lazy("Planned"),
    "procured": lazy("Procured"),
    "accepted": lazy("Accepted"),
    "in_service": lazy("In service"),
    "limited_use": lazy("Limited use"),
    "out_for_calibration": lazy("Out for calibration"),
    "out_of_service": lazy("Out of service"),
    "quarantined": lazy("Quarantined"),
    "retired": lazy("Withdrawn from use"),
    "disposed": lazy("Disposed"),
}
SCHEDULES: Final = {
    "calibration": lazy("Calibration"),
    "verification": lazy("Verification"),
    "intermediate_check": lazy("Intermediate check"),
    "testing": lazy("Testing"),
}
OUTCOMES: Final = {
    "pass": lazy("Pass"),
    "fail": lazy("Fail"),
    "conditional_pass": lazy("Conditional pass"),
    "conditional_fail": lazy("Conditional fail"),
    "none": lazy("No statement of conformity"),
}
LAB_KINDS: Final = {
    "calibration": lazy("Calibration laboratory"),
    "testing": lazy("Testing laboratory"),
    "verification": lazy("Verification laboratory (designated)"),
    "in_house": lazy("In-house laboratory"),
}
ACCREDITATION_STATUSES: Final = {
    "active": lazy("In force"),
    "suspended": lazy("Suspended"),
    "withdrawn": lazy("Withdrawn"),
}
EVIDENCE: Final = {
    "proposed": lazy("Proposed by hand"),
    "counted": lazy("Counted"),
    "excluded": lazy("Excluded"),
}
SCORES: Final = {"en": "Eₙ", "z": "z", "z_prime": "z'", "zeta": "ζ"}
SOURCES: Final = {"reference": lazy("Reference laboratory"), "consensus": lazy("Consensus of the results")}
VERDICTS: Final = {
    "satisfactory": lazy("Satisfactory"),
    "questionable": lazy("Questionable"),
    "unsatisfactory": lazy("Unsatisfactory"),
}
PLACES: Final = {
    "laboratory": lazy("in the laboratory"),
    "on_site": lazy("on site"),
    "both": lazy("in the laboratory and on site"),
}
MONEY: Final = {"allocated": lazy("Money allocated"), "disbursed": lazy("Money disbursed")}
# By action and field, by subject and field, or by field; the nearest counts.
VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "mark": WORDS[Mark],
    "grade": WORDS[Grade],
    "closing": WORDS[Closing],
    "assessment_kind": WORDS[Kind],
    "kind": KINDS,
    "only_kind": KINDS,
    "status": STATUSES,
    "only_status": STATUSES,
    "standard_class": {
        "national": lazy("National standard"),
        "reference": lazy("Reference standard"),
        "working": lazy("Working standard"),
        "transfer": lazy("Transfer standard"),
        "travelling": lazy("Travelling standard"),
    },
    "proof": {
        "not_required": lazy("Not required"),
        "missing": lazy("No record"),
        "good": lazy("Pass"),
        "failed": lazy("Fail"),
    },
    "because": {
        "lost": lazy("lost"),
        "damaged": lazy("damaged"),
        "replaced": lazy("replaced by another"),
        "mistaken": lazy("on the wrong item"),
    },
    "lab.decide_scope.kind": {
        "replace": lazy("replaces all lines"),
        "add": lazy("adds lines"),
        "end": lazy("ends lines"),
    },
    "cmc_relative_unit": {"percent": "%", "ppm": "ppm", "ratio": lazy("ratio")},
    "cmc_combined": {"sum": "a + b·x", "root_sum_squares": "Q[a; b·x]"},
    **dict.fromkeys(("lab.correct_scope.place", "scope.place", "added.place", "ended.place"), PLACES),
    "stable_unit": {"days": lazy("days"), "months": lazy("months")},
    "schedules.kind": SCHEDULES,
    "shown_kind": SCHEDULES,
    "schedule": SCHEDULES,
    "asset.propose_interval.method": {method.value: text for method, text in METHODS.items()},
    "interval_unit": {
        "days": lazy("days"),
        "weeks": lazy("weeks"),
        "months": lazy("months"),
        "years": lazy("years"),
    },
    "asset.check.kind": {"acceptance": lazy("Acceptance check"), "return": lazy("Check before return into service")},
    "asset.check.result": {"pass": lazy("Passed"), "fail": lazy("Did not pass")},
    "asset.fault.kind": {
        "damage": lazy("Damage"),
        "overload": lazy("Overload"),
        "malfunction": lazy("Malfunction"),
        "mishandled": lazy("Mishandled"),
        "seal_broken": lazy("Broken seal"),
        "failed_check": lazy("Failed check"),
        "other": lazy("Something else"),
    },
    "asset.upkeep.kind": {
        "maintenance": lazy("Maintenance"),
        "repair": lazy("Repair"),
        "modification": lazy("Modification"),
        "adjustment": lazy("Adjustment"),
    },
    "duty.state": {state.value: text for state, text in DUTY_STATES.items()},
    "focus.state": {state.value: text for state, text in FOCUS_STATES.items()},
    **history_reports.VALUES,
    **history_oversight.VALUES,
    "activity.kind": {kind.value: text for kind, text in ACTIVITIES.items()},
    "aspect": {aspect.value: text for aspect, text in ASPECTS.items()},
    "steps.stage": {stage.value: text for stage, text in STAGES.items()},
    "ownership": {ownership.value: text for ownership, text in OWNERSHIPS.items()},
    "calibration.kind": SCHEDULES,
    "procedure.kind": SCHEDULES,
    "limits": {
        "asset_mpe": lazy("the permissible error of the item"),
        "stated": lazy("stated with each setpoint"),
    },
    "setpoints.stage": {"as_found": lazy("As found"), "as_left": lazy("As left")},
    "calibration.status": {
        "draft": lazy("Draft"),
        "submitted": lazy("Submitted for approval"),
        "issued": lazy("Issued"),
        "amended": lazy("Amended"),
        "void": lazy("Void"),
    },
    "verification_kind": {
        "initial": lazy("Initial verification"),
        "periodic": lazy("Periodic verification"),
        "after_repair": lazy("Verification after repair"),
    },
    "meaning": {
        "approval": lazy("The results were checked and are approved"),
        "authorisation": lazy("The certificate may leave the laboratory"),
    },
    "asset.use_first.kind": SCHEDULES,
    "asset.read_usage.kind": SCHEDULES,
    "asset.withdraw_reading.kind": SCHEDULES,
    "asset.ask_extension.kind": SCHEDULES,
    "asset.grant_extension.kind": SCHEDULES,
    "asset.end_extension.kind": SCHEDULES,
    "pt_scheme.kind": {
        "proficiency_test": lazy("Proficiency testing"),
        "comparison": lazy("Interlaboratory comparison"),
        "measurement_audit": lazy("Measurement audit"),
    },
    "pt_round.state": {
        "planned": lazy("Planned"),
        "open": lazy("Open for results"),
        "closed": lazy("Closed for results"),
        "evaluated": lazy("Evaluated"),
        "published": lazy("Published"),
    },
    "pt_round.source": SOURCES,
    "pt_round.judged_by": SCORES,
    "measurands.source": SOURCES,
    "measurands.judged_by": SCORES,
    "verdict": VERDICTS,
    "trigger": {
        "result": lazy("A failing result"),
        "fault": lazy("A fault"),
        "manual": lazy("Opened by hand"),
        "voided": lazy("A voided record"),
    },
    "state": {
        "gathering": lazy("Gathering"),
        "open": lazy("Open"),
        "closed": lazy("Signed off"),
        "withdrawn": lazy("Withdrawn"),
    },
    "evidence.proposed.state": EVIDENCE,
    "evidence.counted.state": EVIDENCE,
    "evidence.excluded.state": EVIDENCE,
    "money.allocated.kind": MONEY,
    "money.disbursed.kind": MONEY,
    "money.reversed.kind": MONEY,
    "record_type": {
        "asset": lazy("Asset"),
        "lab": lazy("Laboratory"),
        "calibration": lazy("Calibration"),
        "organisation": lazy("Organisation"),
        "activity": lazy("Activity"),
        "accreditation": lazy("Accreditation"),
        "scope_line": lazy("Line of scope"),
        "inspection": lazy("Inspection"),
        "assessment": lazy("Assessment"),
    },
    "way": {"telephone": lazy("Telephone"), "letter": lazy("Letter"), "in_person": lazy("In person")},
    "disposition": {
        "no_effect": lazy("No effect"),
        "recalibrate": lazy("Calibrate or verify again"),
        "recall": lazy("Recall"),
        "certificate_withdrawn": lazy("Certificate withdrawn"),
    },
    "significance": {
        "significant": lazy("Significant"),
        "possible": lazy("Possibly significant"),
        "unknown": lazy("Cannot be estimated"),
        "negligible": lazy("Negligible"),
    },
    "recomputed": OUTCOMES,
    "outcome": OUTCOMES,
    "decision_rule": {
        "simple": lazy("Simple acceptance"),
        "guard_band": lazy("Guard band"),
        "non_binary": lazy("Guard band, four outcomes"),
    },
    "iso17025_status": {
        "none": lazy("Not on the way to ISO/IEC 17025"),
        "preparing": lazy("Preparing for ISO/IEC 17025"),
        "applied": lazy("Applied for accreditation"),
        "accredited": lazy("Accredited to ISO/IEC 17025"),
    },
    "kinds": LAB_KINDS,
    "recognitions.kind": {
        "iso_9001": lazy("ISO 9001 certificate"),
        "registration": lazy("Registration of the activity"),
        "designation": lazy("Designation by the state"),
    },
    "step": {
        "none": lazy("Not on the way to ISO/IEC 17025"),
        "preparing": lazy("Preparing for ISO/IEC 17025"),
        "applied": lazy("Applied for accreditation"),
    },
    "staff.duty": {
        "contact": lazy("Contact"),
        "manager": lazy("Head of laboratory"),
        "signatory": lazy("Approved signatory"),
        "verifier": lazy("Verifier"),
    },
    "lab.decide.kind": {
        "granted": lazy("Accreditation granted"),
        "extended": lazy("Accreditation extended"),
        "reduced": lazy("Accreditation reduced"),
        "suspended": lazy("Accreditation suspended"),
        "reinstated": lazy("Accreditation reinstated"),
        "withdrawn": lazy("Accreditation withdrawn"),
    },
    "lab.decide.status": ACCREDITATION_STATUSES,
    "accreditations.status": ACCREDITATION_STATUSES,
    "organisation.kind": {
        "ministry": lazy("Ministry"),
        "province": lazy("Province"),
        "department": lazy("Department"),
        "district": lazy("District"),
        "commune": lazy("Commune"),
        "public_service": lazy("Public service unit"),
        "service_organisation": lazy("Metrology service organisation"),
        "enterprise": lazy("Enterprise"),
        "other": lazy("Other"),
    },
    "organisation.succeed.kind": {
        "merge": lazy("was merged into"),
        "rename": lazy("was renamed to"),
        "abolish": lazy("was abolished, its tasks went to"),
    },
    "role": {
        "technician": lazy("Technician"),
        "manager": lazy("Manager"),
        "inspector": lazy("Inspector"),
        "planner": lazy("Planner"),
        "admin": lazy("Administrator"),
    },
}
