"""How far a standard reaches: to the points it was measured at, and to no other quantity."""

from datetime import date, timedelta

import pytest

from registry.calibration.traceability import queries
from registry.calibration.traceability.comparing import Code, Verdict
from registry.calibration.traceability.words import check_text
from tests.make import chain as make

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)


@pytest.fixture
def keeper(people, session):
    return people.admin.person()


@pytest.mark.parametrize(
    ("at", "beyond"),
    [
        (("100", "500"), None),
        (("0", "300"), None),
        (("99.999",), "99,999 g vượt ngoài các điểm đã đo của chuẩn, 100 g đến 500 g"),
        (("300", "5000"), "5.000 g vượt ngoài"),
    ],
)
def test_a_result_beyond_the_points_of_its_standard_is_not_fully_shown(keeper, at, beyond):
    item, weight = make.standard(), make.standard()
    make.used(weight, TODAY - DAY, lab=make.accredited(), points=[make.point(v, u="0.001") for v in ("100", "500")])
    made = make.used(item, TODAY, weight, lab=make.accredited("PTN-1"), points=[make.point(v, u="0.1") for v in at])
    chain = queries.of_record(keeper, made).chain
    told = [check_text(one) for edge in chain.edges for one in edge.checks if one.code is Code.BEYOND_STANDARD]
    assert (chain.verdict, len(told)) == ((Verdict.UNKNOWN, 1) if beyond else (Verdict.GOOD, 0))
    assert all(beyond in text for text in told)


@pytest.mark.parametrize(
    ("lab", "beside", "verdict"),
    [
        ("PTN-1", False, Verdict.REMARK),  # its accreditation covers the temperature
        (None, False, Verdict.UNKNOWN),
        (None, True, Verdict.REMARK),
    ],
)
def test_a_result_whose_standards_all_measure_something_else_says_so(keeper, lab, beside, verdict):
    item, weight, bath = make.standard(), make.standard(), make.standard()
    heat = {"quantity": "Nhiệt độ", "unit": "°C"}
    top = make.accredited(scope=[make.line(), make.line(**heat)])
    make.used(weight, TODAY - DAY, lab=top, points=[make.point("100", u="0.001")])
    make.used(bath, TODAY - DAY, lab=top, points=[make.point("10", u="0.01", **heat)])
    given = {"lab": make.accredited(lab, scope=[make.line(**heat)])} if lab else {}
    used = [weight, bath] if beside else [weight]
    made = make.used(item, TODAY, *used, points=[make.point("10", u="0.5", **heat)], **given)
    chain = queries.of_record(keeper, made).chain
    found = {check.code for node in chain.nodes for check in node.checks}
    assert (chain.verdict, Code.NO_STANDARD_OF_QUANTITY in found) == (verdict, not beside)
