"""Where a laboratory is on its way to ISO/IEC 17025, by what it declared and by what was decided."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest

from registry.kernel.errors import Invalid
from registry.labs.journey import LabStatus, Step, check_step, has_prepared, status_on, turns
from registry.labs.models import Accreditation, AccreditationDecision
from registry.labs.rules import Iso17025Status
from registry.labs.standing import DecisionKind
from tests.make.labs import accreditation

GRANTED, LAST = accreditation()["granted_on"], accreditation()["valid_until"]
DAY, MAY, JUNE = timedelta(days=1), date(2025, 5, 1), date(2025, 6, 30)
TODAY = date(2026, 6, 15)


class Declared(NamedTuple):
    step: Step
    on: date


WAY = (Declared(Step.PREPARING, date(2023, 1, 1)), Declared(Step.APPLIED, date(2023, 9, 1)))


def held(*decisions, **said):
    found = Accreditation(**accreditation(**said))
    found.decisions[:] = [
        AccreditationDecision(
            kind=DecisionKind(kind),
            effective_on=day,
            decided_on=min(day, TODAY),
            number="1",
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            recorded_by_id=None,
            confirmed_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for kind, day in decisions
    ]
    return found


@pytest.mark.parametrize(
    ("accreditations", "steps", "day", "status"),
    [
        ([], (), TODAY, "none"),
        ([], WAY, date(2022, 12, 31), "none"),
        ([], WAY, date(2023, 1, 1), "preparing"),
        ([], WAY, date(2023, 9, 1), "applied"),
        ([], (*WAY, Declared(Step.PREPARING, date(2023, 9, 1))), date(2023, 9, 1), "preparing"),
        ([held()], WAY, GRANTED - DAY, "applied"),
        ([held()], WAY, GRANTED, "accredited"),
        ([held()], (), LAST, "accredited"),
        ([held()], (), LAST + DAY, "expired"),
        ([held(("extended", MAY))], (), MAY - DAY, "accredited"),
        ([held(("extended", MAY))], (), MAY, "extended"),
        ([held(("extended", MAY), ("reduced", JUNE))], (), JUNE, "reduced"),
        ([held(("suspended", MAY))], WAY, MAY, "suspended"),
        ([held(("suspended", MAY), ("reinstated", JUNE))], WAY, JUNE, "accredited"),
        ([held(("withdrawn", MAY))], WAY, MAY, "withdrawn"),
        ([held(("withdrawn", MAY))], (*WAY, Declared(Step.PREPARING, JUNE)), JUNE - DAY, "withdrawn"),
        ([held(("withdrawn", MAY))], (*WAY, Declared(Step.PREPARING, JUNE)), JUNE, "preparing"),
        ([held()], (Declared(Step.PREPARING, MAY),), MAY, "accredited"),
        ([held(("suspended", MAY))], (Declared(Step.PREPARING, JUNE),), JUNE, "suspended"),
        ([held(("withdrawn", MAY)), held(body="AOSC")], (), JUNE, "accredited"),
        ([held(standard="ISO 15189:2022")], WAY, GRANTED, "applied"),
    ],
)
def test_the_status_follows_from_decisions_and_else_from_what_was_declared(accreditations, steps, day, status):
    assert status_on(accreditations, steps, day) is LabStatus(status)


def test_the_history_has_every_turn_the_latest_first():
    told = turns([held(("suspended", MAY), ("withdrawn", JUNE))], WAY, TODAY)
    assert [(turn.on, turn.what.value) for turn in told] == [
        (JUNE, "withdrawn"),
        (MAY, "suspended"),
        (GRANTED, "granted"),
        (date(2023, 9, 1), "applied"),
        (date(2023, 1, 1), "preparing"),
    ]
    assert [turn.what.value for turn in turns([held()], (), LAST + DAY)] == ["expired", "granted"]
    assert [turn.what.value for turn in turns([held()], (), LAST)] == ["granted"]


@pytest.mark.parametrize(("step", "on", "field"), [("applied", TODAY + DAY, "on"), ("none", MAY, "step")])
def test_a_step_is_neither_of_the_future_nor_against_an_accreditation(step, on, field):
    with pytest.raises(Invalid) as refusal:
        check_step(Step(step), on, [held()], TODAY, prepared=True)
    assert list(refusal.value.errors or {}) == [field]


@pytest.mark.parametrize(
    ("accreditations", "steps", "said", "day", "prepared"),
    [
        ([], WAY, Iso17025Status.NONE, date(2023, 1, 1), True),
        ([], WAY, Iso17025Status.PREPARING, date(2022, 12, 31), False),
        ([], WAY[1:], Iso17025Status.APPLIED, TODAY, False),
        ([], (), Iso17025Status.NONE, TODAY, False),
        ([], (), Iso17025Status.PREPARING, TODAY, True),
        ([held()], (), Iso17025Status.NONE, GRANTED, True),
        ([held()], (), Iso17025Status.NONE, GRANTED - DAY, False),
    ],
)
def test_who_has_prepared_by_a_day_may_have_applied_on_it(accreditations, steps, said, day, prepared):
    assert has_prepared(accreditations, steps, said, day) is prepared
    if not prepared:
        with pytest.raises(Invalid, match="step"):
            check_step(Step.APPLIED, day, [], TODAY, prepared=prepared)
