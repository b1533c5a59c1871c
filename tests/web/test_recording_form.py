"""The form of a result: where its setpoints and standards come from, what it says will happen, another item's form."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from registry.assets import actions as assets
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.calibration.models import Calibration
from registry.calibration.procedures import actions
from registry.calibration.rules import DecisionRule
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import labs, procedures
from tests.make.calibration import calibration, values
from tests.people import ELSEWHERE

NOMINALS = re.compile(r'name="points-\d+-nominal" value="([^"]+)"')
EARLIER = TODAY - timedelta(days=400)
FORM = {"kind": "calibration", "outcome": "pass", "performed_on": str(TODAY), "lab": labs.LAB}
MEASURED = {
    "points-0-quantity": "Khối lượng",
    "points-0-unit": "g",
    "points-0-stage": "",  # as found, as in a form that says nothing else
    "points-0-nominal": "50,0",
    "points-0-indication": "50,1",
    "points-0-proposed": "yes",
}


def setpoints(*nominals):
    return [values(nominal=one, indication=one) | {"quantity": "Khối lượng"} for one in nominals]


@pytest.fixture
def scales(arrange, people):
    """The tag of scales of 200 g, of which a calibration is due."""
    with arrange():
        row = make.asset(name="Cân", schedules=[make.schedule()])
        assets.edit(
            row,
            characteristics=[
                {"quantity": "Khối lượng", "unit": "g", "range_low": Decimal(0), "range_high": Decimal(200)}
            ],
            by=None,
        )
        labs.lab()
        return row.tag


def asset(tag):
    return db.session.scalars(select(Asset).where(Asset.tag == tag)).one()


def procedure(*, at=("50", "250"), **said):
    said |= {"setpoints": [procedures.place(nominal) for nominal in at]}
    return procedures.procedure(quantity="khối lượng", **said)


class TestSetpoints:
    def test_without_a_last_time_those_of_the_fitting_procedure_are_proposed(self, keeper, scales, arrange):
        with arrange():
            procedure(method="ĐLVN 13")
        page = keeper.pages.get(f"/assets/{scales}/calibrations/new?lang=en").text
        assert NOMINALS.findall(page) == ["50"]
        assert "1 setpoint of the procedure lies outside the range" in page
        assert 'value="ĐLVN 13"' in page

    def test_the_last_time_goes_before_a_procedure_it_did_not_follow(self, keeper, scales, arrange):
        with arrange():
            procedure()
            calibration(asset(scales), EARLIER, points=setpoints("20", "70"))
        assert NOMINALS.findall(keeper.pages.get(f"/assets/{scales}/calibrations/new").text) == ["20", "70"]

    def test_who_may_not_read_the_last_time_is_told_nothing_of_it(self, stranger, scales, arrange):
        with arrange():
            calibration(asset(scales), EARLIER, points=setpoints("20", "70"), method="Cách đo riêng")
        page = stranger.pages.get(f"/assets/{scales}/calibrations/new?kind=calibration").text
        assert NOMINALS.findall(page) == []
        assert "Cách đo riêng" not in page
        assert 'value="last"' not in page

    def test_the_newest_version_of_the_procedure_of_the_last_time_is_proposed(self, keeper, scales, arrange):
        with arrange():
            row = procedure(at=("50",))
            calibration(asset(scales), EARLIER, points=setpoints("20"), procedure_version=row.current.id)
            rows = [dict(point, nominal=values(nominal="60")["nominal"]) for point in row.current.setpoints]
            actions.revise(row, title_vi="Mới", setpoints=rows, by=None)
        page = keeper.pages.get(f"/assets/{scales}/calibrations/new").text
        assert NOMINALS.findall(page) == ["60"]
        assert re.search(r'<option value="\d+" selected>QT-01 v2', page)

    def test_taking_them_over_keeps_what_was_typed_and_measured_and_saves_nothing(self, keeper, scales, arrange, app):
        with arrange():
            version = procedure(at=("50", "100", "250"), method="ĐLVN 13").current.id
        typed = FORM | MEASURED | {"note": "giữ", "procedure_version": str(version), "idempotency_key": "k-1"}
        typed |= {
            "points-1-quantity": "Khối lượng",
            "points-1-unit": "g",
            "points-1-nominal": "7",
            "points-1-proposed": "yes",
        }
        address = f"/assets/{scales}/calibrations/new?lang=en"
        drawn = keeper.pages.post(address, data=typed | {"setpoints_from": "procedure"})
        assert drawn.status_code == 200
        assert NOMINALS.findall(drawn.text) == ["50,0", "100"]  # 50 was measured, 7 was not, 250 is out of range
        assert ('value="50,1"' in drawn.text, ">giữ" in drawn.text.replace("\n", ""), "ĐLVN 13" in drawn.text) == (
            True,
        ) * 3
        assert "data-redrawn" in drawn.text
        again = keeper.pages.post(address, data=typed | {"setpoints_from": "procedure"})
        assert (again.status_code, again.mimetype) == (200, "text/html")
        with app.app_context():
            assert db.session.scalar(select(Calibration.id)) is None
        assert keeper.pages.post(address, data=typed).status_code == 302  # the key is not used up

    def test_the_rule_of_the_procedure_decides_where_none_is_chosen(self, keeper, scales, arrange):
        with arrange():
            rule = {"decision_rule": DecisionRule.GUARD_BAND, "guard_factor": Decimal("0.5")}
            version = procedure(**rule).current.id
        address = f"/assets/{scales}/calibrations/new"
        assert '["guard_band", "0,5", ""]' in keeper.pages.get(address).text
        typed = FORM | MEASURED | {"procedure_version": str(version)}
        for chosen, expected in (("", ("guard_band", "0.5")), ("simple", ("simple", None))):
            made = keeper.pages.post(address, data=typed | {"decision_rule": chosen})
            told = keeper.get(f"/api/v1{made.headers['Location']}").json
            assert (told["decision_rule"], told["guard_factor"]) == expected

    def test_a_procedure_of_another_kind_is_refused_beside_its_field(self, keeper, scales, arrange):
        with arrange():
            version = procedure().current.id
        form = FORM | {"kind": "testing", "procedure_version": str(version)}
        refused = keeper.pages.post(f"/assets/{scales}/calibrations/new", data=form)
        assert refused.status_code == 422
        assert 'id="f-procedure_version-fault"' in refused.text


class TestStandards:
    @pytest.fixture
    def weights(self, arrange, scales):
        """One that is valid today and fell due since, and one without a calibration."""
        with arrange():
            good, bad = (
                make.asset(name=name, kind=Kind.STANDARD, schedules=[make.schedule()]) for name in ("M1", "M2")
            )
            calibration(good, TODAY - timedelta(days=100), certificate_no="M1")
            calibration(asset(scales), EARLIER, standards=[good.tag, bad.tag])
            return good.tag, bad.tag

    def test_those_used_lately_are_offered_with_how_they_stood_on_the_day(self, keeper, people, scales, weights):
        good, bad = weights
        address = f"/assets/{scales}/calibrations/new/standards?lang=en"
        today = keeper.pages.get(address).text
        assert (f"used_{good}" in today, f"used_{bad}" in today) == (True, True)
        assert ("valid until" in today, today.count("not valid: no calibration up to that day")) == (True, 1)
        then = keeper.pages.get(f"{address}&on={EARLIER}").text
        assert then.count("not valid: no calibration up to that day") == 2
        later = keeper.pages.get(f"{address}&on={TODAY + timedelta(days=600)}").text
        assert "not valid: due" in later
        assert f"used_{good}" not in people.stranger.pages.get(address).text

    def test_ticked_and_typed_ones_are_recorded_each_once_however_they_are_typed(self, keeper, scales, weights, app):
        good, bad = weights
        typed = f"{good[:4]}-{good[4:8]}-{good[8:]}, {bad.lower()}"
        form = FORM | {f"used_{good}": "yes", "standards": typed, "certificate_no": "X-1"}
        form |= {"contradiction_reason": "chuẩn M2 chưa hiệu chuẩn"}
        made = keeper.pages.post(f"/assets/{scales}/calibrations/new", data=form)
        assert made.status_code == 302, made.text
        with app.app_context():
            record = db.session.scalars(select(Calibration).filter_by(certificate_no="X-1")).one()
            assert [one.asset.tag for one in record.standards] == [good, bad]

    def test_a_wrong_one_is_named_and_ticks_stay(self, keeper, scales, weights):
        form = FORM | {f"used_{weights[0]}": "yes", "standards": "00000000001", "certificate_no": "X-1"}
        refused = keeper.pages.post(f"/assets/{scales}/calibrations/new?lang=en", data=form)
        assert refused.status_code == 422
        assert "00000000001: " in refused.text
        assert re.search(rf'name="used_{weights[0]}"[^>]* checked', refused.text)
        assert 'value="00000000001"' in refused.text

    def test_a_draft_ticks_what_it_names(self, keeper, scales, weights, arrange):
        with arrange():
            draft = calibration(asset(scales), TODAY, certificate_no=None, standards=[weights[1]]).id
        page = keeper.pages.get(f"/calibrations/{draft}/edit").text
        assert re.search(rf'name="used_{weights[1]}"[^>]* checked', page)
        assert not re.search(rf'name="used_{weights[0]}"[^>]* checked', page)


class TestTheSameCertificate:
    @pytest.fixture
    def held(self, arrange, scales):
        with arrange():
            other = make.asset(name="M1", kind=Kind.STANDARD)
            calibration(other, EARLIER - timedelta(days=30), certificate_no="M1")
            made = calibration(
                asset(scales),
                EARLIER,
                certificate_no="GCN-7",
                issued_on=EARLIER,
                standards=[other.tag],
                method="ĐLVN 9",
            )
            return made.id

    def test_another_item_starts_with_what_they_have_in_common(self, keeper, held, arrange):
        with arrange():
            tag = make.asset(name="Cân khác").tag
        led = keeper.pages.get(f"/calibrations/{held}/another?tag={tag.lower()}")
        assert (led.status_code, led.headers["Location"]) == (
            302,
            f"/assets/{tag}/calibrations/new?certificate={held}",
        )
        page = keeper.pages.get(led.headers["Location"]).text
        for shown in ('value="GCN-7"', f'value="{EARLIER}"', 'value="ĐLVN 9"', f'<option value="{labs.LAB}" selected'):
            assert shown in page
        assert re.search(r'name="used_[^>]* checked', page)
        form = FORM | {"performed_on": str(EARLIER), "issued_on": str(EARLIER), "certificate_no": " gcn-7 "}
        made = keeper.pages.post(led.headers["Location"], data=form)
        assert made.status_code == 302, made.text
        assert f'href="{made.headers["Location"]}"' in keeper.pages.get(f"/calibrations/{held}").text
        assert f'href="/calibrations/{held}"' in keeper.pages.get(made.headers["Location"]).text

    def test_the_same_item_is_refused_twice(self, keeper, held, scales):
        form = FORM | {"performed_on": str(EARLIER), "issued_on": str(EARLIER), "certificate_no": "gcn-7"}
        refused = keeper.pages.post(f"/assets/{scales}/calibrations/new?certificate={held}", data=form)
        assert refused.status_code == 409
        assert 'id="f-certificate_no-fault"' in refused.text

    def test_a_mistyped_tag_is_drawn_again_and_strangers_learn_nothing(self, keeper, stranger, held, arrange):
        refused = keeper.pages.get(f"/calibrations/{held}/another?tag=xyz")
        assert (refused.status_code, 'value="xyz"' in refused.text) == (422, True)
        with arrange():
            tag = make.asset(owner=ELSEWHERE).tag
        assert stranger.pages.get(f"/assets/{tag}/calibrations/new?certificate={held}").status_code == 404

    def test_siblings_of_others_are_not_shown(self, people, arrange, scales):
        with arrange():
            said = {
                "lab": labs.lab("PTN-XA", organisation=ELSEWHERE).code,
                "issued_on": EARLIER,
                "certificate_no": "C-9",
            }
            calibration(make.asset(name="Cân nơi khác", owner=ELSEWHERE), EARLIER, **said)
            key = calibration(asset(scales), EARLIER, **said).id
        assert "Cân nơi khác" in people.admin.pages.get(f"/calibrations/{key}").text
        page = people.planner.pages.get(f"/calibrations/{key}").text
        assert ("C-9" in page, "Cân nơi khác" in page) == (True, False)


def test_a_form_says_plainly_what_will_happen(keeper, scales):
    page = keeper.pages.get(f"/assets/{scales}/calibrations/new?lang=en").text
    assert "This will be issued at once." in page
    assert "cannot be changed, only amended" in page
    assert "This will be kept as a draft." in page


def test_faults_of_conditions_are_told_apart_from_those_of_points(keeper, scales):
    form = FORM | MEASURED | {"environment-0-quantity": "Nhiệt độ", "environment-0-unit": "°C"}
    form |= {"environment-0-low": "25", "environment-0-high": "20"}
    refused = keeper.pages.post(f"/assets/{scales}/calibrations/new?lang=en", data=form)
    assert refused.status_code == 422
    assert '<a href="#f-environment-0-high">Ambient condition 1, Highest: ' in refused.text
    assert 'id="f-environment-0-high-fault"' in refused.text
    assert "#f-points" not in refused.text


def test_what_is_wrong_with_numbers_the_procedure_and_the_standards_is_said_at_once(keeper, scales, arrange):
    with arrange():
        version = procedure().current.id
    form = FORM | MEASURED | {"kind": "testing", "performed_on": str(TODAY + timedelta(days=1)), "standards": scales}
    form |= {"procedure_version": str(version), "points-0-expanded_uncertainty": "0"}
    refused = keeper.pages.post(f"/assets/{scales}/calibrations/new", data=form)
    faults = ("performed_on", "standards", "procedure_version", "points-0-expanded_uncertainty")
    assert (refused.status_code, [f'id="f-{name}-fault"' in refused.text for name in faults]) == (422, [True] * 4)
