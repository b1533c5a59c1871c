"""The doors of imports and exports: who may, what they answer, and what a stranger learns."""

import io

import pytest

from registry.assets.exchange import actions
from registry.assets.exchange.models import AssetExport
from registry.jobs import work
from registry.kernel.db import db
from tests.make import sheets as make
from tests.people import ELSEWHERE


@pytest.fixture
def worked(app):
    """Does everything that waits to be done."""

    def worked():
        with app.app_context():
            while work.one():
                pass

    return worked


def send(caller, *rows, name="tai-san.csv", **said):
    data = {"file": (io.BytesIO(make.text(make.HEADINGS, *rows)), name)}
    return caller.post("/api/v1/asset-imports", data=data, content_type="multipart/form-data", **said)


def test_a_sheet_is_checked_imported_and_undone(keeper, worked):
    answer = send(keeper, make.row(1), make.row(2, kind="xx"))
    assert (answer.status_code, answer.json["state"]) == (202, "queued")
    address = f"/api/v1/asset-imports/{answer.json['id']}"
    worked()
    found = keeper.get(address)
    assert found.json["counted"] == {"new": 1, "changed": 0, "unchanged": 0, "error": 1}
    assert found.headers["ETag"]
    (error,) = keeper.get(f"{address}/rows?outcome=error").json["items"]
    assert (error["row"], error["errors"][0]["cell"], error["errors"][0]["value"]) == (3, "B3", "xx")
    assert keeper.post(f"{address}/apply", json={"mode": "all"}).status_code == 409
    assert keeper.post(f"{address}/apply", json={"mode": "some"}).status_code == 422
    assert keeper.post(f"{address}/apply", json={"mode": "good"}).status_code == 202
    worked()
    assert keeper.get(address).json["state"] == "applied"
    tag = keeper.get(f"{address}/rows?outcome=new").json["items"][0]["tag"]
    assert keeper.get(f"/api/v1/assets/{tag}").json["serial_no"] == "S-00001"
    assert keeper.post(f"{address}/undo").status_code == 202
    worked()
    assert keeper.get(address).json["state"] == "undone"
    assert keeper.get(f"/api/v1/assets/{tag}").status_code == 404


def test_a_sheet_sent_twice_under_one_key_is_taken_once(keeper):
    answers = [send(keeper, make.row(1), headers={"Idempotency-Key": "k"}) for _time in range(2)]
    assert answers[0].json["id"] == answers[1].json["id"]
    assert len(keeper.get("/api/v1/asset-imports").json["items"]) == 1


@pytest.mark.parametrize("what", ["", "/rows"])
def test_a_stranger_learns_nothing_of_an_import(keeper, stranger, technician, admin, what):
    address = f"/api/v1/asset-imports/{send(keeper, make.row(1)).json['id']}{what}"
    assert stranger.get(address).status_code == technician.get(address).status_code == 404
    assert admin.get(address).status_code == 200


@pytest.mark.parametrize(("what", "body"), [("apply", {"mode": "all"}), ("undo", None)])
def test_a_stranger_does_nothing_with_an_import(keeper, stranger, what, body):
    address = f"/api/v1/asset-imports/{send(keeper, make.row(1)).json['id']}/{what}"
    assert stranger.post(address, json=body).status_code == 404


def test_who_writes_nothing_sends_nothing(inspector, client):
    assert send(inspector, make.row(1)).status_code == 403
    assert client.post("/api/v1/asset-imports").status_code == 401


def test_rows_of_foreign_owners_are_errors_of_these_rows(keeper, worked):
    address = f"/api/v1/asset-imports/{send(keeper, make.row(1), make.row(2, owner=ELSEWHERE)).json['id']}"
    worked()
    assert [row["outcome"] for row in keeper.get(f"{address}/rows").json["items"]] == ["new", "error"]


