"""A record as it is told: with its errors and verdicts, and whether what was signed still stands there."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from registry.calibration.content import digest, form_of, lacks_standards
from registry.calibration.decisions import Verdict
from registry.calibration.models import Calibration, CalibrationPoint, Signature
from registry.calibration.populations import MOST_POINTS, risk_of
from registry.calibration.rules import OPEN_RECORDS, Outcome, RecordStatus
from registry.calibration.second_look import is_unapproved_copy
from registry.calibration.signing import verifies
from registry.calibration.verdicts import (
    Judged,
    Judgement,
    contradicts,
    departs,
    disagree,
    judged,
    judged_point,
    values_of,
)

if TYPE_CHECKING:
    from registry.calibration.global_risk import GlobalRisk

IN_ITS_PLACE: Final = frozenset({RecordStatus.ISSUED, RecordStatus.AMENDED})


class ToldPoint:
    """A point, and what follows from its numbers."""

    def __init__(self, held: Judged, in_tolerance: Decimal | None, standard_tag: str | None) -> None:
        vars(self).update(values_of(held.point))  # most of what is asked of it, many times over
        self.standard_tag = standard_tag
        self.error: Decimal | None = held.error
        self.correction: Decimal | None = held.correction
        self.verdict: Verdict | None = held.verdict
        self.lacks_uncertainty = held.lacks_uncertainty
        self._point, self._in_tolerance = held.point, in_tolerance

    @cached_property
    def global_risk(self) -> "GlobalRisk | None":
        """How often such decisions are wrong in the population; None when nothing is known of that."""
        return risk_of(self.verdict, self._in_tolerance) if self.verdict and self._in_tolerance is not None else None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 — whatever the point says
        return getattr(self._point, name)


def told_point(record: Calibration, point: CalibrationPoint) -> ToldPoint:
    """A point of a record, told without the others."""
    tag = point.standard.asset.tag if point.standard else None
    return ToldPoint(judged_point(point, record), record.in_tolerance, tag)


class ToldSignature(NamedTuple):
    """A signature, and whether it `holds`: the record still says what was signed. It `verifies` if it is intact too."""

    actor: str
    meaning: str
    at: Any
    content_hash: str
    holds: bool
    form: int
    digest: str | None
    verifies: bool


class Told:
    """A record with everything that follows from it; what it says itself is asked of it by the same names."""

    def __init__(self, record: Calibration) -> None:
        self._record = record

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 — whatever the record says
        return getattr(self._record, name)

    @cached_property
    def judgement(self) -> Judgement:
        """What its points prove."""
        return judged(self._record)

    @cached_property
    def points(self) -> Sequence[ToldPoint]:
        """Its points with errors and verdicts."""
        held = self.judgement.points
        share = self._record.in_tolerance if len(held) <= MOST_POINTS else None
        tags: dict[int | None, str] = {used.id: used.asset.tag for used in self._record.standards}
        return [ToldPoint(one, share, tags.get(one.point.standard_id)) for one in held]

    @cached_property
    def recomputed_now(self) -> Outcome | None:
        """What its points say together; of a draft too."""
        return self.judgement.recomputed

    @property
    def disagrees(self) -> bool:
        """Whether its points contradict what it declares."""
        return disagree(self._record.outcome, self.recomputed_now)

    @property
    def contradicts(self) -> bool:
        """Whether its points prove the failure of what it declares good."""
        return contradicts(self._record.outcome, self.recomputed_now)

    @property
    def departs(self) -> bool:
        """Whether what it declares good is not what its rule makes of its points."""
        return departs(self._record.outcome, self.recomputed_now)

    @property
    def is_unapproved_copy(self) -> bool:
        """Whether its laboratory's own people recorded it from paper, and nobody approved it here."""
        return is_unapproved_copy(self._record)

    @property
    def lacks_standards(self) -> bool:
        """Whether it was made here and names no standard, which leaves it without traceability."""
        own = bool(self._record.signatures) or self._record.status in OPEN_RECORDS
        return own and lacks_standards(self._record)

    @property
    def vouched_by(self) -> str | None:
        """Who answers for the copy of a certificate that was signed elsewhere; None for all other records."""
        record = self._record
        if record.content_hash is None or record.approved_at is not None or record.recorded_by is None:
            return None
        return record.recorded_by.name

    @property
    def amended_by(self) -> int | None:
        """The record that took its place."""
        found = (one.id for one in self._record.amendments if one.status in IN_ITS_PLACE)
        return next(found, None)

    @cached_property
    def digest(self) -> str:
        """The digest of what it says now."""
        return digest(self._record)

    @property
    def is_intact(self) -> bool | None:
        """Whether it says what it said when it was issued; None for a draft, and where that was not kept."""
        sealed = self._record.content_hash
        if sealed is None or self._record.status in OPEN_RECORDS:
            return None
        return form_of(self._record, sealed) is not None

    @cached_property
    def signatures(self) -> Sequence[ToldSignature]:
        """Its signatures, the first one first."""
        return [self._told(signature) for signature in self._record.signatures]

    def _told(self, signature: Signature) -> ToldSignature:
        form = form_of(self._record, signature.content_hash)
        return ToldSignature(
            signature.actor,
            signature.meaning,
            signature.at,
            signature.content_hash,
            holds=form is not None,
            form=signature.form,
            digest=signature.digest,
            verifies=verifies(signature, form),
        )
