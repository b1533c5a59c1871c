"""What can be evidence of an indicator at all: what the plan measures there, and what it admits by hand."""

import re
from datetime import date, timedelta

import pytest

from registry.assets.rules import Kind
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.labs.models import Accreditation, ScopeLine
from registry.labs.rules import AccreditationStatus
from registry.plan import fitting, queries
from registry.plan.activities.rules import ActivityKind, Aspect, Stage, StepValues
from registry.plan.evidence import actions, bulk
from registry.plan.evidence.bulk import Chosen, Decision, Outcome
from registry.plan.evidence.fulfilling import fulfilled_by
from registry.plan.models import EvidenceState, RecordType
from registry.plan.records import Record
from tests.conftest import TODAY
from tests.make import activities, assets, calibration, labs
from tests.make import plan as make

DAY = date(2026, 3, 1)


def decide(indicator: str, record: Record, **said):
    return make.evidence(indicator, record.id, kind=record.type, anything=False, **said)


def rows_for(plan, record: Record) -> set[str]:
    """Codes of the rows that a record can be evidence of."""
    version = queries.current_version(plan)
    rows = [row for row in version.rows if row.indicator_id is not None]
    return {row.code for row in rows if record in fitting.fitting(plan, version, row, [record])}


def asset(**said) -> Record:
    return Record(RecordType.ASSET, assets.asset(**{"owner": "STC", "commissioned_on": DAY} | said).tag)


def activity(kind: ActivityKind, **said) -> Record:
    return Record(RecordType.ACTIVITY, str(activities.activity(kind, DAY, **said).id))


def test_an_asset_is_evidence_of_assets_of_its_kind_and_owner_only(plan):
    standards = {"II.2.a", "B25.1", "B30.2"}
    assert rows_for(plan, asset()) == standards
    assert rows_for(plan, asset(kind=Kind.REFERENCE_MATERIAL)) == {"B30.2"}
    assert rows_for(plan, asset(owner="SKHCN")) == {"II.3.a.2"}
    assert rows_for(plan, asset(owner="SKHCN", kind=Kind.INSTRUMENT)) == standards


def test_an_activity_is_evidence_of_what_was_done_only(plan):
    assert rows_for(plan, activity(ActivityKind.CONFERENCE, aspect=Aspect.SEMINAR)) == {"I.2"}
    assert rows_for(plan, activity(ActivityKind.SURVEY, quantity=4)) == {"II.4.a"}
    assert rows_for(plan, activity(ActivityKind.TRAINING, persons=3)) == {"II.2.c", "B25.2", "B30.3"}
    support = {"subject": activities.enterprise("DN-1"), "aspect": Aspect.CRITERIA_SET}
    assert rows_for(plan, activity(ActivityKind.SUPPORT, **support)) == {"II.4.b"}


def test_a_laboratory_what_it_has_and_other_records_are_evidence_of_their_own_rows(people, plan):
    labs.lab("PTN-9", accreditations=[labs.accreditation(number="PTN-9")])
    labs.scope_line("PTN-9")
    db.session.flush()
    accreditation, line = (str(db.session.query(model.id).scalar()) for model in (Accreditation, ScopeLine))
    state = {"B25.4", "II.2.d", "B30.5"}
    assert rows_for(plan, Record(RecordType.LAB, "PTN-9")) == state | {"B30.1", "II.2.b"}
    assert rows_for(plan, Record(RecordType.ACCREDITATION, accreditation)) == state | {"II.2.b"}
    assert rows_for(plan, Record(RecordType.SCOPE_LINE, line)) == {"B30.1"}
    record = calibration.calibration(assets.asset(), DAY)
    assert rows_for(plan, Record(RecordType.CALIBRATION, str(record.id))) == set()
    assert rows_for(plan, Record(RecordType.ORGANISATION, "STC")) == set()


