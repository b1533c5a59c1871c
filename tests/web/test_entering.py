"""What the form of a result does for whoever fills it in: what it starts with, what it asks for, what it says after."""

import re

import pytest

from registry.assets import actions as assets
from registry.calibration import actions
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
