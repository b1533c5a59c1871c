"""The chain upwards: unbroken, broken and where, in rings, in sets, and in a fixed number of statements."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.assets.materials import actions as materials
from registry.assets.models import Asset
from registry.assets.rules import Kind, StandardClass
from registry.calibration import actions
from registry.calibration.rules import CalibrationKind, Outcome, Stage
from registry.calibration.traceability import queries
from registry.calibration.traceability.comparing import Code, Verdict
from registry.calibration.traceability.rules import Chain, NodeKind
from registry.calibration.traceability.words import check_text
from registry.labs import actions as labs
from registry.labs.queries import by_code
from registry.labs.rules import AccreditationStatus, RecognitionKind
from tests.make import chain as make
from tests.make import labs as make_labs
from tests.statements import sent

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@pytest.fixture
def keeper(people, session):
    return people.admin.person()


@pytest.fixture
def _before_rings_were_refused(monkeypatch):
    """Records are written down as they were when nobody looked for rings."""
    monkeypatch.setattr("registry.calibration.queries.leads_back", lambda _records, _asset: False)
    monkeypatch.setattr("registry.calibration.entry.check_ring", lambda _record: None)


def chain_of(person, asset: Asset) -> Chain:
    return queries.of_asset(person, asset, TODAY).chain


def codes(chain: Chain) -> dict[Verdict, set[Code]]:
    """What was found, without what is good."""
    checks = [check for part in (*chain.nodes, *chain.edges) for check in part.checks]
    kept = {verdict: {check.code for check in checks if check.verdict is verdict} for verdict in Verdict}
    return {verdict: found for verdict, found in kept.items() if found and verdict is not Verdict.GOOD}


def three_steps() -> tuple[Asset, Asset, Asset]:
    """A scale, a working weight that calibrated it, and a reference weight that calibrated that one, at the top."""
    scale, working, reference = make.standard("Cân"), make.standard("M1"), make.standard("F1")
    top = make.accredited()
    home = make.accredited("PTN-1", scope=[make.line(cmc=Decimal("0.001"))])
    make.used(
        reference, TODAY - 3 * DAY, lab=top, points=[make.point("1000", u="0.001"), make.point("5000", u="0.004")]
    )
    make.used(working, TODAY - 2 * DAY, reference, lab=home, points=[make.point("2000", u="0.02")])
    make.used(scale, TODAY - DAY, working, lab=home, points=[make.point("2000", u="0.3")])
    return scale, working, reference


def test_a_chain_is_walked_up_to_a_laboratorys_accreditation(keeper):
    scale, working, reference = three_steps()
    chain = chain_of(keeper, scale)
    assert (chain.verdict, codes(chain)) == (Verdict.GOOD, {})
    results = [node.asset.id for node in chain.nodes if node.kind is NodeKind.RESULT]
    assert results == [scale.id, working.id, reference.id]
    assert [node.kind for node in chain.nodes][-2:] == [NodeKind.END, NodeKind.SI]
    assert [node.depth for node in chain.nodes] == [0, 1, 2, 3, 4]
    (end,) = [check.code for node in chain.nodes if node.kind is NodeKind.END for check in node.checks]
    assert end is Code.ACCREDITED_TOP


def test_a_chain_ends_at_a_national_standard_whatever_is_recorded_of_it(keeper):
    item, national = make.standard(), make.standard("Kilôgam", standard_class=StandardClass.NATIONAL)
    make.accredited("PTN-1")
    make.used(national, TODAY - YEAR, lab="PTN-1", outcome=Outcome.PASS)
    make.used(item, TODAY, national, points=[make.point("1", u="1")])
    chain = chain_of(keeper, item)
    assert chain.verdict is Verdict.GOOD
    assert {check.code for node in chain.nodes for check in node.checks} >= {Code.NATIONAL_STANDARD}
    assert national.id in {node.asset.id for node in chain.nodes if node.kind is NodeKind.STANDARD}


def material(expires_on: date, certificate_no: str | None = "CoA-1") -> Asset:
    made = make.standard("Dung dịch pH", kind=Kind.REFERENCE_MATERIAL)
    value = {"property": "pH", "value": Decimal(7), "unit": "[pH]", "expanded_uncertainty": Decimal("0.01")}
    values = [value | {"coverage_factor": Decimal(2)}]
    said = {"certificate_no": certificate_no, "expires_on": expires_on, "certified_values": values}
    materials.describe(made, **said, by=None)
    return made


@pytest.mark.parametrize(
    ("expires_on", "certificate_no", "verdict", "code"),
    [
        (TODAY, "CoA-1", Verdict.GOOD, Code.CERTIFIED_MATERIAL),
        (TODAY - DAY, "CoA-1", Verdict.BROKEN, Code.MATERIAL_EXPIRED),
        (TODAY, None, Verdict.BROKEN, Code.MATERIAL_UNCERTIFIED),
    ],
)
def test_a_reference_material_ends_a_chain_by_its_certificate_through_its_last_day(
    keeper, expires_on, certificate_no, verdict, code
):
    make.accredited("PTN-1", scope=[make.line(quantity="pH", unit="[pH]", range_high=None)])
    meter = make.standard("Máy đo pH", kind=Kind.INSTRUMENT)
    measured = make.point("7", u="0.05", quantity="pH", unit="[pH]")
    made = make.used(meter, TODAY, material(expires_on, certificate_no), points=[measured])
    chain = queries.of_record(keeper, made).chain
    assert chain.verdict is verdict
    assert code in {check.code for node in chain.nodes for check in node.checks}


def test_a_standard_without_a_record_breaks_the_chain_and_is_named(keeper):
    item, weight = make.standard(), make.standard("Quả cân vô danh")
    make.used(item, TODAY, weight)
    chain = chain_of(keeper, item)
    assert {check.code for check in chain.broken} == {Code.STANDARD_NOT_VALID, Code.NO_RECORD}
    assert {check.subject for check in chain.broken} == {"Quả cân vô danh"}


def test_an_item_on_which_nothing_is_recorded_has_a_broken_chain_unless_it_is_national(keeper):
    assert [check.code for check in chain_of(keeper, make.standard()).broken] == [Code.NO_RECORD]
    assert chain_of(keeper, make.standard(standard_class=StandardClass.NATIONAL)).verdict is Verdict.GOOD


def test_each_step_is_judged_on_the_day_it_was_relied_on_not_today(keeper):
    item, weight = make.standard(), make.standard()
    make.accredited("PTN-1")
    make.used(weight, TODAY - YEAR, lab="PTN-1", valid_until=TODAY - DAY, points=[make.point("1", u="0.001")])
    on_its_last_day = make.used(item, TODAY - DAY, weight, points=[make.point("1", u="0.1")])
    a_day_late = make.used(item, TODAY, weight, points=[make.point("1", u="0.1")])
    assert queries.of_record(keeper, on_its_last_day).chain.verdict is Verdict.GOOD
    late = queries.of_record(keeper, a_day_late).chain
    assert {check.code for check in late.broken} == {Code.STANDARD_NOT_VALID, Code.RECORD_EXPIRED}


def test_what_was_recorded_of_a_standard_later_is_not_what_was_relied_on(keeper):
    item, weight = make.standard(), make.standard()
    make.accredited("PTN-1")
    first = make.used(weight, TODAY - 10 * DAY, points=[make.point("1", u="0.001")])
    made = make.used(item, TODAY - 5 * DAY, weight, points=[make.point("1", u="0.1")])
    make.failed(weight, TODAY, make.point("1", "9", limit="1"))
    chain = queries.of_record(keeper, made).chain
    assert {node.record.id for node in chain.nodes if node.record} == {made.id, first.id}
    assert codes(chain) == {Verdict.IN_DOUBT: {Code.IN_DOUBT}}


def test_a_record_that_is_entered_late_is_what_was_relied_on(keeper):
    item, weight = make.standard(), make.standard()
    made = make.used(item, TODAY - 5 * DAY, weight)
    late = make.used(weight, TODAY - 10 * DAY)
    assert late.id in {node.record.id for node in queries.of_record(keeper, made).chain.nodes if node.record}
    actions.void(late, reason="Nhầm", by=None)
    assert late.id not in {node.record.id for node in queries.of_record(keeper, made).chain.nodes if node.record}


def test_a_calibration_gives_values_before_a_verification_that_is_newer(keeper):
    item, weight = make.standard(), make.standard()
    calibrated = make.used(weight, TODAY - 10 * DAY)
    make.used(weight, TODAY - 9 * DAY, kind=CalibrationKind.VERIFICATION)
    made = make.used(item, TODAY, weight)
    above = {node.record.id for node in queries.of_record(keeper, made).chain.nodes if node.record}
    assert above == {made.id, calibrated.id}


def test_a_component_stands_on_the_certificate_of_its_set(keeper):
    item, box = make.standard(), make.standard("Bộ quả cân")
    weight = make.standard("Quả cân 1 kg", parent_id=box.id)
    of_the_box = make.used(box, TODAY - 10 * DAY)
    made = make.used(item, TODAY, weight)
    assert of_the_box.id in {node.record.id for node in queries.of_record(keeper, made).chain.nodes if node.record}


@pytest.mark.usefixtures("_before_rings_were_refused")
def test_a_ring_is_found_and_named(keeper):
    first, second = make.standard("A"), make.standard("B")
    make.used(first, TODAY - 3 * DAY)
    make.used(second, TODAY - 2 * DAY, first)
    made = make.used(first, TODAY - DAY, second)
    chain = queries.of_record(keeper, made).chain
    assert Code.RING in {check.code for check in chain.broken}


@pytest.mark.usefixtures("_before_rings_were_refused")
def test_two_that_calibrated_each_other_on_one_day_are_a_ring_and_end_the_walk(keeper):
    first, second = make.standard("A"), make.standard("B")
    make.used(first, TODAY, second)
    made = make.used(second, TODAY, first)
    assert Code.RING in {check.code for check in queries.of_record(keeper, made).chain.broken}


@pytest.mark.usefixtures("_before_rings_were_refused")
def test_a_ring_is_found_also_where_part_of_it_was_walked_before(keeper):
    item, first, second = make.standard("I"), make.standard("P"), make.standard("Q")
    make.used(first, TODAY - 9 * DAY)
    make.used(second, TODAY - 8 * DAY, first)
    make.used(first, TODAY - 7 * DAY, second)
    made = make.used(item, TODAY, second, first)
    assert Code.RING in {check.code for check in queries.of_record(keeper, made).chain.broken}


@pytest.mark.parametrize(
    ("theirs", "its", "code"),
    [
        ("0.099", "0.1", Code.UNCERTAINTY_SMALLER),
        ("0.1", "0.1", Code.UNCERTAINTY_NOT_SMALLER),
        ("0.2", "0.1", Code.UNCERTAINTY_NOT_SMALLER),
        (None, "0.1", Code.UNCERTAINTY_UNKNOWN),
        ("0.05", None, Code.UNCERTAINTY_UNKNOWN),
    ],
)
def test_a_standards_uncertainty_is_smaller_than_that_of_what_rests_on_it(keeper, theirs, its, code):
    item, weight = make.standard(), make.standard()
    make.used(weight, TODAY - DAY, points=[make.point("1000", u=theirs)])
    made = make.used(item, TODAY, weight, points=[make.point("1", u=its and str(Decimal(its) / 1000), unit="kg")])
    chain = queries.of_record(keeper, made).chain
    assert code in {check.code for edge in chain.edges for check in edge.checks}


def test_after_an_adjustment_the_points_as_left_are_what_a_standard_gives(keeper):
    item, weight = make.standard(), make.standard()
    points = [make.point("1", u="9"), make.point("1", u="0.01", stage=Stage.AS_LEFT)]
    make.used(weight, TODAY - DAY, points=points)
    made = make.used(item, TODAY, weight, points=[make.point("1", u="0.1")])
    chain = queries.of_record(keeper, made).chain
    assert Code.UNCERTAINTY_SMALLER in {check.code for edge in chain.edges for check in edge.checks}


@pytest.mark.parametrize(
    ("line", "lab_code"),
    [
        ({"range_high": Decimal(999)}, Code.OUTSIDE_SCOPE),
        ({"range_high": Decimal(1000)}, Code.WITHIN_SCOPE),
        ({"unit": "kg", "range_high": Decimal(1), "cmc": Decimal("0.0000001")}, Code.WITHIN_SCOPE),
        ({"cmc": Decimal("0.02")}, Code.BELOW_CMC),
        ({"cmc": Decimal("0.01")}, Code.WITHIN_SCOPE),
        ({"quantity": "Độ dài", "unit": "m"}, Code.OUTSIDE_SCOPE),
        (None, Code.SCOPE_UNKNOWN),
    ],
)
def test_the_top_is_held_against_the_scope_of_its_laboratory_in_any_unit(keeper, line, lab_code):
    top = make.accredited(scope=[] if line is None else [make.line(**line)])
    weight = make.standard()
    made = make.used(weight, TODAY, lab=top, points=[make.point("1000", u="0.01")])
    chain = queries.of_record(keeper, made).chain
    assert lab_code in {check.code for node in chain.nodes for check in node.checks}
    wanted = {Code.WITHIN_SCOPE: Verdict.GOOD, Code.SCOPE_UNKNOWN: Verdict.UNKNOWN}.get(lab_code, Verdict.BROKEN)
    assert chain.verdict is wanted


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"u": "0.012", "coverage_factor": Decimal(3)}, Code.BELOW_CMC),
        ({"u": "0.015", "coverage_factor": Decimal(3)}, Code.WITHIN_SCOPE),
        ({"u": "0.010", "coverage_factor": None}, Code.WITHIN_SCOPE),
        ({"u": None}, Code.UNSTATED_UNCERTAINTY),
    ],
)
def test_an_uncertainty_is_held_against_the_best_one_at_the_same_coverage(keeper, said, code):
    top = make.accredited(scope=[make.line(cmc=Decimal("0.010"))])
    made = make.used(make.standard(), TODAY, lab=top, points=[make.point("1000", **said)])
    chain = queries.of_record(keeper, made).chain
    assert code in {check.code for node in chain.nodes for check in node.checks}


@pytest.mark.parametrize(
    ("first", "check", "verdict"),
    [
        (TODAY - 9 * DAY, "lab_designated", "unknown"),  # whether its field holds the item is for people to read
        (TODAY - 8 * DAY, "lab_not_designated", "broken"),
    ],
)
def test_a_verification_rests_on_the_designation_of_its_laboratory_on_the_day(keeper, first, check, verdict):
    designation = {"kind": RecognitionKind.DESIGNATION, "number": "12/QĐ-TĐC", "issuer": "STAMEQ", "granted_on": first}
    open_ended = {"valid_until": None, "ended_on": None, "covers": "Cân"}
    make_labs.lab("VERIFIER", recognitions=[designation | open_ended])
    weight = make.standard()
    made = make.used(weight, TODAY - 9 * DAY, kind=CalibrationKind.VERIFICATION, lab="VERIFIER")
    found = queries.of_record(keeper, made).chain
    assert [one.code for one in found.nodes[0].checks] == [check]
    assert found.verdict == verdict
    assert (Code.DESIGNATED_TOP in {one.code for node in found.nodes for one in node.checks}) is (verdict == "unknown")


def test_an_accreditation_counts_on_the_day_of_the_work(keeper):
    make.accredited(valid_until=TODAY - DAY)
    on_the_last_day = make.used(make.standard(), TODAY - DAY, lab=make.TOP, points=[make.point("1", u="1")])
    a_day_late = make.used(make.standard(), TODAY, lab=make.TOP, points=[make.point("1", u="1")])
    assert queries.of_record(keeper, on_the_last_day).chain.verdict is Verdict.GOOD
    broken = queries.of_record(keeper, a_day_late).chain.broken
    assert {check.code for check in broken} == {Code.LAB_NOT_ACCREDITED, Code.NO_STANDARDS}


def test_without_an_accreditation_a_known_chain_is_a_remark_and_an_unknown_one_a_break(keeper):
    scale, *_others = three_steps()
    lab = by_code("PTN-1")
    withdrawn = make_labs.accreditation(status=AccreditationStatus.WITHDRAWN)
    labs.edit(lab, accreditations=[withdrawn], by=None)
    assert codes(chain_of(keeper, scale)) == {Verdict.REMARK: {Code.LAB_NOT_ACCREDITED}}


def test_a_draft_has_the_chain_it_would_have(keeper):
    item, weight = make.standard(), make.standard()
    above = make.used(weight, TODAY - DAY)
    draft = make.used(item, TODAY, weight, certificate_no=None)
    chain = queries.of_record(keeper, draft).chain
    assert {node.record.id for node in chain.nodes if node.record} == {draft.id, above.id}


def test_the_longest_way_decides_how_high_a_node_stands(keeper):
    low, middle, high = make.standard("1"), make.standard("2"), make.standard("3")
    make.used(high, TODAY - 3 * DAY)
    make.used(middle, TODAY - 2 * DAY, high)
    make.used(low, TODAY - DAY, high, middle)
    depth = {node.asset.id: node.depth for node in chain_of(keeper, low).nodes if node.kind is NodeKind.RESULT}
    assert depth == {low.id: 0, middle.id: 1, high.id: 2}


def test_a_chain_takes_as_many_statements_however_long_and_wide_it_is(keeper, session):
    scale, *_others = three_steps()
    session.commit()
    session.expunge_all()
    with sent() as short:
        chain_of(keeper, session.get(Asset, scale.id))
    below, day = make.standard(), TODAY - 60 * DAY
    make.used(below, day)
    for step in range(8):
        weights = [make.standard(f"{step}-{place}") for place in range(3)]
        for weight in weights:
            make.used(weight, day + 2 * step * DAY, below)
        below = make.standard()
        make.used(below, day + (2 * step + 1) * DAY, *weights)
    session.commit()
    session.expunge_all()
    with sent() as long:
        assert len(chain_of(keeper, session.get(Asset, below.id)).nodes) > 30
    assert len(long) == len(short)


def test_a_chain_that_is_too_long_is_cut_and_says_so(keeper, monkeypatch):
    monkeypatch.setattr(queries, "MOST_RECORDS", 1)
    scale, *_others = three_steps()
    chain = chain_of(keeper, scale)
    assert chain.is_cut
    (where,) = [check for node in chain.nodes for check in node.checks if check.code is Code.CUT_OFF]
    (used,) = [edge.use.standard.name for edge in chain.edges if edge.use is not None]
    assert (where.verdict, where.subject) == (Verdict.UNKNOWN, used)
    assert used in check_text(where)


def test_a_chain_of_more_than_sixteen_steps_is_walked_to_its_end(keeper):
    below, day = make.standard("0"), date(2024, 1, 1)
    make.used(below, day, points=[make.point("1")])
    for step in range(1, 21):
        item = make.standard(f"{step}")
        make.used(item, day + step * DAY, below)
        below = item
    chain = chain_of(keeper, below)
    assert not chain.is_cut
    assert max(node.depth for node in chain.nodes if node.record is not None) == 20
