"""What a laboratory does, where it works, what it holds beside accreditations, and the steps it declares."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.accounts.models import Person
from registry.kernel import audit, clock
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.labs import followers
from registry.labs.confirming.actions import stated
from registry.labs.confirming.queries import may_confirm
from registry.labs.followers import Change, What
from registry.labs.journey import Step
from registry.labs.models import Lab, LabKindRow, LabSite, LabStep, Recognition
from registry.labs.rules import (
    Iso17025Status,
    LabKind,
    RecognitionKind,
    RecognitionValues,
    SiteValues,
    check_recognitions,
)

SITE_FIELDS = tuple(SiteValues.__annotations__)
RECOGNITION_FIELDS = tuple(RecognitionValues.__annotations__)


def replace(
    lab: Lab,
    kinds: Sequence[LabKind] | None,
    sites: Sequence[SiteValues] | None,
    recognitions: Sequence[RecognitionValues] | None,
    by: Person | None,
) -> audit.Changes:
    """Put new lists in the place of old ones; gives what differs."""
    before = _lists(lab)
    if kinds is not None:
        held = {row.kind: row for row in lab.kind_rows}
        lab.kind_rows[:] = [held.get(kind) or LabKindRow(kind=kind) for kind in dict.fromkeys(kinds)]
    if sites is not None and list(sites) != before["sites"]:
        lab.sites[:] = [LabSite(position=place, **site) for place, site in enumerate(sites)]
    if recognitions is not None and list(recognitions) != before["recognitions"]:
        check_recognitions(recognitions)
        _recognise(lab, recognitions, by)
    after = _lists(lab)
    return {field: [before[field], after[field]] for field in after if before[field] != after[field]}


def _recognise(lab: Lab, recognitions: Sequence[RecognitionValues], by: Person | None) -> None:
    """What is said as before stays with its confirmation; what is new or said otherwise is stated anew.

    Verdicts rest on what was confirmed: only who confirms leaves it out or says it otherwise. That it was taken away is
    what a laboratory says against itself, and needs no confirmation. Raises Invalid.
    """
    confirms = may_confirm(by, lab.organisation_id)
    before = {tuple(_recognition(held).values()): held for held in lab.recognitions}
    kept: list[Recognition] = []
    new: list[Recognition] = []
    ended = RECOGNITION_FIELDS.index("ended_on")
    for said in recognitions:
        values = tuple(said[field] for field in RECOGNITION_FIELDS)  # type: ignore[literal-required]
        held = before.pop(values, None)
        if held is None and not confirms:
            held = before.pop((*values[:ended], None, *values[ended + 1 :]), None)
            if held is not None:
                held.ended_on = said["ended_on"]
        if held is None:
            held = Recognition(**said)
            new.append(held)
        kept.append(held)
    for held in before.values():
        if held.confirmed and not confirms:
            message = _(
                "%(number)s was confirmed by the supervising body, so that it stays as it is; say from which day it "
                "was taken away instead.",
                number=held.number,
            )
            raise Invalid({"recognitions": [message]})
    stated(new, by, lab.organisation_id)
    lab.recognitions[:] = kept


def _recognition(held: Recognition) -> dict[str, object]:
    return {field: getattr(held, field) for field in RECOGNITION_FIELDS}


def tell(lab: Lab, changes: Mapping[str, Any]) -> None:
    """Let those who follow a flushed laboratory know which designation was added, corrected or left out."""
    before, after = changes.get("recognitions", ([], []))
    turned = [held for held in [*after, *before] if held not in before or held not in after]
    numbers = [held["number"] for held in turned if held["kind"] is RecognitionKind.DESIGNATION]
    if numbers:
        followers.tell(Change(lab.id, What.DESIGNATION, None, None, numbers[0]))


def declare(lab: Lab, status: Iso17025Status, by: Person | None) -> None:
    """Keep what a laboratory says of its way without a day as a step of today."""
    if status is Iso17025Status.ACCREDITED or (status is Iso17025Status.NONE and not lab.steps):
        return
    lab.steps.append(
        LabStep(
            step=Step(status.value),
            on=clock.today(),
            recorded_at=clock.now(),
            recorded_by_id=by.id if by else None,
        )
    )


def _lists(lab: Lab) -> dict[str, list[object]]:
    return {
        "kinds": list(lab.kinds),
        "sites": [{field: getattr(site, field) for field in SITE_FIELDS} for site in lab.sites],
        "recognitions": [_recognition(held) for held in lab.recognitions],
    }
