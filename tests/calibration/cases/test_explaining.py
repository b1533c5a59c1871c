"""Why an item is of its significance: each case has its own sentence, and it follows from the numbers it names."""

from decimal import Decimal

import pytest

from registry.calibration.cases.explaining import why_of
from registry.calibration.cases.rules import AffectedRange, Ground, worst_point
from registry.calibration.traceability.measured import Point

BAD = AffectedRange("khối lượng", "g", shift=Decimal(1))
GROUNDS = [
    (("0.5", "9", "-1", "1.2"), Ground.LEAVES_LIMITS, "reaches 1.5 g, which is beyond the limit of 1.2 g"),
    (("-0.5", None, "-1", "9"), Ground.LEAVES_LIMITS, "reaches −1.5 g, which is beyond the limit of −1 g"),
    (("0", "0.9", None, None), Ground.ABOVE_U, "larger than U"),
    (("6.5", "3", "-10", "10"), Ground.SUM_LEAVES, "may leave the limits"),
    (("-2", "2.9", "-10", "10"), Ground.NOT_SMALL_TO_U, "reaches −3 g and keeps the limits. But the shift is more"),
    ((None, "2.9", None, None), Ground.NOT_SMALL_TO_U, "Its error against limits is not known. But"),
    (("0", "9", "-2", "2"), Ground.NOT_SMALL_TO_LIMIT, "But the shift is more than a tenth"),
    (("0", None, None, "10"), Ground.ONE_LIMIT, "only one limit"),
    (("0", None, None, None), Ground.NOTHING_KNOWN, "Neither U nor limits"),
    (("0", "3", "-10", "10"), Ground.SMALL_TO_U, "its error with the shift and U keeps the limits"),
    ((None, "3", None, None), Ground.SMALL_TO_U, "no limits are known"),
    (("0", None, "-10", "10"), Ground.SMALL_TO_LIMIT, "at most a tenth"),
]


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_each_ground_is_told_with_the_numbers_it_rests_on(app, language):
    told = []
    for (error, u, low, high), ground, words in GROUNDS:
        measured = Point("khối lượng", "g", Decimal(15), number(error), number(u), None, number(low), number(high))
        worst = worst_point([measured], [BAD])
        assert worst is not None
        assert worst[1].ground is ground
        with app.test_request_context(f"/?lang={language}"):
            told.append(why_of(*worst))
        assert language == "vi" or words in told[-1]
    assert len(set(told)) == len(GROUNDS)
    assert not any("%(" in text for text in told)
