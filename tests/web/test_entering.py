"""What the form of a result does for whoever fills it in: what it starts with, what it asks for, what it says after."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from registry.assets import actions as assets
from registry.assets.rules import Kind
from registry.calibration import queries
from registry.calibration.models import Calibration
from registry.calibration.rules import Meaning, Outcome
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import labs
from tests.make.calibration import approve, calibration, handed_in
from tests.people import ELSEWHERE, PASSWORD

FORM = {"kind": "calibration", "outcome": "pass", "performed_on": str(TODAY), "lab": labs.LAB}
VALUE = re.compile(r'<(?:input|textarea)[^>]* name="([^"]+)"[^>]* value="([^"]*)"')


@pytest.fixture
def item(arrange, people):
    """The tag of scales whose only quantity is known, and a laboratory."""
    with arrange():
        row = make.asset(name="Cân", schedules=[make.schedule()])
        assets.edit(row, characteristics=[{"quantity": "Khối lượng", "unit": "g"}], by=None)
        labs.lab()
        return row.tag


@pytest.fixture
def standard(arrange, people):
    """The tag of a standard that one result relied on."""
    with arrange():
        row = make.asset(name="M1", kind=Kind.STANDARD, schedules=[make.schedule()])
        labs.lab()
        calibration(row, TODAY - timedelta(days=90), certificate_no="M-1")
        calibration(make.asset(name="Cân nhờ"), TODAY - timedelta(days=9), standards=[row.tag])
        return row.tag


class TestAmending:
    @pytest.fixture
    def approved(self, arrange, people):
        """A record that was a draft before it was approved."""
        with arrange():
            made = calibration(make.asset(), TODAY, certificate_no=None)
            approve(
                made,
                certificate_no="N-1",
                password=PASSWORD,
                meaning=Meaning.APPROVAL,
                by=people.keeper.person(),
            )
            return made.id

    def test_what_was_approved_here_is_amended_by_a_draft_as_the_form_starts(self, keeper, approved, app):
        page = keeper.pages.get(f"/calibrations/{approved}/amend?lang=en").text
        drawn = dict(VALUE.findall(page))
        assert not {"issued_on", "certificate_no", "password"} & drawn.keys()
        assert (drawn["environment-0-quantity"], drawn["environment-0-unit"]) == ("Temperature", "°C")
        said = FORM | {name: value for name, value in drawn.items() if name.startswith("environment")}
        made = keeper.pages.post(f"/calibrations/{approved}/amend", data=said | {"amendment_reason": "Nhầm"})
        assert made.status_code == 302, made.text
        with app.app_context():
            row = db.session.get_one(Calibration, int(made.headers["Location"].rsplit("/", 1)[1]))
            assert (row.amends_id, row.issued_on, row.environment) == (approved, None, [])


class Folds(HTMLParser):
    """Which fields with a fault lie under a fold that is closed, and how many faults there are."""

    def __init__(self, page):
        super().__init__()
        self.folds, self.hidden, self.seen = [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "details":
            self.folds.append("open" in said)
        if said.get("aria-invalid") == "true":
            self.seen += 1
            self.hidden += [] if all(self.folds) else [said["name"]]

    def handle_endtag(self, tag):
        if tag == "details":
            self.folds.pop()


class TestFolds:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"guard_factor": "1"},
            {"received_on": str(TODAY + timedelta(days=1))},
            {"issued_on": str(TODAY)},
            {"environment-0-quantity": "Áp suất", "environment-0-low": "1"},
            {"points-0-quantity": "Áp suất", "points-0-unit": "Pa", "points-0-indication": "1", "points-0-stage": "x"},
            {"points-0-unit": "g", "points-0-indication": "1", "points-0-lower_limit": "nhiều"},
        ],
    )
    def test_nothing_that_is_wrong_is_hidden(self, keeper, item, wrong):
        refused = keeper.pages.post(f"/assets/{item}/calibrations/new", data=FORM | wrong)
        folds = Folds(refused.text)
        assert (refused.status_code, folds.hidden) == (422, [])
        assert folds.seen

    def test_what_is_right_stays_folded(self, keeper, item):
        refused = keeper.pages.post(f"/assets/{item}/calibrations/new", data=FORM | {"performed_on": "?"})
        assert re.search(r'<details class="form-part fold">\s*<summary>', refused.text)


class TestQuantities:
    MEASURED = FORM | {"certificate_no": "N-2", "points-0-indication": "50,1", "points-0-nominal": "50"}

    @pytest.fixture
    def points(self, keeper, item, app):
        def points(**said):
            said = {f"points-0-{name}": value for name, value in said.items()}
            made = keeper.pages.post(f"/assets/{item}/calibrations/new", data=self.MEASURED | said)
            assert made.status_code == 302, made.text
            with app.app_context():
                row = db.session.get_one(Calibration, int(made.headers["Location"].rsplit("/", 1)[1]))
                return [(point.quantity, point.unit) for point in row.points]

        return points

    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            ({}, ("Khối lượng", "g")),
            ({"unit": "kg"}, ("Khối lượng", "kg")),
            ({"quantity": "khối  lượng"}, ("khối  lượng", "g")),
            ({"quantity": "Lực", "unit": "N"}, ("Lực", "N")),
        ],
    )
    def test_of_an_asset_with_one_quantity_none_has_to_be_said(self, points, said, kept):
        assert points(**said) == [kept]

    def test_another_quantity_does_not_get_its_unit_nor_an_asset_with_two_either(self, keeper, item, arrange):
        address = f"/assets/{item}/calibrations/new"
        refused = keeper.pages.post(address, data=self.MEASURED | {"points-0-quantity": "Lực"})
        assert 'id="f-points-0-unit-fault"' in refused.text
        with arrange():
            row = queries.asset_field(item, "asset")
            both = [{"quantity": "Khối lượng", "unit": "g"}, {"quantity": "Lực", "unit": "N"}]
            assets.edit(row, characteristics=both, by=None)
        assert 'id="f-points-0-quantity-fault"' in keeper.pages.post(address, data=self.MEASURED).text


class TestLaboratory:
    @pytest.mark.parametrize(("kind", "needed"), [("calibration", True), ("verification", True), ("testing", False)])
    def test_it_is_asked_for_as_the_kind_needs_it(self, keeper, item, kind, needed):
        page = keeper.pages.get(f"/assets/{item}/calibrations/new?kind={kind}&lang=en").text
        (label,) = re.findall(r'<label for="f-lab">.*?</label>', page)
        assert ("(required)" in label, "(optional)" in label) == (needed, not needed)
        assert bool(re.search(r'<select id="f-lab" name="lab" required', page)) is needed


class TestConsequences:
    def test_what_fails_says_so_and_leads_to_its_case(self, keeper, standard):
        form = FORM | {"outcome": "fail", "certificate_no": "N-3"}
        made = keeper.pages.post(f"/assets/{standard}/calibrations/new?lang=en", data=form)
        page = keeper.pages.get(f"{made.headers['Location']}?lang=en").text
        (number,) = re.findall(r"It failed\. Case (\d+) was opened: it names what relied on it\.", page)
        assert "The due date has moved" not in page
        for shown in (page, keeper.pages.get(f"/assets/{standard}").text):
            assert f'<a href="/cases/{number}">' in shown
        assert keeper.pages.get(f"/cases/{number}").status_code == 200

    def test_so_does_a_draft_once_it_is_approved(self, keeper, standard, arrange):
        with arrange():
            draft = calibration(
                queries.asset_field(standard, "asset"), TODAY, certificate_no=None, outcome=Outcome.FAIL
            )
            key = draft.id
        page = keeper.pages.get(handed_in(keeper, f"/calibrations/{key}")).text
        (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
        form = {"certificate_no": "N-4", "password": PASSWORD, "meaning": "approval", "seen": seen}
        assert keeper.pages.post(f"/calibrations/{key}/approve?lang=en", data=form).status_code == 302
        assert "It failed. Case " in keeper.pages.get(f"/calibrations/{key}?lang=en").text

    def test_what_nobody_relied_on_opens_none(self, keeper, item):
        form = FORM | {"outcome": "fail", "certificate_no": "N-5"}
        made = keeper.pages.post(f"/assets/{item}/calibrations/new?lang=en", data=form)
        page = keeper.pages.get(f"{made.headers['Location']}?lang=en").text
        assert ("It failed, so it sets no due date." in page, "/cases/" in page) == (True, False)

    def test_a_laboratory_learns_nothing_of_cases_it_may_not_see(self, people, standard, arrange):
        with arrange():
            lab = labs.lab("PTN-XA", organisation=ELSEWHERE).code
        said = FORM | {"outcome": "fail", "certificate_no": "N-6", "lab": lab, "asset": standard}
        made = people.stranger.post("/api/v1/calibrations", json=said)
        assert made.status_code == 201, made.text
        assert "/cases/" not in people.stranger.pages.get(f"/calibrations/{made.json['id']}").text
        assert "/cases/" in people.keeper.pages.get(f"/calibrations/{made.json['id']}").text
