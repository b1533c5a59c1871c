"""Two people at one draft: who saves second is told what the first one saved, and neither text is lost."""

import re

import pytest

from registry.calibration.models import Calibration
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets, calibration, files, labs

FORM = {"kind": "calibration", "performed_on": str(TODAY), "lab": labs.LAB, "outcome": "pass"}


@pytest.fixture
def draft(technician, arrange):
    """The address of a draft with a point."""
    with arrange():
        labs.lab()
        tag = assets.asset().tag
    said = calibration.said(
        tag, TODAY, points=[calibration.point(nominal="100.0", indication="100.1", reference="100")]
    )
    said.pop("certificate_no")
    return f"/calibrations/{technician.post('/api/v1/calibrations', json=said).get_json()['id']}"


def opened(caller, draft):
    """What the form says it was drawn from."""
    (found,) = re.findall(r'name="version" value="(\w+)"', caller.pages.get(f"{draft}/edit").text)
    return {"version": found}


def stored(app, draft):
    with app.app_context():
        row = db.session.get_one(Calibration, int(draft.rsplit("/", 1)[1]))
        return row.note, row.method, [str(point.indication) for point in row.points]


def point(indication):
    said = {"quantity": "khối lượng", "unit": "g", "nominal": "100,0", "reference": "100", "stage": "as_found"}
    return {f"points-0-{name}": value for name, value in (said | {"indication": indication}).items()}


def test_the_second_to_save_sees_both_texts_and_decides(technician, keeper, draft, app):
    first, second = opened(technician, draft), opened(keeper, draft)
    assert first == second
    typed = FORM | point("100,2") | {"note": "của technician"}
    assert technician.pages.post(f"{draft}/edit", data=typed | first).status_code == 302
    late = FORM | point("100,3") | {"method": "ĐLVN 13:2019", "outcome": "fail"}
    page = keeper.pages.post(f"{draft}/edit?lang=en", data=late | second)
    assert page.status_code == 409
    assert stored(app, draft) == ("của technician", None, ["100.2"])
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Saved meanwhile by Technician" in text
    assert "Note Saved: của technician Yours: –" in text
    assert "Result Saved: Pass Yours: Fail" in text
    assert "Point 1, Indication Saved: 100.2 Yours: 100,3" in text
    assert "Nominal value Saved" not in text  # a comma is no other number
    assert "Kind of verification" not in text.partition("Saved meanwhile")[2].partition("The event")[0]
    assert 'value="ĐLVN 13:2019"' in page.text  # nothing of it is lost
    (again,) = re.findall(r'name="version" value="(\w+)"', page.text)
    assert keeper.pages.post(f"{draft}/edit", data=late | {"version": again}).status_code == 302
    assert stored(app, draft) == ("", "ĐLVN 13:2019", ["100.3"])


def test_a_form_that_does_not_say_what_it_was_drawn_from_saves_nothing(keeper, draft, app):
    before = stored(app, draft)
    assert keeper.pages.post(f"{draft}/edit", data=FORM | point("100,3")).status_code == 409
    assert stored(app, draft) == before


def test_a_file_that_was_added_meanwhile_is_no_other_text(technician, keeper, draft):
    drawn = opened(keeper, draft)
    technician.post(f"/api/v1{draft}/files", **files.sent())
    assert keeper.pages.post(f"{draft}/edit", data=FORM | point("100,3") | drawn).status_code == 302