def test_what_is_no_sheet_is_refused(keeper):
    assert keeper.post("/api/v1/asset-imports", json={}).status_code == 415
    empty = keeper.post("/api/v1/asset-imports", data={}, content_type="multipart/form-data")
    assert (empty.status_code, list(empty.json["errors"])) == (422, ["file"])
    more = {"file": (io.BytesIO(b"name\n"), "a.csv"), "mode": "all"}
    answer = keeper.post("/api/v1/asset-imports", data=more, content_type="multipart/form-data")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["mode"])
    two = {"file": [(io.BytesIO(b"name\n"), "a.csv"), (io.BytesIO(b"name\n"), "b.csv")]}
    answer = keeper.post("/api/v1/asset-imports", data=two, content_type="multipart/form-data")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["file"])
    old = {"file": (io.BytesIO(b"\xd0\xcf\x11\xe0 old"), "a.xls")}
    answer = keeper.post("/api/v1/asset-imports", data=old, content_type="multipart/form-data")
    assert ".xlsx" in answer.json["errors"]["file"][0]


def test_a_sheet_may_be_larger_than_a_photo(keeper):
    said = {"data": {"file": (io.BytesIO(b"name\n"), "a.csv")}, "content_type": "multipart/form-data"}
    answer = keeper.post("/api/v1/asset-imports", **said, environ_overrides={"CONTENT_LENGTH": str(40 << 20)})
    assert (answer.status_code, "32 MB" in answer.text) == (413, True)


def test_an_export_is_made_in_the_background_and_fetched(keeper, stranger, worked):
    send(keeper, make.row(1))
    assert keeper.post("/api/v1/assets", json={"kind": "standard", "name": "Cân", "owner": "TTDL"}).status_code == 201
    asked = keeper.post("/api/v1/asset-exports?form=csv&kind=standard")
    assert (asked.status_code, asked.json["ready_at"]) == (202, None)
    address = f"/api/v1/asset-exports/{asked.json['id']}"
    assert keeper.get(f"{address}/content").status_code == 404
    worked()
    assert keeper.get(address).json["rows"] == 1
    content = keeper.get(f"{address}/content")
    assert content.headers["Content-Disposition"] == 'attachment; filename="assets.csv"'
    assert "Cân" in content.data.decode("utf-8-sig")
    assert stranger.get(address).status_code == stranger.get(f"{address}/content").status_code == 404
    assert keeper.post("/api/v1/asset-exports?form=pdf").status_code == 422


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("asset-exports?parent=zzz", None),
        ("label-runs", {"media": "a4-3x8", "query": {"parent": "zzz"}}),
        ("saved-views", {"name": "x", "query": {"parent": "zzz"}}),
    ],
)
def test_a_tag_that_is_none_is_told_before_any_work_is_asked_for(keeper, path, said):
    answer = keeper.post(f"/api/v1/{path}", json=said) if said else keeper.post(f"/api/v1/{path}")
    assert answer.status_code == 422
    assert any(name.endswith("parent") for name in answer.json["errors"])


def test_an_export_that_broke_off_says_so(app, keeper):
    key = keeper.post("/api/v1/asset-exports").json["id"]
    with app.app_context():
        actions.gave_up_export(db.session.get_one(AssetExport, key), "x")
        db.session.commit()
    assert keeper.get(f"/api/v1/asset-exports/{key}").json["failed"] is True
    answer = keeper.get(f"/api/v1/asset-exports/{key}/content", headers={"Accept-Language": "en"})
    assert (answer.status_code, "ask for it again" in answer.json["detail"]) == (404, True)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_is_handed_out(keeper, stranger, form):
    assert keeper.get(f"/api/v1/asset-imports/template.{form}").status_code == 200
    assert stranger.get(f"/api/v1/asset-imports/template.{form}").status_code == 200
    assert keeper.get("/api/v1/asset-imports/template.pdf").status_code == 404


def test_the_reasons_of_an_import_lead_to_its_rows(keeper, worked):
    address = f"/api/v1/asset-imports/{send(keeper, make.row(1), make.row(2, kind='xx')).json['id']}"
    assert keeper.get(address).json["reasons"] is None
    worked()
    (reason,) = keeper.get(address).json["reasons"]
    assert {name: reason[name] for name in ("reason", "wrong", "field", "rows", "row", "cell", "value")} == {
        "reason": 1,
        "wrong": True,
        "field": "kind",
        "rows": 1,
        "row": 3,
        "cell": "B3",
        "value": "xx",
    }
    assert [row["row"] for row in keeper.get(f"{address}/rows?reason=1").json["items"]] == [3]
    assert keeper.get(f"{address}/rows?reason=0").status_code == 422
