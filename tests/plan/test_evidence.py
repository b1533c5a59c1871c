"""What counts: once, in the right period, for one row, by whom, also when two decide at once."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from registry.assets import tags
from registry.assets.models import Asset
from registry.assets.rules import Kind, Status
from registry.calibration import actions as calibrations
from registry.calibration.rules import RecordStatus
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.labs import actions as labs
from registry.labs.rules import AccreditationStatus
from registry.plan import queries as plans
from registry.plan.evidence import actions, queries
from registry.plan.evidence.fulfilling import fulfilled_by
from registry.plan.models import Evidence, EvidenceState, RecordType
from registry.plan.records import Record
from tests.make import assets, calibration
from tests.make import plan as make

TODAY = date(2026, 6, 15)


def asset(day: date | None = TODAY, **said) -> str:
    return assets.asset(**{"owner": "STC", "commissioned_on": day} | said).tag


def lab(code: str, granted: date, until: date, *, lines: int = 0, **held) -> str:
    status = AccreditationStatus.ACTIVE
    labs.register(
        code=code,
        name="Phòng hiệu chuẩn",
        organisation="STC",
        accreditations=[
            {
                "body": "BoA",
                "number": code,
                "standard": "ISO/IEC 17025",
                "granted_on": granted,
                "valid_until": until,
                "status": status,
            }
            | held
        ],
        scope=[
            {
                "quantity": "Khối lượng",
                "unit": "kg",
                "range_low": None,
                "range_high": None,
                "cmc": Decimal(at + 1),
                "method": None,
            }
            for at in range(lines)
        ],
        by=None,
    )
    return code


def proposed(plan) -> set[tuple[str, str, int]]:
    found = queries.proposals(plan, None, TODAY, limit=200).items
    return {(line.indicator, line.record.id, line.quantity) for line in found}


@pytest.mark.parametrize(
    ("day", "in_p1", "in_p2"), [(date(2025, 12, 31), 1, 0), (date(2026, 1, 1), 0, 1), (date(2019, 7, 23), 1, 0)]
)
def test_the_day_decides_the_period(plan, day, in_p1, in_p2):
    make.evidence("II.2.a", asset(day))
    found = make.results(TODAY)
    assert (found["II.2.a", "P1"][0], found["II.2.a", "P2"][0]) == (in_p1, in_p2)
    assert (found["B25.1", "P1"][0], found["B30.2", "P2"][0]) == (in_p1, in_p2)


@pytest.mark.parametrize("day", [date(2019, 7, 22), date(2031, 1, 1), date(2026, 6, 16)])
def test_a_day_outside_every_period_or_in_the_future_is_refused(plan, day):
    with pytest.raises(Invalid, match="counted_on"):
        make.evidence("II.2.a", asset(), counted_on=day)


def test_without_a_day_the_record_gives_its_own(plan):
    assert make.evidence("II.2.a", asset(date(2025, 3, 4))).counted_on == date(2025, 3, 4)
    with pytest.raises(Invalid, match="counted_on"):
        make.evidence("II.2.a", asset(None))


def test_what_is_counted_after_the_day_asked_about_does_not_show(plan):
    make.evidence("II.2.a", asset(date(2026, 3, 1)))
    assert make.results(date(2026, 2, 28))["II.2.a", "P2"][0] == 0
    assert make.results(date(2026, 3, 1))["II.2.a", "P2"][0] == 1


def test_a_record_stands_once_at_an_indicator(plan):
    tag = asset()
    make.evidence("II.2.a", tag)
    with pytest.raises(Conflict, match=tag):
        make.evidence("II.2.a", tag)
    assert make.results(TODAY)["II.2.a", "P2"][0] == 1


def test_a_tag_may_be_typed_as_people_type(plan):
    tag = asset()
    make.evidence("II.2.a", f" {tag[:5]}-{tag[5:]} ".lower())
    with pytest.raises(Conflict):
        make.evidence("II.2.a", tag)


def test_an_asset_counts_for_one_row(plan):
    tag = asset(date(2025, 1, 1))
    make.evidence("II.2.a", tag)
    with pytest.raises(Conflict, match=r"II\.2\.a"):
        make.evidence("II.3.a.2", tag)
    make.evidence("II.3.a.2", tag, also_counted_in=["II.2.a"])
    found = make.results(TODAY)
    assert (found["II.2.a", "P1"][0], found["II.3.a.2", "P1"][0]) == (1, 1)


def test_an_asset_of_the_inspectors_row_is_not_counted_at_a_goal_it_does_not_feed(plan):
    tag = asset(date(2025, 1, 1))
    make.evidence("II.3.a.2", tag)
    with pytest.raises(Conflict, match=r"II\.3\.a\.2"):
        make.evidence("B25.1", tag)


def test_what_an_annex_row_and_its_goal_both_count_is_one(plan):
    tag = asset()
    make.evidence("II.2.a", tag)
    make.evidence("B30.2", tag)
    assert make.results(TODAY)["B30.2", "P2"][0] == 1


def test_an_excluded_record_frees_the_asset_for_another_row(plan):
    tag = asset(date(2025, 1, 1))
    first = make.evidence("II.2.a", tag)
    actions.decide(plan, first, state=EvidenceState.EXCLUDED, reason="Thuộc cơ quan thanh tra", by=None)
    make.evidence("II.3.a.2", tag)
    with pytest.raises(Conflict):
        actions.decide(plan, first, state=EvidenceState.COUNTED, by=None)


def test_excluding_needs_a_reason(plan):
    with pytest.raises(Invalid, match="reason"):
        make.evidence("II.2.a", asset(), state=EvidenceState.EXCLUDED)


def test_what_does_not_exist_cannot_count(plan):
    unknown = tags.new()
    with pytest.raises(Invalid, match=r"record\.id"):
        make.evidence("II.2.a", unknown)
    with pytest.raises(Invalid, match="indicator"):
        make.evidence("II.2", asset())
    with pytest.raises(Invalid, match="also_counted_in"):
        make.evidence("II.2.a", asset(), also_counted_in=["II.2"])


def test_surveys_never_count_as_programmes(plan):
    make.evidence("II.4.a", "STC", kind=RecordType.ORGANISATION, counted_on=date(2025, 1, 1))
    found = make.results(TODAY)
    assert (found["II.4.a", "P1"][0], found["B25.3", "P1"][0], found["B30.4", "P2"][0]) == (1, 0, 0)


def test_programmes_adopted_before_2026_are_part_of_the_running_total(plan):
    make.evidence("B25.3", "STC", kind=RecordType.ORGANISATION, counted_on=date(2025, 1, 1))
    make.evidence("B30.4", "STC", kind=RecordType.ORGANISATION, counted_on=date(2026, 2, 1))
    make.evidence("B30.4", "SKHDT", kind=RecordType.ORGANISATION, counted_on=date(2026, 2, 1))
    found = make.results(TODAY)
    assert (found["B25.3", "P1"][0], found["B30.4", "P2"][0]) == (1, 2)


def test_a_laboratory_counts_while_it_is_accredited(plan):
    make.evidence("II.2.d", lab("PTN-1", date(2024, 1, 1), date(2026, 5, 31)), kind=RecordType.LAB)
    make.evidence("II.2.d", lab("PTN-2", date(2026, 1, 1), date(2028, 12, 31)), kind=RecordType.LAB)
    may, june = make.results(date(2026, 5, 31)), make.results(date(2026, 6, 1))
    assert may["II.2.d", "P1"] == june["II.2.d", "P1"] == (1, "not_applicable")
    assert (may["B30.5", "P2"], june["B30.5", "P2"]) == ((2, "not_applicable"), (1, "not_applicable"))
    assert may["II.2.d", "P2"][0] == june["II.2.d", "P2"][0] == 1


def test_a_laboratory_that_is_accredited_to_another_standard_only_does_not_count(plan):
    medical = lab("PTN-1", date(2024, 1, 1), date(2028, 12, 31), lines=7, standard="ISO 15189:2022")
    assert proposed(plan) == set()
    make.evidence("II.2.d", medical, kind=RecordType.LAB, counted_on=TODAY)
    assert make.results(TODAY)["B30.5", "P2"][0] == 0


def test_scope_lines_count_as_recognised_calibrations(plan):
    code = lab("PTN-1", date(2026, 1, 1), date(2028, 12, 31), lines=7)
    assert proposed(plan) == {("II.2.d", code, 1), ("B30.1", code, 7)}
    make.evidence("B30.1", code, kind=RecordType.LAB, quantity=7)
    assert make.results(TODAY)["B30.1", "P2"] == (7, "on_track")
    assert proposed(plan) == {("II.2.d", code, 1)}


def test_one_record_adds_one_and_only_a_laboratory_its_scope_lines(plan):
    tag, code = asset(), lab("PTN-1", date(2019, 1, 1), date(2028, 12, 31), lines=7)
    for record_id, row, kind, quantity in (
        (tag, "II.2.a", RecordType.ASSET, 2),
        ("STC", "II.4.a", RecordType.ORGANISATION, 2),
        (code, "II.2.d", RecordType.LAB, 7),
        (code, "B30.1", RecordType.LAB, 8),
    ):
        for state in (EvidenceState.COUNTED, EvidenceState.PROPOSED):
            with pytest.raises(Invalid, match="quantity"):
                make.evidence(row, record_id, kind=kind, quantity=quantity, counted_on=TODAY, state=state)
    row = make.evidence("B30.1", code, kind=RecordType.LAB, counted_on=TODAY)
    assert (row.quantity, make.results(TODAY)["B30.1", "P2"][0]) == (7, 7)
    with pytest.raises(Invalid, match="quantity"):
        actions.decide(plan, row, quantity=8, by=None)


def test_a_laboratory_without_scope_lines_adds_no_recognised_calibration(plan):
    code = lab("PTN-1", date(2026, 1, 1), date(2028, 12, 31))
    with pytest.raises(Invalid, match="quantity"):
        make.evidence("B30.1", code, kind=RecordType.LAB)


@pytest.mark.parametrize("status", [RecordStatus.DRAFT, RecordStatus.AMENDED, RecordStatus.VOID])
def test_only_an_issued_calibration_counts(people, plan, status):
    made = calibration.calibration(assets.asset(), TODAY)
    made.status = status
    with pytest.raises(Invalid, match=r"record\.id"):
        make.evidence("II.4.b", str(made.id), kind=RecordType.CALIBRATION)
    row = make.evidence("II.4.b", str(made.id), kind=RecordType.CALIBRATION, state=EvidenceState.PROPOSED)
    with pytest.raises(Invalid, match=r"record\.id"):
        actions.decide(plan, row, state=EvidenceState.COUNTED, by=None)
    assert make.results(TODAY)["II.4.b", "P2"][0] == 0


def test_a_calibration_stops_counting_when_it_is_voided_and_its_decision_stays(people, plan):
    kept, voided = (calibration.calibration(assets.asset(), TODAY) for _number in range(2))
    for made in (kept, voided):
        make.evidence("II.4.b", str(made.id), kind=RecordType.CALIBRATION)
    before = make.results(TODAY)["II.4.b", "P2"][0]
    calibrations.void(voided, reason="Nhập nhầm", by=None)
    assert (before, make.results(TODAY)["II.4.b", "P2"][0]) == (2, 1)
    found = {line.record.id: line for line in queries.evidence_page(plan, None).items}
    assert {key: line.holds for key, line in found.items()} == {str(kept.id): True, str(voided.id): False}
    assert {line.state for line in found.values()} == {EvidenceState.COUNTED}
    row = queries.evidence_by_id(plan, found[str(voided.id)].id or 0, None)
    actions.decide(plan, row, state=EvidenceState.EXCLUDED, reason="Bị hủy", by=None)


@pytest.mark.parametrize(
    ("status", "day", "holds"),
    [
        (Status.PLANNED, TODAY, False),
        (Status.RETIRED, None, False),
        (Status.RETIRED, TODAY, True),
        (Status.QUARANTINED, None, True),
    ],
)
def test_an_asset_counts_once_it_was_in_service(plan, status, day, holds):
    counted, later = asset(day), asset(day, status=status)
    make.evidence("II.2.a", counted, counted_on=TODAY)
    db.session.scalars(select(Asset).where(Asset.tag == counted)).one().status = status
    db.session.flush()
    found = make.results(TODAY)
    assert (found["II.2.a", "P2"][0], found["B30.2", "P2"][0]) == (int(holds), int(holds))
    if holds:
        make.evidence("II.2.a", later, counted_on=TODAY)
    else:
        with pytest.raises(Invalid, match=r"record\.id"):
            make.evidence("II.2.a", later, counted_on=TODAY)


def test_a_laboratory_counts_as_a_record_of_its_own_kind_whatever_its_name(plan):
    """Keys of different kinds never meet: a laboratory may be called like a calibration's number."""
    make.evidence("II.2.b", lab("1", date(2026, 1, 1), date(2028, 12, 31)), kind=RecordType.LAB)
    assert make.results(TODAY)["II.2.b", "P2"][0] == 1


