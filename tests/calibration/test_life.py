"""The life of a record: handed in, given back, signed, amended; numbers that are another one's, standards in a ring."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import exists, select, update

from registry.assets import actions as assets
from registry.assets.models import Characteristic
from registry.assets.rules import Kind, Proof, ScheduleKind
from registry.calibration import actions, entry, life, queries
from registry.calibration.models import Calibration, CalibrationPoint
from registry.calibration.rules import (
    CalibrationKind,
    DecisionRule,
    Meaning,
    Outcome,
    RecordStatus,
    Stage,
    VerificationKind,
)
from registry.calibration.telling import Told
from registry.calibration.words import kind_text
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.labs.models import Lab
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make import types as make_types
from tests.make.calibration import approve, calibration, values
from tests.people import CENTRE, ELSEWHERE, PASSWORD

DAY = timedelta(days=1)
REGISTERED = {"kind": Kind.INSTRUMENT, "name": "Taximet", "owner": CENTRE, "instrument_type": "TAXIMET-THU"}
pytestmark = pytest.mark.usefixtures("people", "session")


@pytest.fixture
def item(people, session):
    """A standard that is to be calibrated every twelve months and has no record yet."""
    return make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)


def drafted(asset, caller, **said):
    if not db.session.scalar(select(exists().where(Lab.code == make_labs.LAB))):
        make_labs.lab()
    usual = {"kind": CalibrationKind.CALIBRATION, "performed_on": TODAY, "outcome": Outcome.PASS, "lab": make_labs.LAB}
    return actions.record(asset=asset.tag, **usual | said, by=caller.person())


def told(record, caller):
    return Told(queries.by_id(caller.person(), record.id))


class TestApproval:
    def test_a_draft_is_handed_in_given_back_with_a_reason_changed_and_issued(self, item, people):
        draft = drafted(item, people.technician)
        life.submit(draft, by=people.technician.person())
        with pytest.raises(Conflict):
            life.submit(draft, by=people.technician.person())
        said = {"kind": draft.kind, "performed_on": TODAY, "outcome": Outcome.PASS, "lab": make_labs.LAB}
        with pytest.raises(Conflict):
            actions.revise(draft, **said, by=people.technician.person())
        life.send_back(draft, reason="Thiếu điều kiện môi trường", by=people.keeper.person())
        assert (draft.status, draft.return_reason) == (RecordStatus.DRAFT, "Thiếu điều kiện môi trường")
        actions.revise(draft, **said, method="ĐLVN 13:2019", by=people.technician.person())
        life.submit(draft, by=people.technician.person())
        approve(draft, certificate_no="1", password=PASSWORD, by=people.keeper.person())
        assert (draft.status, draft.method, draft.issued_on) == (RecordStatus.ISSUED, "ĐLVN 13:2019", TODAY)
        with pytest.raises(Conflict):
            life.send_back(draft, reason="Muộn rồi", by=people.keeper.person())

    def test_who_handed_it_in_takes_it_back_and_others_without_a_right_to_approve_do_not(self, item, people):
        draft = drafted(item, people.keeper)
        life.submit(draft, by=people.keeper.person())
        with pytest.raises(Forbidden):
            life.send_back(draft, reason="Nhầm", by=people.technician.person())
        with pytest.raises(Invalid):
            life.send_back(draft, reason=" ", by=people.keeper.person())
        life.send_back(draft, reason="Nhầm", by=people.keeper.person())

    def test_who_revised_or_submitted_a_result_does_not_approve_it(self, item, people):
        draft = drafted(item, people.technician)
        said = {"kind": draft.kind, "performed_on": TODAY, "outcome": Outcome.PASS, "lab": make_labs.LAB}
        actions.revise(draft, **said, by=people.keeper.person())
        with pytest.raises(Forbidden):
            approve(draft, certificate_no="1", password=PASSWORD, by=people.keeper.person())

    @pytest.mark.parametrize("password", [None, "", "đồng hồ nước nóng", "x" * 1000])
    def test_nobody_signs_without_their_own_password(self, item, people, password):
        draft = drafted(item, people.technician)
        with pytest.raises(Invalid) as refusal:
            approve(draft, certificate_no="1", password=password, by=people.keeper.person())
        assert set(refusal.value.errors or {}) == {"password"}
        assert draft.status is RecordStatus.SUBMITTED

    def test_a_signature_holds_as_long_as_nothing_that_was_signed_changes(self, item, people):
        draft = drafted(item, people.technician, points=[values(nominal="100.0", indication="100.10")])
        approve(draft, certificate_no="1", password=PASSWORD, meaning=Meaning.AUTHORISATION, by=people.keeper.person())
        shown = told(draft, people.keeper)
        (signature,) = shown.signatures
        assert (signature.actor, signature.meaning, signature.holds) == ("Keeper", Meaning.AUTHORISATION, True)
        assert (shown.is_intact, shown.content_hash) == (True, signature.content_hash)
        db.session.execute(update(CalibrationPoint).values(indication=Decimal("100.1")))
        shown = told(draft, people.keeper)
        assert ([one.holds for one in shown.signatures], shown.is_intact) == ([False], False)

    def test_what_became_of_a_record_is_no_part_of_what_was_signed(self, item):
        made = calibration(item, TODAY)
        before = made.content_hash
        actions.void(made, reason="Sai", by=None)
        found = db.session.get_one(Calibration, made.id)
        assert (Told(found).digest, Told(found).is_intact) == (before, True)


class TestAmendments:
    def test_an_amendment_takes_the_place_of_what_it_amends_which_stays_readable(self, item, people):
        old = calibration(item, TODAY - DAY, certificate_no="GCN-1")
        new = calibration(
            item, TODAY - DAY, certificate_no="GCN-1", amends=old.id, amendment_reason="Sai đơn vị", note="Sửa"
        )
        assert (old.status, new.status, new.moved) == (RecordStatus.AMENDED, RecordStatus.ISSUED, True)
        assert told(old, people.keeper).amended_by == new.id
        assert item.due_on == date(2027, 6, 14)
        with pytest.raises(Conflict):
            calibration(item, TODAY, certificate_no="GCN-1")
        with pytest.raises(Conflict):
            calibration(item, TODAY, certificate_no="GCN-2", amends=old.id, amendment_reason="Lần nữa")

    def test_amending_an_old_record_never_rewinds_a_newer_due_date(self, item):
        old = calibration(item, date(2025, 3, 1))
        calibration(item, date(2026, 3, 1))
        late = calibration(
            item, date(2025, 3, 2), certificate_no="S", amends=old.id, amendment_reason="Sai ngày", outcome=Outcome.FAIL
        )
        assert not late.moved
        assert (item.proof, item.due_on) == (Proof.GOOD, date(2027, 3, 1))

    def test_of_two_drafts_that_amend_the_same_record_the_first_to_be_signed_wins(self, item, people):
        old = calibration(item, TODAY)
        said = {"amends": old.id, "amendment_reason": "Sai"}
        first, second = (drafted(item, people.technician, **said) for _draft in range(2))
        assert old.status is RecordStatus.ISSUED
        approve(first, certificate_no="A", password=PASSWORD, by=people.keeper.person())
        assert old.status is RecordStatus.AMENDED
        with pytest.raises(Conflict):
            approve(second, certificate_no="B", password=PASSWORD, by=people.keeper.person())

    @pytest.mark.parametrize("given", ["no reason", "another asset", "another kind", "nothing", "a reason alone"])
    def test_an_amendment_names_an_issued_record_of_the_same_asset_and_kind_and_a_reason(self, item, given):
        old = calibration(item, TODAY)
        said = {
            "no reason": ({"amends": old.id}, "amendment_reason"),
            "another asset": (
                {"amends": calibration(make_assets.asset(), TODAY).id, "amendment_reason": "x"},
                "amends",
            ),
            "another kind": (
                {"amends": old.id, "amendment_reason": "x", "kind": CalibrationKind.TESTING},
                "kind",
            ),
            "nothing": ({"amends": 2**31 - 1, "amendment_reason": "x"}, "amends"),
            "a reason alone": ({"amendment_reason": "x"}, "amendment_reason"),
        }[given]
        with pytest.raises(Invalid) as refusal:
            calibration(item, TODAY, certificate_no="N", **said[0])
        assert set(refusal.value.errors or {}) == {said[1]}


class TestNumbers:
    def test_one_certificate_covers_several_items_of_one_kind_and_day(self, item):
        calibration(item, TODAY - DAY, certificate_no="GCN-9", issued_on=TODAY)
        assert calibration(make_assets.asset(), TODAY, certificate_no="gcn-9", issued_on=TODAY)
        assert calibration(make_assets.asset(), TODAY, certificate_no="GCN-9")
        assert calibration(
            make_assets.asset(), TODAY, certificate_no="GCN-9", lab="PTN-2", kind=CalibrationKind.TESTING
        )
        for other in ({"issued_on": TODAY - DAY, "performed_on": TODAY - DAY}, {"kind": CalibrationKind.TESTING}):
            said = {"performed_on": TODAY} | other
            with pytest.raises(Conflict) as refusal:
                calibration(make_assets.asset(), said.pop("performed_on"), certificate_no="GCN-9", **said)
            assert set(refusal.value.errors or {}) == {"certificate_no"}

    def test_a_number_that_somebody_elses_record_has_is_taken_and_nothing_more_is_told(self, item, people):
        known = calibration(item, TODAY - DAY, certificate_no="GCN-9", kind=CalibrationKind.TESTING)
        theirs = make_assets.asset(owner=ELSEWHERE)
        for asset, caller, is_told in ((make_assets.asset(), people.keeper, True), (theirs, people.stranger, False)):
            with pytest.raises(Conflict) as refusal:
                drafted(asset, caller, certificate_no="ＧＣＮ-9")
            said = refusal.value.detail
            assert ("không được xem" in said, kind_text(known.kind) in said) == (not is_told, is_told)

    def test_the_same_item_is_not_recorded_under_the_same_number_as_something_else(self, item):
        calibration(item, TODAY, certificate_no="GCN-9")
        with pytest.raises(Conflict):
            calibration(item, TODAY, certificate_no="GCN-9", kind=CalibrationKind.VERIFICATION)

    def test_two_owners_number_their_own_checks_alike(self, item):
        own = {"kind": CalibrationKind.INTERMEDIATE_CHECK, "lab": None, "certificate_no": "KT-1"}
        calibration(item, TODAY, **own)
        assert calibration(make_assets.asset(), TODAY - DAY, **own, issued_on=TODAY)

    def test_a_draft_has_no_day_of_issue_of_its_own(self, item, people):
        with pytest.raises(Invalid) as refusal:
            drafted(item, people.technician, issued_on=TODAY)
        assert set(refusal.value.errors or {}) == {"issued_on"}


class TestStandards:
    def test_a_standard_keeps_the_record_that_was_in_force_on_that_day(self, item):
        standard = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)
        before = calibration(standard, TODAY - 20 * DAY)
        on_the_day = calibration(standard, TODAY - 10 * DAY)
        calibration(standard, TODAY - 5 * DAY, kind=CalibrationKind.INTERMEDIATE_CHECK)
        used = [calibration(item, TODAY - days * DAY, standards=[standard.tag]) for days in (30, 11, 10, 0)]
        relied = [one.standards[0].relied_on_id for one in used]
        assert relied == [None, before.id, on_the_day.id, on_the_day.id]

    def test_a_ring_is_refused_at_any_depth_and_a_chain_or_a_diamond_is_not(self, item):
        first, second, third = (make_assets.asset() for _asset in range(3))
        calibration(first, TODAY - 9 * DAY, standards=[item.tag])
        calibration(second, TODAY - 8 * DAY, standards=[first.tag])
        calibration(third, TODAY - 7 * DAY, standards=[first.tag, second.tag])
        assert calibration(make_assets.asset(), TODAY, standards=[third.tag, second.tag])
        other = make_assets.asset()
        for day, standard in ((6, first), (5, second), (4, third)):
            with pytest.raises(Invalid) as refusal:
                calibration(item, TODAY - day * DAY, standards=[other.tag, standard.tag])
            assert set(refusal.value.errors or {}) == {"standards.1"}

    def test_what_a_standard_relied_on_no_longer_makes_no_ring(self, item):
        standard = make_assets.asset()
        calibration(standard, TODAY - 9 * DAY, standards=[item.tag])
        calibration(standard, TODAY - 8 * DAY)
        assert calibration(item, TODAY, standards=[standard.tag])

    def test_a_draft_is_not_signed_when_its_standard_came_to_rest_on_it_meanwhile(self, item, people):
        standard = make_assets.asset()
        draft = drafted(item, people.technician, standards=[standard.tag])
        calibration(standard, TODAY, standards=[item.tag])
        with pytest.raises(Conflict, match="vòng kín"):
            approve(draft, certificate_no="R1", password=PASSWORD, by=people.keeper.person())

    def test_a_record_that_comes_late_closes_no_ring_with_what_comes_to_rest_on_it(self, item):
        standard, between = make_assets.asset(), make_assets.asset()
        calibration(standard, TODAY - 6 * DAY, standards=[item.tag])
        calibration(between, TODAY - 5 * DAY, standards=[standard.tag])
        assert calibration(item, TODAY - 8 * DAY, standards=[make_assets.asset().tag])
        with pytest.raises(Conflict, match="sẽ dựa vào bản ghi này"):
            calibration(item, TODAY - 7 * DAY, standards=[make_assets.asset().tag, between.tag])

    def test_what_rests_on_a_later_record_of_the_asset_makes_no_ring(self, item):
        standard = make_assets.asset()
        calibration(item, TODAY - 6 * DAY)
        calibration(standard, TODAY - 6 * DAY, standards=[item.tag])
        assert calibration(item, TODAY - 7 * DAY, standards=[standard.tag])

    def test_an_amendment_closes_no_ring(self, item):
        standard = make_assets.asset()
        first = calibration(item, TODAY - 6 * DAY)
        calibration(standard, TODAY - 5 * DAY, standards=[item.tag])
        said = {"amends": first.id, "amendment_reason": "…"}
        with pytest.raises(Conflict, match="sẽ dựa vào bản ghi này"):
            calibration(item, TODAY - 6 * DAY, standards=[standard.tag], **said)

    def test_a_point_is_measured_with_one_of_the_records_standards(self, item, people):
        one, two = make_assets.asset(), make_assets.asset()
        point = values(nominal="1") | {"standard": two.tag.lower()}
        made = calibration(item, TODAY, standards=[one.tag, two.tag.lower()], points=[point, values(nominal="2")])
        shown = told(made, people.keeper)
        assert [held.standard and held.standard.asset.tag for held in shown.points] == [two.tag, None]


class TestConformity:
    def measured(self, item, people, *points, **said):
        return told(calibration(item, TODAY, points=points, **said), people.keeper)

    def test_a_point_says_its_error_its_correction_and_a_verdict_with_numbers(self, item, people):
        limits = {"lower_limit": "-0.20", "upper_limit": "0.20", "expanded_uncertainty": "0.06", "coverage_factor": "2"}
        point = values(nominal="10", reference="10.000", indication="10.141", **limits)
        shown = self.measured(item, people, point, decision_rule=DecisionRule.NON_BINARY)
        (held,) = shown.points
        assert (str(held.error), str(held.correction)) == ("0.141", "-0.141")
        verdict = held.verdict
        assert (verdict.outcome, verdict.acceptance.upper) == (Outcome.CONDITIONAL_PASS, Decimal("0.14"))
        assert verdict.conformance == pytest.approx(0.97539, abs=5e-6)
        assert (shown.recomputed, shown.disagrees) == (Outcome.CONDITIONAL_PASS, True)

    def test_a_value_right_at_its_limit_is_inside_whatever_binary_floats_say(self, item, people):
        point = values(reference="0.1", indication="0.4", lower_limit="-0.3", upper_limit="0.3")
        shown = self.measured(item, people, point)
        assert (shown.recomputed, shown.disagrees) == (Outcome.PASS, False)

    def test_what_was_adjusted_is_judged_as_it_was_left(self, item, people):
        limits = {"lower_limit": "-1", "upper_limit": "1", "reference": "0"}
        found = values(indication="2", **limits)
        left = values(indication="0.5", **limits) | {"stage": Stage.AS_LEFT}
        shown = self.measured(item, people, found, left, adjusted=True)
        assert (shown.judgement.as_found, shown.recomputed) == (Outcome.FAIL, Outcome.PASS)

    def test_nothing_is_recomputed_where_the_rule_needs_an_uncertainty_that_is_not_given(self, item, people):
        point = values(reference="0", indication="2", lower_limit="-1", upper_limit="1")
        shown = self.measured(item, people, point, decision_rule=DecisionRule.GUARD_BAND)
        assert (shown.recomputed, shown.disagrees, shown.points[0].lacks_uncertainty) == (None, False, True)

    def test_a_declared_risk_sets_the_guard_band(self, item, people):
        limits = {"lower_limit": "-1", "upper_limit": "1", "expanded_uncertainty": "0.2", "coverage_factor": "2"}
        said = {"decision_rule": DecisionRule.GUARD_BAND, "target_risk": Decimal("0.05")}
        inside, outside = (values(reference="0", indication=shown, **limits) for shown in ("0.835", "0.836"))
        shown = self.measured(item, people, inside, outside, **said)
        assert [held.verdict.outcome for held in shown.points] == [Outcome.PASS, Outcome.FAIL]

    def test_limits_that_follow_from_the_asset_are_kept_as_they_were_on_that_day(self, people):
        asset = make_assets.asset()
        asset.characteristics.append(Characteristic(position=0, quantity="Khối lượng", unit="g", mpe=Decimal("0.5")))
        db.session.flush()
        point = values(nominal="100", reference="100.0", indication="100.5")
        made = calibration(asset, TODAY, points=[point])
        asset.characteristics[0].mpe = Decimal("0.1")
        db.session.flush()
        (held,) = told(made, people.keeper).points
        assert (held.limits_derived, str(held.upper_limit), held.verdict.outcome) == (True, "0.5", Outcome.PASS)


class TestVerification:
    def test_an_initial_only_type_is_not_verified_periodically(self):
        make_types.type_(versions=[make_types.version(periodic=False, after_repair=False, period_months=None)])
        asset = assets.register(**REGISTERED, by=None)
        verified = {"kind": CalibrationKind.VERIFICATION}
        with pytest.raises(Invalid) as refusal:
            calibration(asset, TODAY, **verified, verification_kind=VerificationKind.PERIODIC)
        assert set(refusal.value.errors or {}) == {"verification_kind"}
        made = calibration(asset, TODAY, **verified, stamp_no="T-07")
        assert made.verification_kind is VerificationKind.INITIAL  # nothing else was said, and nothing else can be

    def test_a_group_2_instrument_that_is_only_calibrated_lacks_its_verification(self):
        make_types.type_()
        asset = assets.register(**REGISTERED, by=None)
        assert [one.kind for one in asset.required_schedules] == [ScheduleKind.VERIFICATION]
        calibration(asset, TODAY)
        assert asset.proof is Proof.MISSING
        calibration(asset, TODAY, kind=CalibrationKind.VERIFICATION, certificate_no="KĐ-1")
        assert (asset.proof, asset.due_on) == (Proof.GOOD, date(2027, 6, 15))


class TestWhatIsKnownNow:
    def test_a_draft_that_names_a_standard_is_changed_as_often_as_needed(self, item, people):
        standard = make_assets.asset(name="Chuẩn", proof=Proof.MISSING)
        draft = drafted(item, people.technician, standards=[standard.tag])
        usual = {"kind": draft.kind, "performed_on": TODAY, "outcome": Outcome.PASS, "lab": make_labs.LAB}
        for note in ("một", "hai"):
            actions.revise(draft, **usual, standards=[standard.tag], note=note, by=people.technician.person())
        assert ([use.asset_id for use in draft.standards], draft.note) == ([standard.id], "hai")

    def test_a_standard_that_failed_since_is_told_of_and_not_signed_as_valid(self, item, people):
        standard = make_assets.asset(name="Chuẩn", schedules=[make_assets.schedule()], proof=Proof.MISSING)
        drafted(standard, people.technician, performed_on=TODAY - 30 * DAY, certificate_no="S-1")
        draft = drafted(item, people.technician, performed_on=TODAY, standards=[standard.tag])
        assert ([use.was_valid for use in draft.standards], entry.unsound(draft)) == ([True], [])
        drafted(standard, people.technician, certificate_no="S-2", outcome=Outcome.FAIL, performed_on=TODAY - DAY)
        assert entry.unsound(draft) == [standard]
        signed = {"certificate_no": "1", "password": PASSWORD, "by": people.keeper.person()}
        with pytest.raises(Invalid):
            approve(draft, **signed)
        approve(draft, contradiction_reason="chỉ dùng để tham khảo", **signed)
        assert [use.was_valid for use in draft.standards] == [False]

    def test_what_changed_since_it_was_looked_at_is_not_signed(self, item, people):
        draft = drafted(item, people.technician)
        seen = told(draft, people.keeper).digest
        usual = {"kind": draft.kind, "performed_on": TODAY, "outcome": Outcome.PASS, "lab": make_labs.LAB}
        actions.revise(draft, **usual, note="khác", by=people.technician.person())
        with pytest.raises(Conflict):
            approve(draft, certificate_no="1", password=PASSWORD, seen=seen, by=people.keeper.person())
        seen = told(draft, people.keeper).digest
        approve(draft, certificate_no="1", password=PASSWORD, seen=seen, by=people.keeper.person())
        assert draft.status is RecordStatus.ISSUED

    def test_what_a_voided_amendment_took_the_place_of_stands_again_where_that_is_said(self, item, people):
        first = drafted(item, people.technician, certificate_no="1", performed_on=TODAY - 10 * DAY)
        due = item.due_on
        reason = {"amends": first.id, "amendment_reason": "Sai ngày", "password": PASSWORD}
        second = drafted(item, people.keeper, certificate_no="1a", performed_on=TODAY - 5 * DAY, **reason)
        db.session.expire_all()
        assert (first.status, item.due_on) == (RecordStatus.AMENDED, due + 5 * DAY)
        signed = {"reason": "Nhầm", "password": PASSWORD, "by": people.keeper.person()}
        with pytest.raises(Invalid):
            actions.void(second, restores=second.id, **signed)
        actions.void(second, restores=first.id, **signed)
        assert (first.status, item.due_on) == (RecordStatus.ISSUED, due)
        third = drafted(item, people.keeper, certificate_no="1b", performed_on=TODAY, **reason)
        assert third.status is RecordStatus.ISSUED
        actions.void(third, **signed)
        assert (first.status, third.status, item.due_on) == (RecordStatus.AMENDED, RecordStatus.VOID, None)
