"""What a scan tells of components, of what the law has verified, and of what nobody has stated."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.assets import actions, scanning
from registry.assets.custody import actions as custody
from registry.assets.fitness import (
    Contradiction,
    Gap,
    Incomplete,
    Lack,
    Mark,
    ScanFacts,
    ScheduleFacts,
    SetFacts,
    gap_of,
    marks,
    naming_work,
    told_of,
)
from registry.assets.labels.answers import scan_answer
from registry.assets.lacking import lack_of
from registry.assets.rules import GONE, Doubt, Kind, Proof, ScheduleKind, Status, Validity, fit_for_use
from registry.assets.words import lack_text, reason_text
from registry.kernel import clock
from registry.kernel.errors import Conflict, Invalid
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import types as make_types
from tests.people import CENTRE

DUE = TODAY + timedelta(days=200)
YESTERDAY = TODAY - timedelta(days=1)
NEVER: dict[str, Any] = {"initial": False, "periodic": False, "period_months": None}


def whole(**said: Any) -> SetFacts:
    usual = {"tag": "0123456789A", "status": Status.IN_SERVICE, "proof": Proof.GOOD, "due_on": DUE, "restriction": None}
    return SetFacts(**usual | said)


def facts(**said: Any) -> ScanFacts:
    usual: dict[str, Any] = {
        "tag": "0123456789B",
        "kind": Kind.INSTRUMENT,
        "name": "Quả cân 10 kg",
        "status": Status.IN_SERVICE,
        "proof": Proof.NOT_REQUIRED,
        "due_on": None,
        "owner_id": 1,
        "expires_on": None,
        "restriction": None,
        "label_tag": None,
        "doubt": None,
        "contradicted": False,
        "instrument_type": None,
        "schedules": [],
    }
    return ScanFacts(**usual | said)


def codes(said: ScanFacts) -> list[Any]:
    return [reason.code for reason in told_of(said, TODAY)[3]]


@pytest.mark.parametrize(
    ("of_set", "expected"),
    [
        ({}, (Validity.VALID, DUE, True)),
        ({"due_on": TODAY}, (Validity.DUE_SOON, TODAY, True)),
        ({"due_on": YESTERDAY}, (Validity.OVERDUE, YESTERDAY, False)),
        ({"proof": Proof.MISSING, "due_on": None}, (Validity.NEVER, None, False)),
        ({"proof": Proof.FAILED, "due_on": None}, (Validity.FAILED, None, False)),
        ({"proof": Proof.NOT_REQUIRED, "due_on": None}, (Validity.NOT_REQUIRED, None, True)),
    ],
)
def test_a_component_without_schedules_stands_on_those_of_its_set(of_set, expected):
    assert told_of(facts(sets=[whole(**of_set)]), TODAY)[:3] == expected


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.IN_SERVICE])
def test_a_component_rests_with_its_set_at_any_level(status):
    limited = {"restriction": "chỉ đến 20 kg"} if status is Status.LIMITED_USE else {}
    for sets in ([whole(status=status, **limited)], [whole(), whole(status=status, **limited)]):
        said = facts(sets=sets)
        assert told_of(said, TODAY)[2] is (status is Status.LIMITED_USE)
        assert codes(said) == [status]


def test_a_component_with_a_schedule_of_its_own_stands_on_that_one():
    schedules = [ScheduleFacts(ScheduleKind.CALIBRATION, Proof.GOOD, DUE)]
    said = facts(proof=Proof.GOOD, due_on=DUE, schedules=schedules, sets=[whole(proof=Proof.FAILED, due_on=None)])
    assert told_of(said, TODAY)[:3] == (Validity.VALID, DUE, True)


@pytest.mark.parametrize(
    ("kind", "law_asks", "fit", "code"),
    [
        (Kind.INSTRUMENT, True, False, [Gap.UNVERIFIED]),
        (Kind.INSTRUMENT, False, True, []),
        (Kind.STANDARD, False, False, [Gap.UNSTATED]),
        (Kind.REFERENCE_MATERIAL, False, False, [Gap.UNCERTIFIED]),
        (Kind.INSTRUMENT, None, True, [Gap.UNCLASSIFIED]),
    ],
)
def test_what_nobody_stated_is_said_and_what_the_law_asks_is_not_passed_over(kind, law_asks, fit, code):
    said = facts(kind=kind, law_asks=law_asks)
    assert (told_of(said, TODAY)[2], codes(said)) == (fit, code)


UNKNOWN = {"law_asks": None, "instrument_type": "Cân ôtoo"}
CALIBRATED = {"proof": Proof.GOOD, "due_on": DUE}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (UNKNOWN | CALIBRATED, [Gap.UNCLASSIFIED]),  # a calibration does not take the place of the law's verification
        (UNKNOWN | {"sets": [whole()]}, [Gap.UNCLASSIFIED]),
        (UNKNOWN | {"sets": [whole(is_verified=True)]}, []),
        ({"law_asks": None} | CALIBRATED, []),  # of no type at all, and somebody stated what it has to undergo
        ({"law_asks": None, "sets": [whole()]}, []),
        ({"law_asks": None, "sets": [whole(proof=Proof.NOT_REQUIRED, due_on=None)]}, [Gap.UNCLASSIFIED]),
    ],
)
def test_an_instrument_of_a_type_that_nobody_knows_is_not_told_to_need_no_verification(said, code):
    assert (codes(facts(**said)), told_of(facts(**said), TODAY)[2]) == (code, True)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("text", [None, "Cân ôtoo"])
@pytest.mark.parametrize("schedule", [None, *ScheduleKind])
@pytest.mark.usefixtures("people")
def test_what_a_list_says_of_an_unknown_type_is_what_a_scan_says(session, kind, text, schedule):
    schedules = [make.schedule(schedule, proof=Proof.GOOD, due_on=DUE)] if schedule else []
    made = make.asset(
        kind=kind, instrument_type=text, schedules=schedules, proof=Proof.GOOD if schedule else Proof.NOT_REQUIRED
    )
    session.commit()
    scanned = Gap.UNCLASSIFIED in codes(scanning.scan_facts(made.tag))
    assert (gap_of(made) is Gap.UNCLASSIFIED) is scanned
    assert scanned is (kind is Kind.INSTRUMENT and schedule != ScheduleKind.VERIFICATION and bool(text or not schedule))


@pytest.mark.parametrize(("own", "asks"), [({"owner": CENTRE}, False), ({}, True)])
@pytest.mark.usefixtures("people")
def test_a_known_type_is_not_unclassified_whoever_recorded_it(session, own, asks):
    made = make.asset(kind=Kind.INSTRUMENT, instrument_type="Đồng hồ thử")
    made.instrument_type_id = make_types.type_(**own).id
    session.commit()
    assert (scanning.scan_facts(made.tag).law_asks, gap_of(made)) == (asks, None)


@pytest.mark.usefixtures("people")
def test_a_scan_of_a_component_says_why_its_set_rests(session):
    box = make.asset(name="Bộ quả cân", status=Status.QUARANTINED)
    inner = make.asset(name="Hộp nhỏ", parent_id=box.id)
    weight = make.asset(name="Quả cân 10 kg", parent_id=inner.id)
    session.commit()
    said = scanning.scan_facts(weight.tag)
    assert [level.tag for level in said.sets] == [inner.tag, box.tag]
    answer = scan_answer(said, clock.now())
    assert answer["fit_for_use"] is False
    assert box.tag[:4] in answer["reasons"][0]["text"]


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ({}, True),
        ({"versions": [make_types.version(periodic=None, period_months=None)]}, True),
        ({"versions": [make_types.version(periodic=False, period_months=None)]}, True),
        ({"versions": [make_types.version(periodic=False, initial=None, period_months=None)]}, True),
        ({"versions": [make_types.version(**NEVER)]}, False),
        ({"versions": [make_types.version(TODAY + timedelta(days=1), **NEVER)]}, True),
        ({"versions": [make_types.version(valid_to=YESTERDAY, **NEVER)]}, True),
        ({"versions": [make_types.version(valid_to=TODAY, **NEVER)]}, False),
        ({"owner": CENTRE}, False),
    ],
)
@pytest.mark.usefixtures("people")
def test_the_law_asks_for_what_is_of_group_2_and_verified_once_at_least(session, said, asks):
    made = make.asset(kind=Kind.INSTRUMENT)
    made.instrument_type_id = make_types.type_(**said).id
    session.commit()
    assert scanning.scan_facts(made.tag).law_asks is asks


@pytest.mark.parametrize(
    ("status", "state", "gap", "said"),
    [
        (Status.IN_SERVICE, "not_required", Gap.UNCLASSIFIED, "unclassified"),
        (Status.IN_SERVICE, "valid", Gap.UNCLASSIFIED, "unclassified (valid)"),
        (Status.IN_SERVICE, "overdue", Gap.UNCLASSIFIED, "overdue unclassified"),
        (Status.QUARANTINED, "not_required", Gap.UNCLASSIFIED, "quarantined unclassified"),
        (Status.IN_SERVICE, "never", Gap.UNVERIFIED, "unverified"),
    ],
)
def test_a_requirement_that_nobody_knows_takes_the_place_of_none(status, state, gap, said):
    found = marks(status, Validity(state), None, contradicted=False, gap=gap)
    assert " ".join(f"({mark.word})" if mark.is_muted else mark.word for mark in found) == said


def test_a_component_is_not_handed_out_while_its_set_is_away(session, people):
    keeper = people.keeper.person()
    box = make.asset(name="Bộ quả cân")
    weight = make.asset(name="Quả cân 10 kg", parent_id=box.id)
    custody.check_out(box, holder="Nguyễn Văn A", expected_back_on=date(2026, 7, 1), by=keeper)
    with pytest.raises(Conflict) as refusal:
        custody.check_out(weight, holder="B", expected_back_on=date(2026, 7, 1), by=keeper)
    assert "Nguyễn Văn A" in refusal.value.detail
    custody.check_in(box, by=keeper)
    custody.check_out(weight, holder="B", expected_back_on=date(2026, 7, 1), by=keeper)


@pytest.mark.parametrize(
    ("doubt", "fit"),
    [
        (Doubt.IN_DOUBT, True),
        (Doubt.RECALIBRATE, True),
        (Doubt.RECALL, False),
        (Doubt.CERTIFICATE_WITHDRAWN, False),
        (Doubt.STOPPED, False),
    ],
)
def test_what_a_case_called_back_is_not_fit_and_what_it_doubts_says_so(doubt, fit):
    said = facts(proof=Proof.GOOD, due_on=DUE, doubt=doubt)
    assert told_of(said, TODAY)[2] is fit
    assert codes(said) == [doubt]
    assert fit_for_use(Status.IN_SERVICE, Validity.VALID, doubt) is fit


@pytest.mark.parametrize(
    ("kinds", "kind", "said"),
    [
        (["verification"], "verification", "Phải kiểm định lại: chuẩn"),
        (["calibration", "intermediate_check"], "calibration", "Phải hiệu chuẩn lại: chuẩn"),
        (["calibration", "verification"], None, "Phải hiệu chuẩn hoặc kiểm định lại: chuẩn"),
        ([], None, "Phải hiệu chuẩn hoặc kiểm định lại: chuẩn"),
    ],
)
def test_what_is_to_be_done_again_is_named_by_what_it_is_held_to(app, kinds, kind, said):
    held = [ScheduleFacts(ScheduleKind(one), Proof.GOOD, DUE) for one in kinds]
    told = facts(proof=Proof.GOOD, due_on=DUE, doubt=Doubt.RECALIBRATE, schedules=held)
    (reason,) = [one for one in told_of(told, TODAY)[3] if one.code is Doubt.RECALIBRATE]
    with app.test_request_context():
        assert reason_text(reason).startswith(said)
    (mark,) = naming_work([Mark(Doubt.RECALIBRATE)], held)
    assert mark.kind == kind


@pytest.mark.parametrize(
    ("said", "codes_in_order"),
    [
        ({"doubt": Doubt.RECALL}, [Doubt.RECALL, Validity.DUE_SOON]),
        (
            {"doubt": Doubt.CERTIFICATE_WITHDRAWN, "status": Status.QUARANTINED},
            [Doubt.CERTIFICATE_WITHDRAWN, Status.QUARANTINED, Validity.DUE_SOON],
        ),
        ({"law_asks": True}, [Gap.UNVERIFIED, Validity.DUE_SOON]),
        ({"sets": [whole(status=Status.OUT_OF_SERVICE)]}, [Status.OUT_OF_SERVICE, Validity.DUE_SOON]),
        ({"doubt": Doubt.IN_DOUBT}, [Doubt.IN_DOUBT, Validity.DUE_SOON]),
        (
            {"expires_on": YESTERDAY, "status": Status.LIMITED_USE, "contradicted": True},
            [Validity.OVERDUE, Status.LIMITED_USE, Contradiction.CONTRADICTED, Validity.DUE_SOON],
        ),
    ],
)
def test_what_forbids_use_is_said_first_and_the_last_valid_day_never_above_it(said, codes_in_order):
    last_day = [ScheduleFacts(ScheduleKind.CALIBRATION, Proof.GOOD, TODAY)]
    assert codes(facts(proof=Proof.GOOD, due_on=TODAY, schedules=last_day, **said)) == codes_in_order


IN, OUT, QUARANTINED, LIMITED = (
    Status.IN_SERVICE,
    Status.OUT_FOR_CALIBRATION,
    Status.QUARANTINED,
    Status.LIMITED_USE,
)


@pytest.mark.parametrize(
    ("status", "state", "doubt", "contradicted", "said"),
    [
        (IN, "valid", None, False, "valid"),
        (IN, "valid", None, True, "contradicted (valid)"),
        (IN, "due_soon", Doubt.IN_DOUBT, False, "in_doubt (due_soon)"),
        (IN, "overdue", Doubt.IN_DOUBT, False, "overdue in_doubt"),
        (IN, "overdue", Doubt.RECALL, True, "recall overdue contradicted"),
        (IN, "not_required", Doubt.CERTIFICATE_WITHDRAWN, False, "certificate_withdrawn (not_required)"),
        (IN, "valid", Doubt.STOPPED, False, "stopped (valid)"),
        (LIMITED, "valid", None, False, "valid limited_use"),
        (LIMITED, "valid", Doubt.RECALIBRATE, False, "recalibrate (valid) limited_use"),
        (QUARANTINED, "valid", None, False, "quarantined (valid)"),
        (QUARANTINED, "valid", Doubt.RECALL, False, "recall quarantined (valid)"),
        (OUT, "never", None, False, "out_for_calibration never"),
    ],
)
def test_the_decisive_word_stands_first_and_a_doubted_validity_is_muted(status, state, doubt, contradicted, said):
    found = marks(status, Validity(state), doubt, contradicted=contradicted)
    assert " ".join(f"({mark.word})" if mark.is_muted else mark.word for mark in found) == said


@pytest.mark.parametrize(
    ("said", "is_lacked"),
    [
        ({}, False),
        ({"status": Status.QUARANTINED}, True),
        ({"status": Status.OUT_OF_SERVICE}, True),
        ({"status": Status.RETIRED}, True),
        ({"status": Status.DISPOSED}, True),
        ({"status": Status.PLANNED}, False),
        ({"due_on": YESTERDAY}, True),
        ({"proof": Proof.FAILED}, True),
        ({"due_on": TODAY}, False),
    ],
)
@pytest.mark.parametrize("levels", [1, 2])
def test_a_set_says_which_component_it_lacks_and_is_not_plainly_good(session, people, said, is_lacked, levels):
    box = make.asset(name="Bộ quả cân", due_on=DUE)
    over = box if levels == 1 else make.asset(name="Khay", parent_id=box.id)
    make.asset(name="Quả cân 5 kg", parent_id=over.id)
    part = make.asset(name="Quả cân 10 kg", parent_id=over.id, **said)
    session.commit()
    state, _due, fit, reasons = told_of(scanning.scan_facts(box.tag), TODAY)
    assert (state, fit) == (Validity.VALID, True)
    lack = Lack(part.tag, part.name, is_gone=part.status in GONE)
    assert [(one.code, one.part) for one in reasons] == [(Incomplete.INCOMPLETE, lack)] * is_lacked
    (text,) = [reason_text(one) for one in reasons] if is_lacked else [""]
    assert ("Quả cân 10 kg" in text) is is_lacked


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize(("limited_on", "is_lacked"), [(YESTERDAY, True), (TODAY, False), (DUE, False), (None, True)])
def test_what_is_gone_is_lacked_until_the_use_of_the_set_is_limited_since(
    session, people, limited_on, is_lacked, levels
):
    limited = {"status": Status.LIMITED_USE, "restriction": "Đến 10 kg"} if limited_on else {}
    box = make.asset(name="Bộ quả cân", due_on=DUE, status_since_on=limited_on, **limited)
    over = box if levels == 1 else make.asset(name="Khay", parent_id=box.id)
    make.asset(name="Quả cân 20 kg", parent_id=over.id, status=Status.RETIRED, status_since_on=TODAY)
    session.commit()
    assert (lack_of(box) is not None) is is_lacked


def test_what_is_gone_is_lacked_no_longer_once_it_is_out_of_the_set(session, people):
    box = make.asset(name="Bộ quả cân", due_on=DUE)
    part = make.asset(name="Quả cân 20 kg", parent_id=box.id, status=Status.RETIRED)
    session.commit()
    assert "Quả cân 20 kg" in lack_text(lack_of(box))
    actions.edit(part, parent=None, by=people.keeper.person())
    assert lack_of(box) is None


def test_a_set_that_lacks_a_component_is_handed_out_with_a_reason_only(session, people):
    keeper, box = people.keeper.person(), make.asset(name="Bộ quả cân", due_on=DUE)
    make.asset(name="Quả cân 10 kg", parent_id=box.id, status=Status.QUARANTINED)
    out = {"holder": "A", "expected_back_on": date(2026, 7, 1), "by": keeper}
    with pytest.raises(Invalid, match="Quả cân 10 kg"):
        custody.check_out(box, **out)
    custody.check_out(box, **out, override_reason="Không dùng quả 10 kg")