def test_the_history_of_an_indicator_hides_records_that_are_not_the_readers(people, plan):
    for owner in ("TTDL", "STC"):
        make.evidence("II.2.a", asset(owner=owner))
    row = make.evidence("II.2.a", asset(owner="STC"))
    actions.decide(plan, row, state=EvidenceState.EXCLUDED, reason="Trùng", by=None)
    assert len(queries.history(plan, "II.2.a", None)) == 4
    assert len(queries.history(plan, "II.2.a", people.technician.person())) == 1


def test_facts_propose_themselves_to_the_right_row(plan):
    standard, inspectors = asset(), asset(owner="SKHCN")
    instrument = asset(owner="SKHCN", kind=Kind.INSTRUMENT)
    material = asset(kind=Kind.REFERENCE_MATERIAL)
    for unwanted in ({"status": Status.PLANNED}, {"status": Status.RETIRED}, {"day": None}, {"day": date(2019, 7, 22)}):
        asset(**unwanted)
    asset(date(2026, 6, 16))
    lab("PTN-X", date(2020, 1, 1), date(2020, 12, 31))
    lab("PTN-Y", date(2020, 1, 1), date(2030, 12, 31), status=AccreditationStatus.WITHDRAWN)
    assert proposed(plan) == {
        ("II.2.a", standard, 1),
        ("II.2.a", instrument, 1),
        ("II.3.a.2", inspectors, 1),
        ("B30.2", material, 1),
    }


