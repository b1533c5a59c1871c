"""The verdict on a laboratory as it is told: the word, the reasons, and what was found before where that differs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from registry.calibration.competence.models import CompetenceCheck
from registry.labs.scope.judging import Verdict
from registry.labs.scope.rules import Competence, Coverage, Finding, Reason
from registry.labs.scope.words import competence_text, finding_text, standing_text
from registry.labs.standing import Standing


class Said(NamedTuple):
    """A verdict in words."""

    competence: Competence
    text: str
    reasons: Sequence[str]


class Told(NamedTuple):
    """What is known now of a record, and what was `found` when it was issued; that is None of one that is not yet.

    `holder` is the laboratory whose accreditation decides; `changed_by` what changed since, from which day on.
    """

    now: Said
    found: Said | None
    found_at: datetime | None
    holder: str
    changed_at: datetime | None = None
    changed_since: date | None = None
    changed_by: str | None = None

    @property
    def is_changed(self) -> bool:
        """Whether something else is known now than was found."""
        return self.found is not None and self.found.competence is not self.now.competence


def told(held: CompetenceCheck | Verdict) -> Told:
    """A verdict as people read it."""
    if isinstance(held, Verdict):
        return Told(said(held.competence, held.standing, held.coverage, held.findings), None, None, held.holder.name)
    now = said(held.competence, held.standing, held.coverage, _findings(held.findings))
    found = said(held.competence_found, held.standing_found, held.coverage_found, _findings(held.findings_found))
    return Told(now, found, held.found_at, held.holder.name, held.changed_at, held.changed_since, held.changed_by)


def said(competence: Competence, standing: Standing | None, coverage: Coverage, findings: Sequence[Finding]) -> Said:
    """A verdict with its reasons: how the accreditation stood, and what the scope says beside."""
    of_scope = [finding_text(finding) for finding in findings]
    if any(finding.reason is Reason.NO_DESIGNATION for finding in findings):
        return Said(competence, competence_text(competence), of_scope)
    reasons = [standing_text(standing)]
    if standing is Standing.IN_FORCE or coverage is Coverage.OUTSIDE:
        reasons += of_scope
    return Said(competence, competence_text(competence), reasons)


def _findings(rows: Sequence[Sequence[str]]) -> list[Finding]:
    return [Finding(Reason(row[0]), *row[1:]) for row in rows]
