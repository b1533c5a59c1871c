"""Files of calibrations: the certificate is evidence, so who may remove it depends on whether the record is issued."""

import hashlib

import pytest

from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import files as make
from tests.make import labs as make_labs
from tests.make.calibration import calibration
from tests.people import ELSEWHERE, PASSWORD

CALIBRATIONS = "/api/v1/calibrations"


@pytest.fixture
def issued(people, arrange) -> str:
    """The address of the files of an issued calibration of the centre."""
    with arrange():
        made = calibration(make_assets.asset(), TODAY)
    return f"{CALIBRATIONS}/{made.id}/files"


@pytest.fixture
def draft(people, arrange) -> str:
    """The address of the files of a draft of the centre."""
    with arrange():
        made = calibration(make_assets.asset(), TODAY, certificate_no=None)
    return f"{CALIBRATIONS}/{made.id}/files"


def test_a_certificate_is_kept_to_the_byte_with_its_hash(technician, issued):
    answer = technician.post(issued, **make.sent(make.DCC, "DCC số 1.xml", kind="certificate"))
    assert answer.status_code == 201
    assert answer.json["sha256"] == hashlib.sha256(make.DCC).hexdigest()
    assert technician.get(f"{issued}/{answer.json['id']}").data == make.DCC
    assert technician.get(issued).json["items"] == [answer.json]
    photo = technician.post(issued, **make.sent(make.photo(), "a.jpg")).json
    assert technician.get(f"{issued}/{photo['id']}/thumbnail").content_type == "image/webp"


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("technician", [[201, 200, 403], [201, 200, 200]]),
        ("keeper", [[201, 200, 200], [201, 200, 200]]),
        ("admin", [[201, 200, 200], [201, 200, 200]]),
        ("inspector", [[403, 200, 403], [403, 200, 403]]),
        ("planner", [[403, 200, 403], [403, 200, 403]]),
        ("stranger", [[404, 404, 404], [404, 404, 404]]),
    ],
)
def test_each_person_may_add_see_and_remove(people, issued, draft, name, statuses):
    caller = getattr(people, name)
    for files, expected in zip((issued, draft), statuses, strict=True):
        hung = people.keeper.post(files, **make.sent()).json["id"]
        answers = [
            caller.post(files, **make.sent(make.DCC, "a.xml")),
            caller.get(f"{files}/{hung}"),
            caller.post(f"{files}/{hung}/remove", json={"reason": "Nhầm"}),
        ]
        assert [answer.status_code for answer in answers] == expected


def test_nobody_sees_without_signing_in(client, issued):
    assert client.get(issued).status_code == 401
    assert client.get(f"{issued}/1").status_code == 401


def test_a_laboratory_keeps_the_certificates_of_its_own_work(stranger, arrange, people):
    with arrange():
        make_labs.lab("XA", organisation=ELSEWHERE)
        made = calibration(make_assets.asset(), TODAY, lab="XA")
    files = f"{CALIBRATIONS}/{made.id}/files"
    hung = stranger.post(files, **make.sent())
    assert hung.status_code == 201
    assert stranger.get(f"{files}/{hung.json['id']}").status_code == 200


def test_a_void_record_takes_no_more_files_and_keeps_those_it_has(keeper, issued):
    hung = keeper.post(issued, **make.sent()).json["id"]
    keeper.post(issued.replace("/files", "/void"), json={"reason": "Nhầm", "password": PASSWORD})
    assert keeper.post(issued, **make.sent(make.DCC, "a.xml")).status_code == 409
    assert keeper.get(f"{issued}/{hung}").status_code == 200
