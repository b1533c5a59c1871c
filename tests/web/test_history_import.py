"""The pages on which history is brought in: the whole way of a sheet, in both languages, and what a stranger sees."""

import io
import re

import pytest

from registry.jobs import work
from tests.make import history as make
from tests.make import labs
from tests.people import PASSWORD


@pytest.fixture
def worked(app):
    """Does everything that waits to be done."""

    def worked():
        with app.app_context():
            while work.one():
                pass

    return worked


@pytest.fixture
def scale(people, arrange):
    """The tag of a scale of the centre."""
    with arrange():
        labs.lab()
        return make.scale().tag


def sent(caller, *rows):
    """The address of the import of a sheet with these rows."""
    answer = caller.pages.post("/calibrations/import", data={"file": (io.BytesIO(make.text(*rows)), "lich-su.csv")})
    assert answer.status_code == 302
    return answer.location


def page(caller, address):
    answer = caller.pages.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_history_is_brought_in_looked_at_imported_and_undone(technician, keeper, worked, scale):
    address = sent(technician, make.row(scale, "15/03/2026"), make.row(scale, "16/06/2026", certificate_no="X"))
    assert "data-progress" in technician.pages.get(address).text
    worked()
    text = page(technician, f"{address}?lang=en")
    assert "Import the 1 good row" in text
    assert "C3 Performed on" in text
    assert "the record" not in text
    assert technician.pages.post(f"{address}/apply", data={"mode": "good"}).location == address
    worked()
    text = page(technician, f"{address}?lang=en")
    assert "1 record was imported. It is issued, and marked as imported." in text
    record = re.search(r'href="(/calibrations/[0-9]+)"', technician.pages.get(address).text)
    assert record is not None
    text = page(keeper, f"{record[1]}?lang=en")
    assert "Imported by Technician" in text
    assert "nobody signed it here" in text
    assert "from a sheet" in page(keeper, f"/assets/{scale}?lang=en")
    for typed, message in (({}, ""), ({"password": "không phải mật khẩu"}, "type it again")):
        refused = technician.pages.post(f"{address}/undo?lang=en", data=typed)
        assert (refused.status_code, message in refused.text, 'aria-invalid="true"' in refused.text) == (
            422,
            True,
            True,
        )
    assert technician.pages.post(f"{address}/undo", data={"password": PASSWORD}).location == address
    worked()
    assert "This import was undone: its records are void" in page(technician, f"{address}?lang=en")
    assert "lich-su.csv" in page(technician, "/calibrations/import?lang=vi")
    assert "lich-su.csv" in page(keeper, f"{record[1]}?lang=vi")


def test_the_api_brings_history_in_and_says_where_a_record_came_from(technician, worked, scale):
    root = "/api/v1/calibration-imports"
    content = make.text(make.row(scale, "15/03/2026"))
    answer = technician.post(
        root, data={"file": (io.BytesIO(content), "lich-su.csv")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 202
    key = answer.get_json()["id"]
    worked()
    assert technician.get(f"{root}/{key}").get_json()["counted"]["new"] == 1
    assert technician.post(f"{root}/{key}/apply", json={"mode": "all"}).status_code == 202
    worked()
    (row,) = technician.get(f"{root}/{key}/rows").get_json()["items"]
    record = technician.get(f"/api/v1/calibrations/{row['calibration']}").get_json()
    assert (record["origin"], record["import_id"], record["status"]) == ("import", key, "issued")
    assert (record["recorded_by"], record["signatures"]) == ("Technician", [])
    assert record["is_intact"] is True
    for body in ({}, {"password": "không phải mật khẩu"}):
        assert list(technician.post(f"{root}/{key}/undo", json=body).get_json()["errors"]) == ["password"]
    assert technician.get(f"{root}/{key}").get_json()["state"] == "applied"
    assert technician.post(f"{root}/{key}/undo", json={"password": PASSWORD}).status_code == 202


def test_an_import_is_nobody_elses(technician, keeper, stranger, planner, scale):
    address = sent(technician, make.row(scale, "15/03/2026"))
    for other in (keeper, stranger):
        assert other.pages.get(address).status_code == 404
        assert other.pages.post(f"{address}/apply", data={"mode": "all"}).status_code == 404
        assert other.pages.post(f"{address}/undo").status_code == 404
    assert planner.pages.get("/calibrations/import").status_code == 403


@pytest.mark.parametrize(("form", "language"), [("xlsx", "vi"), ("csv", "en")])
def test_the_template_is_given_to_who_may_record(technician, planner, form, language):
    answer = technician.pages.get(f"/calibrations/import/template.{form}?lang={language}")
    assert answer.status_code == 200
    assert answer.data[:2] == (b"PK" if form == "xlsx" else b"\xef\xbb")
    assert planner.pages.get(f"/calibrations/import/template.{form}").status_code == 403


def test_a_file_that_is_none_is_refused_beside_the_field(technician):
    answer = technician.pages.post("/calibrations/import?lang=en", data={"file": (io.BytesIO(b"%PDF-1.4"), "a.xlsx")})
    assert answer.status_code == 422
    assert "This is a picture or a PDF" in answer.text
