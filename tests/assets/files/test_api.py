"""Files of assets through the API: what is told of them, who may, what is handed out, and what happens twice."""

import hashlib
import threading
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from registry.assets.files.models import AssetFile
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.files.models import StoredFile
from registry.kernel.files.rules import MOST_FILES
from registry.kernel.files.store import key_of, store, thumbnail_key
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import files as make


@pytest.fixture
def files(people, arrange) -> str:
    """The address of the files of an asset of the centre."""
    with arrange():
        tag = make_assets.asset().tag
    return f"/api/v1/assets/{tag}/files"


def test_a_document_is_handed_out_as_it_was_sent(technician, files):
    answer = technician.post(files, **make.sent(caption="Bản gốc", kind="certificate"))
    assert answer.status_code == 201
    told = answer.json
    assert (told["name"], told["kind"], told["caption"]) == (make.NAME, "certificate", "Bản gốc")
    assert (told["media_type"], told["size"], told["width"]) == ("application/pdf", len(make.PDF), None)
    assert (told["sha256"], told["added_by"]) == (hashlib.sha256(make.PDF).hexdigest(), "Technician")
    assert told["added_at"].startswith(str(TODAY))
    got = technician.get(f"{files}/{told['id']}")
    assert (got.data, got.content_type) == (make.PDF, "application/pdf")
    assert got.headers["Content-Disposition"] == (
        "attachment; filename=\"Giay chung nhan _so 1_.pdf\"; filename*=UTF-8''"
        "Gi%E1%BA%A5y%20ch%E1%BB%A9ng%20nh%E1%BA%ADn%20%22s%E1%BB%91%201%22.pdf"
    )
    assert technician.get(files).json == {"items": [told], "next": None}


def test_a_photo_is_drawn_in_the_browser_without_what_the_phone_wrote(technician, files):
    told = technician.post(files, **make.sent(make.photo(orientation=6), "IMG 1.JPEG")).json
    assert (told["kind"], told["name"], told["width"], told["height"]) == ("photo", "IMG 1.JPEG", 480, 640)
    got = technician.get(f"{files}/{told['id']}")
    assert got.headers["Content-Disposition"] == 'inline; filename="IMG 1.JPEG"'
    assert dict(Image.open(BytesIO(got.data)).getexif()) == {}
    small = technician.get(f"{files}/{told['id']}/thumbnail")
    assert (small.content_type, Image.open(BytesIO(small.data)).size) == ("image/webp", (240, 320))