def test_a_decision_ends_a_proposal_also_at_the_other_row(plan):
    inspectors, standard = asset(owner="SKHCN"), asset()
    make.evidence("II.2.a", inspectors)
    make.evidence("II.2.a", standard, state=EvidenceState.EXCLUDED, reason="Trùng")
    assert proposed(plan) == set()


def test_what_is_proposed_by_hand_waits_for_the_planner(plan):
    tag = asset(date(2025, 1, 1))
    row = make.evidence("II.3.a.1", tag, state=EvidenceState.PROPOSED)
    assert make.results(TODAY)["II.3.a.1", "P1"][0] == 0
    assert ("II.3.a.1", tag, 1) in proposed(plan)
    actions.decide(plan, row, state=EvidenceState.COUNTED, by=None)
    assert make.results(TODAY)["II.3.a.1", "P1"] == (1, "met")


def test_a_record_says_what_it_fulfils(plan):
    tag = asset()
    found = fulfilled_by([Record(RecordType.ASSET, tag)], None, TODAY, plans.in_force(None))
    assert {(one.row.code, one.line.state.value) for one in found} == {("II.2.a", "proposed"), ("B30.2", "proposed")}
    make.evidence("II.2.a", tag)
    found = fulfilled_by([Record(RecordType.ASSET, tag)], None, TODAY, plans.in_force(None))
    assert {(one.row.code, one.line.state.value) for one in found} == {("II.2.a", "counted"), ("B30.2", "counted")}
    assert next(one for one in found if one.row.code == "B30.2").through is not None