def test_what_does_not_fit_is_neither_counted_nor_proposed_but_can_be_excluded(plan):
    record = asset()
    for state in (EvidenceState.COUNTED, EvidenceState.PROPOSED):
        with pytest.raises(Invalid, match=r"record\.id"):
            decide("II.2.c", record, state=state)
    found = bulk.decide_many(plan, indicator="II.2.c", state=Decision.COUNTED, rows=[Chosen(record)], by=None)
    assert [answer.outcome for answer in found.answers] == [Outcome.REFUSED]
    assert make.results(TODAY)["B30.3", "P2"][0] == 0
    row = decide("II.2.c", record, state=EvidenceState.EXCLUDED, reason="Không phải người")
    with pytest.raises(Invalid, match=r"record\.id"):
        actions.decide(plan, row, state=EvidenceState.COUNTED, by=None)


@pytest.mark.parametrize(
    "held",
    [
        {"none": True},
        {"status": AccreditationStatus.SUSPENDED},
        {"status": AccreditationStatus.WITHDRAWN},
        {"valid_until": DAY - timedelta(days=1)},
        {"granted_on": DAY + timedelta(days=1)},
        {"standard": "Nghị định 105/2016/NĐ-CP"},
    ],
    ids=str,
)
def test_a_laboratory_without_accreditation_in_force_is_no_accredited_one(plan, held):
    made = [] if "none" in held else [labs.accreditation(**held)]
    labs.lab("PTN-9", organisation="STC", accreditations=made)
    record = Record(RecordType.LAB, "PTN-9")
    for code in ("II.2.d", "B25.4"):
        with pytest.raises(Invalid, match=rf"record\.id.*{re.escape(code)}"):
            decide(code, record, counted_on=DAY, reason="Theo biên bản")
    if not {"granted_on", "valid_until"} & held.keys():  # or it would count on the first day on which it was accredited
        found = bulk.decide_many(plan, indicator="II.2.d", state=Decision.COUNTED, rows=[Chosen(record)], by=None)
        assert [answer.outcome for answer in found.answers] == [Outcome.REFUSED]
    row = decide("II.2.d", record, counted_on=DAY, state=EvidenceState.EXCLUDED, reason="Chưa được công nhận")
    with pytest.raises(Invalid, match=r"record\.id"):
        actions.decide(plan, row, state=EvidenceState.COUNTED, by=None)


