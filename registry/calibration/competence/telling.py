"""The verdict on a laboratory as it is told: the word, the reasons, and what was found before where that differs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from registry.calibration.competence.capable import Candidate
from registry.calibration.competence.models import CompetenceCheck
from registry.kernel.i18n import _, said_number, said_value
from registry.kernel.quantities import said_quantity
from registry.labs.models import Lab
from registry.labs.scope.judging import Verdict
from registry.labs.scope.rules import Bearing, Competence, Coverage, Finding, Place, Reason, findings_of
from registry.labs.scope.words import change_text, competence_text, finding_text, standing_text, unconfirmed_text
from registry.labs.standing import Standing


class Said(NamedTuple):
    """A verdict in words, with what it is about and how that stood on the day.

    It is remarked upon where its last reasons are things to be looked at beside it.
    """

    competence: Competence
    text: str
    reasons: Sequence[str]
    bearing: Bearing = Bearing.ACCREDITATION
    standing: Standing | None = None
    confirmed: bool = True
    is_remarked: bool = False


class Told(NamedTuple):
    """What is known now of a record, and what was `found` when it was issued; that is None of one that is not yet.

    `holder` is the laboratory whose paper decides; `changed_by` what changed since, from which day on.
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
        return self.found is not None and _word(self.found) != _word(self.now)


class Kept(NamedTuple):
    """A verdict as it was found or is known."""

    competence: Competence
    standing: Standing | None
    coverage: Coverage
    findings: Sequence[Finding]
    bearing: Bearing
    confirmed: bool


def told(held: CompetenceCheck | Verdict, remarks: Sequence[Finding] = ()) -> Told:
    """A verdict as people read it; `remarks` are said beside what is known now."""
    if isinstance(held, Verdict):
        bearing = held.holder.bearing
        now = Kept(held.competence, held.standing, held.coverage, held.findings, bearing, held.is_confirmed)
        return Told(remarked(said(now), remarks), None, None, held.holder.name)
    about, findings = held.bearing, (findings_of(held.findings), findings_of(held.findings_found))
    now = Kept(held.competence, held.standing, held.coverage, findings[0], about, held.is_confirmed)
    then = held.competence_found, held.standing_found, held.coverage_found
    found = Kept(*then, findings[1], about, held.was_confirmed)
    by = change_text(held.changed_by) if held.changed_by is not None else None
    days = held.changed_at, held.changed_since, by
    return Told(remarked(said(now), remarks), said(found), held.found_at, held.holder.name, *days)


def remarked(said: Said, remarks: Sequence[Finding]) -> Said:
    """A verdict with what is to be said beside it."""
    reasons = [*said.reasons, *map(finding_text, remarks)]
    return said._replace(reasons=reasons, is_remarked=bool(remarks))


def said(kept: Kept) -> Said:
    """A verdict with its reasons: how the accreditation stood and what the scope says beside, or the designations."""
    of_scope = [finding_text(finding) for finding in kept.findings]
    text = competence_text(kept.competence, kept.bearing, kept.standing, confirmed=kept.confirmed)
    remark = [] if kept.confirmed else [unconfirmed_text()]
    if kept.bearing is Bearing.DESIGNATION:
        return Said(kept.competence, text, of_scope + remark, kept.bearing, kept.standing, kept.confirmed)
    reasons = [standing_text(kept.standing), *remark]
    if kept.standing is Standing.IN_FORCE or kept.coverage is Coverage.OUTSIDE:
        reasons += of_scope
    return Said(kept.competence, text, reasons, kept.bearing, kept.standing, kept.confirmed)


def _word(said: Said) -> str:
    """The verdict itself; that it was confirmed since is no other one."""
    return competence_text(said.competence, said.bearing, said.standing)


class ToldCandidate(NamedTuple):
    """A laboratory that might do the work, with the reasons in words."""

    lab: Lab
    verdict: Verdict
    said: Said
    near: int
    price: int | None

    @property
    def reasons(self) -> Sequence[str]:
        """Why it can, or cannot."""
        return self.said.reasons


def candidate_told(one: Candidate, ratio: Decimal) -> ToldCandidate:
    """A candidate as people read it: its best uncertainty stands beside the limit of the item."""
    found, confirmed = one.verdict, one.verdict.is_confirmed
    of_scope = [_needed_text(finding, ratio) for finding in found.findings]
    reasons = of_scope if found.standing is Standing.IN_FORCE else [standing_text(found.standing), *of_scope]
    reasons += [] if confirmed else [unconfirmed_text()]
    by_range = one.fits and found.competence is Competence.UNKNOWN
    text = _("Accredited for the range") if by_range else competence_text(found.competence, confirmed=confirmed)
    said = Said(Competence.IN_SCOPE if by_range else found.competence, text, reasons, confirmed=confirmed)
    said = remarked(said, one.remarks)
    return ToldCandidate(one.lab, found, said, one.near, one.price)


def _needed_text(finding: Finding, ratio: Decimal) -> str:
    if finding.reason is Reason.NO_UNCERTAINTY:
        return _("The permissible error of the item is not known, so its range alone was compared.")
    if finding.reason is Reason.NO_POINTS:
        return _("Nothing can be compared yet: the item has no range of a quantity.")
    if finding.reason is not Reason.CMC:
        return finding_text(finding)
    return _(
        "%(quantity)s %(at)s %(unit)s: its best uncertainty, %(least)s %(unit)s, is more than 1/%(ratio)s of the "
        "permissible error, %(limit)s %(unit)s.",
        quantity=said_quantity(finding.quantity),
        at=said_value(Decimal(finding.value)),
        unit=finding.unit,
        least=said_value(Decimal(finding.least)),
        ratio=said_number(ratio),
        limit=said_value(Decimal(finding.stated)),
    )


def asked(query: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What a request says of the work, as `capable` takes it."""
    on_site = {Place.ON_SITE: True, Place.LABORATORY: False}.get(query.get("place", Place.BOTH))
    return {"on": query.get("on") or today, "ratio": query["ratio"], "sort": query["sort"], "on_site": on_site}
