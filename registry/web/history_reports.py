"""What the log calls deeds about reports, in words."""

from collections.abc import Mapping
from typing import Final

from registry.kernel.i18n import lazy

DEEDS: Final[Mapping[str, str]] = {
    "report.open": lazy("Campaign opened"),
    "report.add_units": lazy("Units added"),
    "report.write": lazy("Report written in"),
    "report.submit": lazy("Report submitted"),
    "report.accept": lazy("Report accepted"),
    "report.return": lazy("Report returned"),
    "report.consolidate": lazy("Consolidated report asked for"),
    "report.gathered": lazy("Consolidated report put together"),
    "report.word": lazy("Consolidated report written in"),
    "report.freeze": lazy("Consolidated report frozen"),
}
WORDS: Final[Mapping[str, str]] = {
    "leadership": lazy("Leadership and guidance"),
    "documents": lazy("Documents issued"),
    "results": lazy("Other results"),
    "difficulties": lazy("Difficulties"),
    "causes": lazy("Causes"),
    "proposals": lazy("Proposals"),
    "next_year": lazy("Plan for the next year"),
}
_FIELDS: Final[Mapping[str, str]] = {
    "number": lazy("Number"),
    "state": lazy("State"),
    "reason": lazy("Reason"),
    "late": lazy("After the deadline"),
    "units": lazy("Units"),
    "report_no": lazy("Number of the report"),
    "document_hash": lazy("Hash of the document"),
    "plan": lazy("Plan"),
    "kind": lazy("Kind"),
    "year": lazy("Year"),
    "annual_year": lazy("Year of a yearly report"),
    "title": lazy("Title"),
    "start_on": lazy("First day"),
    "end_on": lazy("Last day"),
    "asked_on": lazy("Asked for on"),
    "due_on": lazy("Deadline"),
    "carry_over": lazy("What followed the last deadline belongs here"),
    "opened_at": lazy("Opened"),
    "orphans": lazy("Ended without a successor"),
}
FIELDS: Final[Mapping[str, str]] = {
    f"{deed}.{name}": text for deed in DEEDS for name, text in (*WORDS.items(), *_FIELDS.items())
}
STATES: Final[Mapping[str, str]] = {
    "draft": lazy("Not submitted"),
    "submitted": lazy("Submitted"),
    "returned": lazy("Returned"),
    "accepted": lazy("Accepted"),
}
KINDS: Final[Mapping[str, str]] = {"annual": lazy("Yearly report"), "ad_hoc": lazy("Report on request")}
VALUES: Final[Mapping[str, Mapping[str, str]]] = {"unit_report.state": STATES, "report_campaign.kind": KINDS}