def test_a_decision_is_written_down_with_old_and_new_values(plan):
    row = make.evidence("II.2.a", asset(date(2025, 3, 4)))
    actions.decide(plan, row, counted_on=date(2026, 3, 4), reason="Biên bản", by=None)
    newest, oldest = audit.history("indicator", f"{make.CODE}/II.2.a")
    assert newest.changes == {
        "counted_on": ["2025-03-04", "2026-03-04"],
        "reason": [None, "Biên bản"],
        "record_type": ["asset", "asset"],
        "record_id": [row.record_id, row.record_id],
    }
    assert oldest.action == "evidence.counted"


def test_deciding_the_same_again_changes_nothing(plan):
    row = make.evidence("II.2.a", asset())
    version = row.version
    actions.decide(plan, row, state=EvidenceState.COUNTED, quantity=1, by=None)
    assert row.version == version
    assert len(audit.history("indicator", f"{make.CODE}/II.2.a")) == 1


def test_only_planners_decide_and_others_may_propose_what_they_see(people, plan):
    tag, other = asset(owner="TTDL"), asset(owner="TTDL")
    for caller in (people.keeper, people.technician, people.inspector, people.stranger):
        with pytest.raises(Forbidden):
            make.evidence("II.2.a", tag, by=caller.person())
    make.evidence("II.2.a", tag, by=people.planner.person())
    make.evidence("II.2.a", other, state=EvidenceState.PROPOSED, by=people.technician.person())
    with pytest.raises(Invalid, match=r"record\.id"):
        make.evidence("II.2.b", tag, state=EvidenceState.PROPOSED, by=people.stranger.person())


@pytest.mark.parametrize("rows", [("II.2.a", "II.2.a"), ("II.2.a", "II.3.a.2")])
def test_of_two_planners_who_decide_at_once_one_wins(app, arrange, rows):
    with arrange():
        make.plan()
        make.admit("II.3.a.2")
        tag = asset(date(2025, 1, 1))
    start, outcomes = threading.Barrier(2), []

    def decide(code: str) -> None:
        with app.app_context():
            start.wait(5)
            try:
                plan = plans.by_code(make.CODE, None)
                actions.count_evidence(plan, indicator=code, record=Record(RecordType.ASSET, tag), by=None)
                db.session.commit()
                outcomes.append("counted")
            except Conflict:
                db.session.rollback()
                outcomes.append("conflict")

    threads = [threading.Thread(target=decide, args=(code,)) for code in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["conflict", "counted"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Evidence)) == 1