def test_an_accredited_laboratory_counts_on_no_day_without_accreditation(plan):
    first, last = date(2026, 2, 1), date(2026, 5, 31)
    held = labs.accreditation(granted_on=first, valid_until=last)
    labs.lab("PTN-9", organisation="STC", accreditations=[held])
    row = decide("II.2.d", Record(RecordType.LAB, "PTN-9"), counted_on=last)
    for day in (first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(Invalid, match=r"record\.id"):
            actions.decide(plan, row, counted_on=day, by=None)
    actions.decide(plan, row, counted_on=first, by=None)
    db.session.flush()
    accreditation = Record(RecordType.ACCREDITATION, str(db.session.query(Accreditation.id).scalar()))
    with pytest.raises(Invalid, match=r"record\.id"):
        decide("B25.4", accreditation, counted_on=last + timedelta(days=1))


def test_a_refusal_says_what_would_count(plan):
    project = activity(ActivityKind.PROJECT, steps=[StepValues(stage=Stage.APPROVED, on=DAY)])
    applied = {"document_no": "1/QĐ", "document_on": DAY}
    criteria = activity(ActivityKind.CRITERIA, subject=activities.enterprise("DN-1"), **applied)
    for record, row, said in (
        (project, "II.5.-", "nghiệm thu"),
        (criteria, "II.4.b", "Hỗ trợ tổ chức"),
        (asset(), "II.2.c", "loại này"),
        (asset(owner="SKHCN"), "II.2.a", "tính chất"),
    ):
        with pytest.raises(Invalid) as refused:
            decide(row, record)
        (message,) = refused.value.errors["record.id"]
        assert (row in message, said in message) == (True, True), message


def test_also_counted_in_names_only_rows_that_can_count_the_record(plan):
    support = activity(ActivityKind.SUPPORT, subject=activities.enterprise("DN-1"), aspect=Aspect.CRITERIA_SET)
    with pytest.raises(Invalid, match=r"also_counted_in.*II\.3\.c"):
        decide("II.4.b", support, also_counted_in=["II.4.b", "II.3.c"])
    row = decide("II.4.b", support)
    for other in ("II.3.c", "I.1"):
        with pytest.raises(Invalid, match="also_counted_in"):
            actions.decide(plan, row, also_counted_in=[other], by=None)
    make.admit("II.3.c")
    assert actions.decide(plan, row, also_counted_in=["II.3.c"], by=None).also_counted_in == ["II.3.c"]


def test_a_plan_may_admit_more_by_hand_and_one_that_measures_nothing_leaves_it_to_the_planner(plan):
    version = queries.current_version(plan)
    row = next(row for row in version.rows if row.code == "II.4.b")
    record = Record(RecordType.ORGANISATION, "STC")
    row.details = {**row.details, "by_hand": ["organisation"]}
    assert fitting.fitting(plan, version, row, [record]) == {record}
    row.details = {**row.details, "by_hand": [], "measures": []}
    assert fitting.fitting(plan, version, row, [record]) == {record}
    assert fitting.kinds(version)["II.4.b"] == frozenset(RecordType)


def test_the_kinds_a_row_takes_are_those_that_can_fit(plan):
    kinds = fitting.kinds(queries.current_version(plan))
    assert kinds["II.2.c"] == kinds["B30.3"] == {RecordType.ACTIVITY}
    assert kinds["II.2.d"] == {RecordType.LAB, RecordType.ACCREDITATION, RecordType.ASSESSMENT}
    assert kinds["B30.2"] == {RecordType.ASSET}


def test_a_laboratory_of_a_ministry_is_not_of_the_province(plan):
    labs.lab("PTN-BO", organisation="BKHCN", accreditations=[labs.accreditation(number="BO")])
    labs.scope_line("PTN-BO")
    db.session.flush()
    record = Record(RecordType.LAB, "PTN-BO")
    found = fulfilled_by([record], None, TODAY, queries.in_force(None))
    assert {fulfilment.line.indicator for fulfilment in found} == {"B25.4"}
    assert rows_for(plan, record) == {"B25.4"}


def test_a_laboratory_that_never_was_accredited_is_refused_and_told_why(people, plan):
    labs.lab("PTN-1")
    labs.lab("PTN-2", accreditations=[labs.accreditation(number="2", standard="ISO 15189:2022")])
    labs.lab("PTN-3", accreditations=[labs.accreditation(number="3", granted_on=date(2027, 1, 1))])
    ended = labs.accreditation(number="4", granted_on=date(2024, 3, 13), valid_until=date(2025, 3, 13))
    labs.lab("PTN-4", accreditations=[ended])
    for code in ("PTN-1", "PTN-2", "PTN-3"):
        with pytest.raises(Invalid, match=r"record\.id: II\.2\.d .*ISO/IEC 17025"):
            decide("II.2.d", Record(RecordType.LAB, code), counted_on=DAY)
    decide("II.2.d", Record(RecordType.LAB, "PTN-4"), counted_on=date(2025, 1, 1))


def test_another_day_than_the_records_own_needs_a_reason(plan):
    record = asset(commissioned_on=date(2025, 3, 1))
    with pytest.raises(Invalid, match="reason"):
        decide("II.2.a", record, counted_on=DAY)
    row = decide("II.2.a", record)
    with pytest.raises(Invalid, match="reason"):
        actions.decide(plan, row, counted_on=DAY, by=None)
    db.session.refresh(row)
    actions.decide(plan, row, counted_on=DAY, reason="Bàn giao năm 2026", by=None)
    assert make.results(TODAY)["II.2.a", "P2"][0] == 1


@pytest.mark.parametrize("by_many", [False, True])
def test_what_counts_again_does_not_keep_why_it_did_not(plan, by_many):
    record = asset()
    row = decide("II.2.a", record, state=EvidenceState.EXCLUDED, reason="Trùng")
    if by_many:
        chosen = [Chosen(record, row.version)]
        row.decided_by_id = None
        bulk.decide_many(plan, indicator="II.2.a", state=Decision.COUNTED, rows=chosen, by=None)
    else:
        actions.decide(plan, row, state=EvidenceState.COUNTED, by=None)
    assert (row.state, row.reason) == (EvidenceState.COUNTED, None)


def test_an_exclusive_row_still_counts_a_record_once(plan):
    make.admit("II.3.a.2")
    record = asset()
    decide("II.2.a", record)
    with pytest.raises(Conflict, match=r"II\.2\.a"):
        decide("II.3.a.2", record)
