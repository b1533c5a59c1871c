"""Reporting a fault on the page: with a photo of it or without, and nothing of it where the photo is none."""

from io import BytesIO

import pytest

from registry.assets.lifecycle.rules import FaultKind
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import files as make

SAID = {"kind": FaultKind.OVERLOAD.value, "description": "Quá tải", "found_on": TODAY.isoformat()}


@pytest.fixture
def tag(people, arrange) -> str:
    with arrange():
        return make_assets.asset(name="Cân bàn").tag


def report(who, tag, *photos):
    files = [(BytesIO(content), name) for content, name in photos]
    return who.pages.post(f"/assets/{tag}/fault", data=SAID | {"file": files}, content_type="multipart/form-data")


def reported(who, tag) -> tuple[int, list[str]]:
    faults, files = (who.get(f"/api/v1/assets/{tag}/{what}").json["items"] for what in ("faults", "files"))
    return len(faults), [file["caption"] for file in files]


def test_photos_of_it_hang_on_the_item_and_say_what_they_show(technician, tag):
    assert report(technician, tag, (make.photo(), "a.jpg")).status_code == 302
    assert reported(technician, tag) == (1, ["Quá tải"])
    assert "Hãy chụp ảnh" not in technician.pages.get(f"/assets/{tag}").text


@pytest.mark.parametrize("empty", [(), ((b"", ""),)])
def test_no_photo_is_needed(technician, tag, empty):
    assert report(technician, tag, *empty).status_code == 302
    assert reported(technician, tag) == (1, [])
    assert technician.pages.post(f"/assets/{tag}/fault", data=SAID).status_code == 302


def test_what_is_no_photo_is_refused_by_its_name_and_nothing_is_recorded(technician, tag):
    refused = report(technician, tag, (b"<script>alert(1)</script>", "can.jpg"))
    assert (refused.status_code, 'id="f-file-fault"' in refused.text) == (422, True)
    assert "can.jpg: " in refused.text
    assert "Quá tải" in refused.text
    assert reported(technician, tag) == (0, [])


def test_who_may_not_report_sends_no_photo(inspector, tag):
    assert report(inspector, tag, (make.photo(), "a.jpg")).status_code == 403