def test_a_browser_runs_nothing_of_what_is_handed_out_and_keeps_it_for_itself(technician, files):
    for content, name in ((make.PDF, "a.pdf"), (make.photo(), "a.jpg"), (make.DCC, "a.xml")):
        address = f"{files}/{technician.post(files, **make.sent(content, name)).json['id']}"
        got = technician.get(address)
        assert got.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert "script" not in got.headers["Content-Security-Policy"]
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        again = technician.get(address, headers={"If-None-Match": got.headers["ETag"]})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", got.headers["ETag"])


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"<html><script>alert(1)</script></html>", "anh.jpg", "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "anh.png", "SVG"),
        (b"GIF89a/*<script>alert(1)</script>*/=1", "anh.jpg", "not kept"),
        (make.photo()[:2000], "anh.jpg", "to its end"),
        (make.bomb((10_000, 10_000)), "anh.png", "25 million"),
        (b"", "anh.jpg", "empty"),
    ],
)
def test_what_may_not_be_kept_is_refused_beside_its_field_and_leaves_nothing(technician, files, content, name, word):
    answer = technician.post(files, **make.sent(content, name), headers={"Accept-Language": "en"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["file"])
    assert word in answer.json["errors"]["file"][0]
    with technician.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_form_that_does_not_fit_is_refused(technician, files):
    assert technician.post(files, json={"file": "x"}).status_code == 415
    assert technician.post(files, data=b"x", content_type="multipart/form-data").status_code == 422
    assert technician.post(files, **make.sent(size="1")).json["errors"].keys() == {"size"}
    assert technician.post(files, **make.sent(kind="video")).json["errors"].keys() == {"kind"}
    assert technician.post(files, **make.sent(kind="photo")).json["errors"].keys() == {"file"}
    two = {"file": [(BytesIO(make.PDF), "a.pdf"), (BytesIO(make.DCC), "b.xml")]}
    assert technician.post(files, data=two, content_type="multipart/form-data").json["errors"].keys() == {"file"}
    other = {"file": (BytesIO(make.PDF), "a.pdf"), "more": (BytesIO(make.DCC), "b.xml")}
    assert technician.post(files, data=other, content_type="multipart/form-data").json["errors"].keys() == {"more"}
    named = {"file": (BytesIO(make.PDF), "../../../etc/passwd")}
    assert technician.post(files, data=named, content_type="multipart/form-data").json["name"] == "passwd.pdf"


def test_too_much_at_once_is_refused_with_a_remedy(technician, files):
    said = {"environ_overrides": {"CONTENT_LENGTH": str(50_000_000)}, "headers": {"Accept-Language": "en"}}
    answer = technician.post(files, **make.sent(), **said)
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
    assert "16 MB" in answer.json["detail"]


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("technician", [201, 200, 200, 200, 200]),
        ("keeper", [201, 200, 200, 200, 200]),
        ("admin", [201, 200, 200, 200, 200]),
        ("inspector", [403, 200, 200, 200, 403]),
        ("planner", [403, 200, 200, 200, 403]),
        ("stranger", [404, 404, 404, 404, 404]),
    ],
)
def test_each_person_may_add_list_see_and_remove(people, files, name, statuses):
    hung = people.keeper.post(files, **make.sent(make.photo(), "a.jpg")).json["id"]
    caller = getattr(people, name)
    answers = [
        caller.post(files, **make.sent()),
        caller.get(files),
        caller.get(f"{files}/{hung}"),
        caller.get(f"{files}/{hung}/thumbnail"),
        caller.post(f"{files}/{hung}/remove", json={"reason": "Nhầm"}),
    ]
    assert [answer.status_code for answer in answers] == statuses


def test_nobody_sees_or_sends_without_signing_in(client, files):
    assert client.get(files).status_code == 401
    assert client.get(f"{files}/1").status_code == 401
    assert client.post(files, **make.sent()).status_code == 401


def test_a_file_of_another_asset_is_not_found_here(technician, files, arrange):
    with arrange():
        other = f"/api/v1/assets/{make_assets.asset().tag}/files"
    hung = technician.post(files, **make.sent()).json["id"]
    assert technician.get(f"{other}/{hung}").status_code == 404
    assert technician.get(f"{files}/{hung}/thumbnail").status_code == 409
    assert technician.get(f"{files}/999").status_code == 404


def test_the_same_content_hangs_on_a_record_once_and_lies_in_the_store_once(technician, files, arrange, app):
    first = technician.post(files, **make.sent())
    again = technician.post(files, **make.sent(name="khác.pdf", caption="khác"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    with arrange():
        other = f"/api/v1/assets/{make_assets.asset().tag}/files"
    assert technician.post(other, **make.sent()).status_code == 201
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 1


def test_a_key_of_ones_own_is_for_one_file_only(technician, files):
    key = {"Idempotency-Key": "one"}
    first = technician.post(files, **make.sent(), headers=key)
    again = technician.post(files, **make.sent(), headers=key)
    assert (again.status_code, again.json, again.headers["Idempotency-Replayed"]) == (201, first.json, "true")
    assert technician.post(files, **make.sent(make.DCC, "a.xml"), headers=key).status_code == 409
    refused = technician.post(files, **make.sent(b"", "a.xml"), headers={"Idempotency-Key": "two"})
    assert refused.status_code == 422
    assert technician.post(files, **make.sent(make.DCC, "a.xml"), headers={"Idempotency-Key": "two"}).status_code == 201


def test_two_who_send_the_same_at_once_hang_it_once(people, files, app):
    together, answers = threading.Barrier(4), []

    def send(caller):
        together.wait()
        while (status := caller.post(files, **make.sent(make.photo(), "a.jpg")).status_code) == 503:
            pass  # somebody else was writing for longer than anybody waits; the answer says to try again
        answers.append(status)

    threads = [threading.Thread(target=send, args=[one]) for one in [people.keeper, people.technician] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 200, 200, 201]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AssetFile)) == 1


