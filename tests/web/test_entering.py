"""What the form of a result does for whoever fills it in: what it starts with, what it asks for, what it says after."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from registry.assets import actions as assets
from registry.calibration import actions, queries
from registry.calibration.models import Calibration
from registry.calibration.rules import Meaning
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import labs
from tests.make.calibration import calibration
from tests.people import PASSWORD

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


class TestAmending:
    @pytest.fixture
    def approved(self, arrange, people):
        """A record that was a draft before it was approved."""
        with arrange():
            made = calibration(make.asset(), TODAY, certificate_no=None)
            actions.approve(
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
        assert (drawn["issued_on"], drawn["certificate_no"]) == ("", "")
        assert (drawn["environment-0-quantity"], drawn["environment-0-unit"]) == ("Temperature", "°C")
        said = FORM | {name: value for name, value in drawn.items() if name.startswith(("environment", "issued"))}
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
