"""Files of a signed record: those that were there are part of what was signed, those that came later say so."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from registry.calibration import queries, signing
from registry.calibration.content import digest
from registry.calibration.files.models import CalibrationFile
from registry.calibration.models import Calibration, Signature
from registry.kernel.canonical import digest_of
from registry.kernel.db import db
from registry.kernel.files.models import StoredFile
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import calibration as make_calibrations
from tests.make import files as make
from tests.make import labs as make_labs
from tests.make.calibration import handed_in, sign
from tests.people import PASSWORD

CALIBRATIONS = "/api/v1/calibrations"
SIGN = {"certificate_no": "S-1", "password": PASSWORD}


@pytest.fixture
def draft(technician, arrange):
    """The address of a draft of the centre's laboratory."""
    with arrange():
        make_labs.lab()
        tag = make_assets.asset().tag
    said = make_calibrations.said(tag, TODAY)
    said.pop("certificate_no")
    return f"{CALIBRATIONS}/{technician.post(CALIBRATIONS, json=said).get_json()['id']}"


@pytest.fixture
def certificate(technician, draft):
    """The key of the certificate that hangs on the draft."""
    return technician.post(f"{draft}/files", **make.sent(make.DCC, "gcn.xml", kind="certificate")).get_json()["id"]


@pytest.fixture
def signed(keeper, draft, certificate):
    """The address of a record that was signed with its certificate."""
    done = sign(keeper, f"{draft}/approve", json=SIGN)
    assert done.status_code == 200, done.text
    return draft


def read(keeper, address):
    told = keeper.get(address).get_json()
    return told["is_intact"], told["signatures"][0]["verifies"]


def other():
    """The key of the newest content in the store."""
    return db.session.scalar(select(func.max(StoredFile.id)))


def page(caller, address):
    return caller.pages.get(address.replace("/api/v1", "") + "?lang=en").text


@pytest.mark.parametrize("who", ["technician", "keeper", "admin"])
def test_a_file_that_was_signed_is_not_removed(people, signed, certificate, who):
    caller = getattr(people, who)
    gone = caller.post(f"{signed}/files/{certificate}/remove", json={"reason": "Nhầm"})
    assert gone.status_code == (403 if who == "technician" else 409)
    assert f"/files/{certificate}/remove" not in page(caller, signed)
    assert (read(people.keeper, signed), people.keeper.get(f"{signed}/files/{certificate}").data) == (
        (True, True),
        make.DCC,
    )


def test_a_page_says_which_files_were_signed_and_which_came_later(technician, keeper, signed, certificate):
    later = technician.post(f"{signed}/files", **make.sent(make.photo(), "gcn.jpg", kind="certificate")).get_json()
    marks = {one["id"]: one["signed"] for one in keeper.get(f"{signed}/files").get_json()["items"]}
    assert marks == {certificate: True, later["id"]: False}
    text = page(keeper, signed)
    assert (text.count("Part of what was signed"), text.count("Added after it was signed")) == (1, 1)
    assert read(keeper, signed) == (True, True)
    gone = keeper.post(f"{signed}/files/{later['id']}/remove", json={"reason": "Nhầm"})
    assert (gone.status_code, read(keeper, signed)) == (200, (True, True))


@pytest.mark.parametrize(
    "change",
    [
        lambda: update(CalibrationFile).values(signed=False),
        lambda: delete(CalibrationFile),
        lambda: update(CalibrationFile).values(stored_file_id=other()),
    ],
)
def test_a_file_that_is_exchanged_behind_its_back_is_noticed(technician, keeper, signed, arrange, change):
    later = technician.post(f"{signed}/files", **make.sent(make.photo(), "b.jpg")).get_json()["id"]
    keeper.post(f"{signed}/files/{later}/remove", json={"reason": "Nhầm"})
    with arrange():
        db.session.execute(change().where(CalibrationFile.signed))
    assert read(keeper, signed) == (False, False)


def test_a_file_that_changed_since_it_was_shown_is_not_signed(technician, keeper, draft, certificate):
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page(keeper, handed_in(keeper, draft)))
    keeper.post(f"{draft}/files/{certificate}/remove", json={"reason": "Nhầm"})
    technician.post(f"{draft}/files", **make.sent(make.photo(), "gcn.xml", kind="certificate"))
    assert sign(keeper, f"{draft}/approve", json=SIGN | {"seen": seen}).status_code == 409
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page(keeper, draft))
    assert sign(keeper, f"{draft}/approve", json=SIGN | {"seen": seen}).status_code == 200
    assert read(keeper, draft) == (True, True)


def test_what_was_signed_without_files_verifies_whatever_is_added(technician, keeper, draft):
    sign(keeper, f"{draft}/approve", json=SIGN)
    technician.post(f"{draft}/files", **make.sent(make.photo(), "b.jpg"))
    assert read(keeper, draft) == (True, True)


def test_a_signature_of_the_third_form_names_no_files_and_they_stay_all_the_same(
    keeper, signed, certificate, arrange, clock
):
    key = int(signed.rsplit("/", 1)[1])
    with arrange():
        old = digest(queries.by_id(keeper.person(), key), 3)
        signature = db.session.scalars(select(Signature)).one()
        signature.form, signature.content_hash = 3, old
        signature.digest = digest_of(signing._said(signature))  # noqa: SLF001 — signed as it was then
        db.session.execute(update(Calibration).values(content_hash=old))
        db.session.execute(update(CalibrationFile).values(signed=False))
    assert read(keeper, signed) == (True, True)
    clock(TODAY + timedelta(days=1))
    later = keeper.post(f"{signed}/files", **make.sent(make.photo(), "b.jpg")).get_json()["id"]
    answers = [keeper.post(f"{signed}/files/{one}/remove", json={"reason": "Nhầm"}) for one in (certificate, later)]
    assert [answer.status_code for answer in answers] == [409, 200]


def test_what_was_recorded_from_a_certificate_marks_no_file(technician, keeper, arrange):
    with arrange():
        made = make_calibrations.calibration(make_assets.asset(), TODAY)
    address = f"{CALIBRATIONS}/{made.id}"
    technician.post(f"{address}/files", **make.sent(make.DCC, "gcn.xml", kind="certificate"))
    assert "after it was signed" not in page(keeper, address)
    assert keeper.get(address).get_json()["is_intact"] is True