def test_what_is_removed_is_hidden_with_its_reason_and_may_be_added_again(technician, keeper, files, app):
    hung = technician.post(files, **make.sent(caption="a")).json["id"]
    assert keeper.post(f"{files}/{hung}/remove", json={"reason": " "}).status_code == 422
    assert keeper.post(f"{files}/{hung}/remove", json={"reason": "Nhầm thiết bị"}).json["id"] == hung
    assert technician.get(files).json["items"] == []
    gone = technician.get(f"{files}/{hung}")
    assert (gone.status_code, gone.json["type"]) == (410, "urn:registry:problem:gone")
    assert "Nhầm thiết bị" in gone.json["detail"]
    assert keeper.post(f"{files}/{hung}/remove", json={"reason": "Nhầm"}).status_code == 410
    assert technician.post(files, **make.sent()).status_code == 201
    with app.app_context():
        row = db.session.get(AssetFile, hung)
        assert (row.removed_reason, row.removed_by_id) == ("Nhầm thiết bị", keeper.person().id)
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(3)).all()
    assert [entry.action for entry in entries] == ["asset.attach_file", "asset.remove_file", "asset.attach_file"]
    assert entries[1].changes == {"file": [make.NAME, None], "reason": [None, "Nhầm thiết bị"]}
    sha256 = hashlib.sha256(make.PDF).hexdigest()
    assert entries[2].changes == {"file": [None, make.NAME], "sha256": [None, sha256], "kind": [None, "document"]}
    assert {entry.subject_key for entry in entries} == {files.split("/")[4]}


def test_a_list_has_pages_and_kinds(technician, files):
    sent = [technician.post(files, **make.sent(make.PDF + bytes([place]), f"{place}.pdf")).json for place in range(3)]
    photo = technician.post(files, **make.sent(make.photo(), "a.jpg")).json
    first = technician.get(f"{files}?limit=3&count=exact").json
    assert (first["items"], first["total"]) == (sent, 4)
    assert technician.get(f"{files}?limit=3&cursor={first['next']}").json == {"items": [photo], "next": None}
    assert technician.get(f"{files}?kind=photo").json["items"] == [photo]
    assert technician.get(f"{files}?q=a").status_code == 422


def test_there_is_an_end_to_how_many_hang_on_a_record(technician, files, arrange, app):
    with arrange():
        row = db.session.scalars(select(AssetFile)).first()
        assert row is None
    hung = technician.post(files, **make.sent()).json["id"]
    with arrange():
        first = db.session.get(AssetFile, hung)
        for place in range(MOST_FILES - 1):
            stored = StoredFile(sha256=f"{place:064}", media_type="text/plain", size=1)
            db.session.add(stored)
            db.session.flush()
            row = AssetFile(asset_id=first.asset_id, stored_file_id=stored.id, name="a", kind=first.kind)
            db.session.add(row)
    answer = technician.post(files, **make.sent(make.DCC, "a.xml"))
    assert answer.status_code == 409
    assert technician.post(files, **make.sent()).status_code == 200


def test_a_lost_thumbnail_is_drawn_again_and_lost_bytes_are_said(technician, files, app):
    told = technician.post(files, **make.sent(make.photo(), "a.jpg")).json
    with app.app_context():
        store().delete(thumbnail_key(told["sha256"]))
    small = technician.get(f"{files}/{told['id']}/thumbnail")
    assert (small.status_code, Image.open(BytesIO(small.data)).size) == (200, (320, 240))
    with app.app_context():
        assert store().has(thumbnail_key(told["sha256"]))
        store().delete(key_of(told["sha256"]))
    lost = technician.get(f"{files}/{told['id']}")
    assert (lost.status_code, lost.json["type"]) == (503, "urn:registry:problem:files-unavailable")
    assert technician.post(files, **make.sent(make.photo(), "a.jpg")).status_code == 200
    assert technician.get(f"{files}/{told['id']}").status_code == 200
