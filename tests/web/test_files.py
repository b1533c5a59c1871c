"""Pages of files: seen on assets and calibrations, added and removed by those who may, refused in words."""

import re
from html import unescape
from io import BytesIO

import pytest

from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import files as make
from tests.make.calibration import calibration


@pytest.fixture
def places(people, arrange) -> dict[str, str]:
    """The pages that files hang on."""
    with arrange():
        asset = make_assets.asset()
        done = calibration(asset, TODAY)
        return {"asset": f"/assets/{asset.tag}", "calibration": f"/calibrations/{done.id}"}


def text_of(answer) -> str:
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("holder", ["asset", "calibration"])
def test_a_photo_and_a_document_are_seen_where_they_hang(keeper, places, holder):
    page = places[holder]
    two = {"file": [(BytesIO(make.photo()), "Mặt trước.jpg"), (BytesIO(make.PDF), "GCN %22số 1%22.pdf")]}
    sent = keeper.pages.post(f"{page}/files/new?lang=en", data={**two, "caption": "Bản gốc “1”"})
    assert (sent.status_code, sent.location) == (302, f"{page}#files")
    seen = text_of(keeper.pages.get(page))
    assert 'GCN "số 1".pdf' in seen
    (photo,) = re.findall(r'<a href="([^"]+/files/\d+)"><img [^>]*alt="Bản gốc “1”"', seen)
    assert keeper.pages.get(photo).headers["Content-Disposition"].startswith("inline; ")
    assert keeper.pages.get(f"{photo}/thumbnail").content_type == "image/webp"
    again = keeper.pages.post(f"{page}/files/new", data={"file": (BytesIO(make.PDF), "b.pdf")})
    assert again.status_code == 302
    assert "was here already" in text_of(keeper.pages.get(page))


@pytest.mark.parametrize("holder", ["asset", "calibration"])
def test_what_may_not_be_kept_is_said_beside_the_field(keeper, places, holder):
    address = f"{places[holder]}/files/new?lang=en"
    assert keeper.pages.get(address).status_code == 200
    bad = {"file": [(BytesIO(make.PDF), "a.pdf"), (BytesIO(b"<html>"), "b.jpg")], "caption": "Như cũ"}
    answer = keeper.pages.post(address, data=bad)
    assert answer.status_code == 422
    assert "b.jpg: This is a web page" in text_of(answer)
    assert 'value="Như cũ"' in text_of(answer)
    none_chosen = keeper.pages.post(address, data={"file": (BytesIO(b""), "")})
    assert none_chosen.status_code == 422
    assert "No file came with this" in text_of(none_chosen)
    many = [(BytesIO(make.PDF + bytes([place])), f"{place}.pdf") for place in range(11)]
    assert "at most 10 files" in text_of(keeper.pages.post(address, data={"file": many}))
    assert "There are no files yet." in text_of(keeper.pages.get(f"{places[holder]}?lang=en"))


@pytest.mark.parametrize("holder", ["asset", "calibration"])
def test_a_file_is_removed_with_a_reason(keeper, places, holder):
    page = places[holder]
    keeper.pages.post(f"{page}/files/new", data={"file": (BytesIO(make.PDF), "a.pdf")})
    (remove,) = re.findall(r'href="([^"]+/files/\d+/remove)"', text_of(keeper.pages.get(page)))
    assert "a.pdf" in text_of(keeper.pages.get(remove))
    assert keeper.pages.post(remove, data={"reason": ""}).status_code == 422
    assert keeper.pages.post(remove, data={"reason": "Nhầm"}).location == f"{page}#files"
    assert "a.pdf</a>" not in text_of(keeper.pages.get(page))
    assert keeper.pages.get(remove).status_code == 410


@pytest.mark.parametrize("holder", ["asset", "calibration"])
def test_a_form_sent_twice_adds_once(keeper, places, holder):
    address = f"{places[holder]}/files/new"
    for _time in range(2):
        sent = {"file": (BytesIO(make.PDF), "a.pdf"), "idempotency_key": "once"}
        assert keeper.pages.post(address, data=sent).status_code == 302
    assert text_of(keeper.pages.get(places[holder])).count("a.pdf</a>") == 1


@pytest.mark.parametrize(
    "second", [[("a.pdf", make.PDF), ("c.txt", b"C")], [("a.pdf", make.PDF)], [("a.pdf", make.PDF), ("d.txt", b"B")]]
)
def test_other_files_under_the_key_of_a_form_that_was_saved_are_not_passed_over(keeper, places, second):
    address = f"{places['asset']}/files/new"
    for files, status in (([("a.pdf", make.PDF), ("b.txt", b"B")], 302), (second, 409)):
        uploads = [(BytesIO(content), name) for name, content in files]
        sent = keeper.pages.post(address, data={"file": uploads, "idempotency_key": "once"})
        assert sent.status_code == status


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("keeper", [200, 200, 200, 302]),
        ("inspector", [403, 200, 403, 403]),
        ("planner", [403, 200, 403, 403]),
        ("stranger", [404, 404, 404, 404]),
    ],
)
@pytest.mark.parametrize("holder", ["asset", "calibration"])
def test_each_person_may_add_see_and_remove(people, places, holder, name, statuses):
    page, caller = places[holder], getattr(people, name)
    people.keeper.pages.post(f"{page}/files/new", data={"file": (BytesIO(make.photo()), "a.jpg")})
    (photo,) = set(re.findall(r'href="([^"]+/files/\d+)"', text_of(people.keeper.pages.get(page))))
    answers = [
        caller.pages.get(f"{page}/files/new"),
        caller.pages.get(photo),
        caller.pages.get(f"{photo}/remove"),
        caller.pages.post(f"{page}/files/new", data={"file": (BytesIO(make.PDF), "b.pdf")}),
    ]
    assert [answer.status_code for answer in answers] == statuses


def test_nobody_sees_a_photo_without_signing_in(client, keeper, places):
    page = places["asset"]
    keeper.pages.post(f"{page}/files/new", data={"file": (BytesIO(make.photo()), "a.jpg")})
    (photo,) = set(re.findall(r'href="([^"]+/files/\d+)"', text_of(keeper.pages.get(page))))
    for address in (photo, f"{photo}/thumbnail"):
        answer = client.get(address)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in")


def test_too_much_at_once_is_a_page_that_says_what_to_do(keeper, places):
    answer = keeper.pages.post(
        f"{places['asset']}/files/new?lang=en",
        data={"file": (BytesIO(make.PDF), "a.pdf")},
        environ_overrides={"CONTENT_LENGTH": "50000000"},
    )
    assert (answer.status_code, answer.mimetype) == (413, "text/html")
    assert "larger than 16 MB" in text_of(answer)
