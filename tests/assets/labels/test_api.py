"""Labels through the API: drawn, made blank, claimed once, revoked and still explaining themselves."""

from datetime import date, timedelta
from io import BytesIO
from threading import Barrier, Thread

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from registry.assets import tags
from registry.assets.labels import media, runs
from registry.assets.labels.models import Label, LabelRun
from registry.assets.labels.rules import MOST_AT_ONCE
from registry.assets.models import Asset
from registry.kernel.db import db
from tests import statements
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import sheets
from tests.people import CENTRE, ELSEWHERE

DUE = TODAY + timedelta(days=300)


@pytest.fixture
def asset(arrange, people) -> str:
    """The tag of an asset of the centre that may be used."""
    with arrange():
        return make.asset(name="Cân đồng hồ", serial_no="AB-1", due_on=DUE).tag


@pytest.fixture
def blank(keeper) -> list[str]:
    """The tags of three blank labels of the centre, the newest first."""
    made = keeper.post("/api/v1/labels", json={"organisation": CENTRE, "count": 3})
    assert made.status_code == 201, made.text
    return [one["tag"] for one in keeper.get(f"/api/v1/labels?batch={made.json['batch']}").json["items"]]


def read(content: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(content)
    pictures = [page.render(scale=3, grayscale=True).to_pil() for page in pages]
    return [tags.parse(code.text) for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def revoked(keeper, tag: str, because: str = "lost") -> str:
    seen = {"If-Match": keeper.get(f"/api/v1/assets/{tag}").headers["ETag"]}
    answer = keeper.post(f"/api/v1/assets/{tag}/label/revoke", json={"because": because}, headers=seen)
    assert answer.status_code == 201, answer.text
    return answer.json["tag"]


def scan(client, tag: str):
    return client.get(f"/api/v1/scan/{tag}", headers={"Accept-Language": "en"})


def test_media_are_listed(technician):
    items = technician.get("/api/v1/label-media").json["items"]
    assert [item["name"] for item in items] == list(media.MEDIA)
    assert {item["family"] for item in items} == {"sheet", "tape", "thermal"}


def test_labels_by_tag_are_drawn_in_that_order(technician, arrange, people):
    with arrange():
        wanted = [make.asset(name=f"Cân {number}").tag for number in range(3)]
    answer = technician.get("/api/v1/labels.pdf", query_string={"tag": [wanted[2], tags.grouped(wanted[0])]})
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert read(answer.data) == [wanted[2], wanted[0]]


def test_labels_by_filter_are_those_of_the_list(technician, asset, arrange):
    with arrange():
        make.asset(name="Quả cân")
    answer = technician.get("/api/v1/labels.pdf?q=can%20dong%20ho&sheet=tape-62")
    assert read(answer.data) == [asset]


def test_labels_of_an_import_are_those_of_what_it_made(technician, arrange, people):
    with arrange():
        make.asset(name="Another")
        done = sheets.imported(sheets.text(sheets.HEADINGS, sheets.row(1), sheets.row(2)))
        number = done.id
        made = {row.tag for row in sheets.judged(done)}
    found = technician.get(f"/api/v1/assets?imported={number}")
    assert {one["tag"] for one in found.json["items"]} == made
    assert technician.get(f"/api/v1/labels.pdf?imported={number}").status_code == 200
    assert technician.get(f"/api/v1/assets?imported={number + 1}&count=exact").json["total"] == 0


def test_what_is_said_beside_the_tag_is_chosen(technician, asset):
    def said(query: str) -> str:
        answer = technician.get(
            f"/api/v1/labels.pdf?tag={asset}&sheet=a4-2x4{query}", headers={"Accept-Language": "vi"}
        )
        return pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()

    everything = said("")
    assert all(word in everything for word in ("Cân đồng hồ", f"Hạn {DUE:%d/%m/%Y}", "Số AB-1", "Trung tâm"))
    assert said("&show=").split() == [tags.grouped(asset)]
    assert "Số AB-1" not in said("&show=name")


def test_thermal_labels_are_zpl(technician, asset):
    answer = technician.get(f"/api/v1/labels.zpl?tag={asset}&sheet=thermal-50x30-203")
    assert answer.content_type == "application/x-zpl"
    assert answer.data.startswith(b"^XA")
    assert technician.get(f"/api/v1/labels.zpl?tag={asset}").status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "sheet=a5",
        "sheet=tape-24&length=3",
        "length=60",
        "start=25",
        "tag=7KQ2M3XA9R",
        "show=colour",
        "which=old",
        "x=1",
    ],
)
def test_what_makes_no_sense_is_refused(technician, asset, query):
    tag = "" if query.startswith("tag") else f"&tag={asset}"
    assert technician.get(f"/api/v1/labels.pdf?{query}{tag}").status_code in {404, 422}


def test_a_stranger_draws_none_of_ours(stranger, asset):
    assert stranger.get(f"/api/v1/labels.pdf?tag={asset}").status_code == 422
    assert stranger.get("/api/v1/labels.pdf").status_code == 422
    assert stranger.get(f"/api/v1/assets/{asset}/labels").status_code == 404
    assert stranger.post(f"/api/v1/assets/{asset}/label/revoke", json={"because": "lost"}).status_code == 404
    assert stranger.post("/api/v1/printed-labels", json={"tags": [asset]}).status_code == 422


def test_only_what_changed_is_printed_again(keeper, asset, arrange):
    def needed(only: str) -> int:
        return keeper.get(f"/api/v1/labels.pdf?which={only}").status_code

    assert (needed("unprinted"), needed("outdated")) == (200, 422)
    assert keeper.post("/api/v1/printed-labels", json={"tags": [asset]}).json == {"labels": 1}
    assert (needed("unprinted"), needed("outdated")) == (422, 422)
    with arrange():
        db.session.scalars(select(Asset).filter_by(tag=asset)).one().due_on = DUE + timedelta(days=1)
    assert needed("outdated") == 200
    keeper.post("/api/v1/printed-labels", json={"tags": [asset], "shows_due": False})
    assert needed("outdated") == 422
    (label,) = keeper.get(f"/api/v1/assets/{asset}/labels").json["items"]
    assert (label["tag"], label["printed_due_on"]) == (asset, None)


def test_people_who_only_read_note_nothing(inspector, asset):
    assert inspector.get(f"/api/v1/labels.pdf?tag={asset}").status_code == 200
    assert inspector.post("/api/v1/printed-labels", json={"tags": [asset]}).status_code == 403


def test_too_many_to_wait_for_are_drawn_in_the_background(keeper, arrange, people, app):
    with arrange():
        for number in range(MOST_AT_ONCE + 1):
            make.asset(name=f"Cân {number:04d}", due_on=DUE)
    assert keeper.get("/api/v1/labels.pdf").status_code == 422
    asked = keeper.post("/api/v1/label-runs", json={"query": {"sheet": "a4-5x13", "due_before": "2027-12-31"}})
    assert (asked.status_code, asked.json["ready_at"]) == (201, None)
    path = f"/api/v1/label-runs/{asked.json['id']}"
    assert keeper.get(f"{path}/file").status_code == 404
    with app.app_context():
        runs.draw(
            db.session.get_one(LabelRun, asked.json["id"]),
            base_url="https://registry.example.vn",
            step=db.session.commit,
        )
        db.session.commit()
    assert keeper.get(path).json["labels"] == MOST_AT_ONCE + 1
    assert len(pypdfium2.PdfDocument(keeper.get(f"{path}/file").data)) == 4
    assert keeper.get("/api/v1/labels.pdf?which=unprinted").status_code == 422
    with app.app_context():
        assert len(db.session.scalars(select(Label).where(Label.printed_due_on == DUE)).all()) == MOST_AT_ONCE + 1


def test_a_run_that_finds_nothing_says_so(keeper, people, app):
    asked = keeper.post("/api/v1/label-runs", json={"query": {"q": "không có"}})
    with app.app_context():
        runs.draw(
            db.session.get_one(LabelRun, asked.json["id"]),
            base_url="https://registry.example.vn",
            step=db.session.commit,
        )
        db.session.commit()
    answer = keeper.get(f"/api/v1/label-runs/{asked.json['id']}").json
    assert (answer["ready_at"], bool(answer["problem"])) == (None, True)


def test_a_run_is_for_whoever_asked(keeper, technician, people):
    asked = keeper.post("/api/v1/label-runs", json={"query": {}})
    for path in (f"/api/v1/label-runs/{asked.json['id']}", f"/api/v1/label-runs/{asked.json['id']}/file"):
        assert technician.get(path).status_code == 404


def test_drawing_sends_as_many_statements_for_many_as_for_few(keeper, arrange, people):
    with arrange():
        wanted = [make.asset(name=f"Cân {number}").tag for number in range(60)]
    keeper.get("/api/v1/labels.pdf", query_string={"tag": wanted[:1]})
    with statements.sent() as few:
        keeper.get("/api/v1/labels.pdf", query_string={"tag": wanted[:1]})
    with statements.sent() as many:
        keeper.get("/api/v1/labels.pdf", query_string={"tag": wanted})
    assert len(few) == len(many)


def test_blank_labels_are_drawn_until_they_are_claimed(keeper, stranger, blank, asset):
    batch = keeper.get(f"/api/v1/labels/{blank[0]}").json["batch"]
    path = f"/api/v1/label-batches/{batch}"
    assert sorted(read(keeper.get(f"{path}.pdf").data)) == sorted(blank)
    assert keeper.get(f"{path}.zpl?sheet=thermal-25x25-300").data.count(b"^XA") == 3
    keeper.post(f"/api/v1/labels/{blank[0]}/claim", json={"asset": asset})
    assert sorted(read(keeper.get(f"{path}.pdf").data)) == sorted(blank[1:])
    assert stranger.get(f"{path}.pdf").status_code == 404
    assert stranger.get(f"{path}.zpl").status_code == 404


def test_a_stranger_makes_none_for_us_and_sees_none(stranger, technician, inspector, blank):
    said = {"organisation": CENTRE, "count": 1}
    assert stranger.post("/api/v1/labels", json=said).status_code == 403
    assert inspector.post("/api/v1/labels", json=said).status_code == 403
    assert stranger.get("/api/v1/labels").json["items"] == []
    assert stranger.get(f"/api/v1/labels/{blank[0]}").status_code == 404
    assert stranger.post(f"/api/v1/labels/{blank[0]}/claim", json={"asset": blank[0]}).status_code == 404
    assert stranger.post(f"/api/v1/labels/{blank[0]}/discard", json={"because": "lost"}).status_code == 404
    assert len(technician.get("/api/v1/labels").json["items"]) == 3


@pytest.mark.parametrize("count", [0, 2001, "many", 1.5])
def test_a_batch_has_a_sensible_size(keeper, people, count):
    assert keeper.post("/api/v1/labels", json={"organisation": CENTRE, "count": count}).status_code == 422


def test_a_blank_label_says_so_to_anybody(client, blank):
    answer = scan(client, blank[0])
    assert (answer.status_code, answer.json["type"]) == (404, "urn:registry:problem:blank-label")


def test_a_blank_label_becomes_that_of_a_new_asset(keeper, client, blank):
    made = keeper.post(f"/api/v1/labels/{blank[0]}/claim", json={"new": make.said()})
    assert (made.status_code, made.json["tag"]) == (201, blank[0])
    assert scan(client, blank[0]).json["name"] == "Quả cân F1"
    assert keeper.get(f"/api/v1/labels/{blank[0]}").json["asset"] == blank[0]
    again = keeper.post(f"/api/v1/labels/{blank[0]}/claim", json={"new": make.said(name="Khác")})
    assert again.status_code == 409


def test_a_refused_asset_leaves_the_label_blank(keeper, blank):
    wrong = {"kind": "standard", "name": "Cân", "owner": "NOBODY"}
    assert keeper.post(f"/api/v1/labels/{blank[0]}/claim", json={"new": wrong}).status_code == 422
    assert keeper.get(f"/api/v1/labels/{blank[0]}").json["claimed_at"] is None


def test_a_blank_label_takes_the_place_of_the_one_before(keeper, client, blank, asset):
    assert keeper.post(f"/api/v1/labels/{blank[0]}/claim", json={"asset": asset}).status_code == 201
    found = scan(client, blank[0]).json
    assert (found["tag"], found["fit_for_use"], found["reasons"]) == (asset, True, [])
    old = scan(client, asset).json
    assert (old["fit_for_use"], old["reasons"][0]["code"]) == (False, "label_revoked")
    assert keeper.get(f"/api/v1/assets/{blank[0]}").json["tag"] == asset
    assert read(keeper.get(f"/api/v1/labels.pdf?tag={asset}").data) == [blank[0]]
    listed = keeper.get(f"/api/v1/assets/{asset}/labels").json["items"]
    assert {one["tag"]: one["revoked_because"] for one in listed} == {blank[0]: None, asset: "replaced"}


@pytest.mark.parametrize("said", [{}, {"asset": "7KQ2M3XA9RP", "new": make.said()}, {"asset": "?"}])
def test_a_claim_names_one_thing(keeper, blank, said):
    assert keeper.post(f"/api/v1/labels/{blank[0]}/claim", json=said).status_code in {404, 422}


def test_nobody_claims_a_label_for_others(keeper, stranger, blank, arrange):
    with arrange():
        theirs = make.asset(owner=ELSEWHERE).tag
    assert keeper.post(f"/api/v1/labels/{blank[0]}/claim", json={"asset": theirs}).status_code == 422
    made = stranger.post("/api/v1/labels", json={"organisation": ELSEWHERE, "count": 1}).json["batch"]
    (their_label,) = stranger.get(f"/api/v1/labels?batch={made}").json["items"]
    assert keeper.post(f"/api/v1/labels/{their_label['tag']}/claim", json={"new": make.said()}).status_code == 404


def test_of_two_people_one_gets_the_label(people, blank, arrange):
    with arrange():
        wanted = [make.asset(name=f"Cân {number}").tag for number in range(2)]
    together, answers = Barrier(2), {}

    def claim(caller, tag):
        together.wait()
        answers[tag] = caller.post(f"/api/v1/labels/{blank[0]}/claim", json={"asset": tag}).status_code

    callers = [Thread(target=claim, args=pair) for pair in zip((people.keeper, people.technician), wanted, strict=True)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(answers.values()) == [201, 409]
    winner = next(tag for tag, status in answers.items() if status == 201)
    assert people.keeper.get(f"/api/v1/labels/{blank[0]}").json["asset"] == winner


def test_a_lost_label_is_replaced_and_explains_itself(keeper, client, stranger, asset):
    new = revoked(keeper, asset)
    old = scan(client, asset).json
    assert (old["fit_for_use"], old["validity"]) == (False, "valid")
    assert old["reasons"][0]["code"] == "label_revoked"
    assert "15 Jun 2026" in old["reasons"][0]["text"]
    assert "lost" in old["reasons"][0]["text"]
    assert new not in str(old)
    assert scan(client, new).json["fit_for_use"] is True
    again = revoked(keeper, asset, "damaged")
    assert scan(client, new).json["reasons"][0]["code"] == "label_revoked"
    assert scan(client, again).json["fit_for_use"] is True
    assert keeper.get(f"/api/v1/assets/{asset}").json["tag"] == asset
    gone = keeper.get(f"/api/v1/assets/{new}")
    assert (gone.status_code, tags.grouped(again) in gone.json["detail"]) == (404, True)
    assert again not in stranger.get(f"/api/v1/assets/{new}").text.replace("-", "")
    for typed in (asset, new, tags.grouped(again).lower()):
        assert [one["tag"] for one in keeper.get(f"/api/v1/assets?q={typed}").json["items"]] == [asset]
    svg = keeper.get(f"/api/v1/assets/{asset}/label.svg").text
    assert tags.grouped(again) in svg


def test_of_two_who_replace_one_label_at_once_the_second_is_told(people, asset):
    path = f"/api/v1/assets/{asset}/label/revoke"
    seen = {"If-Match": people.keeper.get(f"/api/v1/assets/{asset}").headers["ETag"]}
    together, answers = Barrier(2), []

    def revoke(caller):
        together.wait()
        answers.append(caller.post(path, json={"because": "lost"}, headers=seen))

    callers = [Thread(target=revoke, args=[caller]) for caller in (people.keeper, people.technician)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    made = next(answer.json["tag"] for answer in answers if answer.status_code == 201)
    shown = people.keeper.get(f"/api/v1/assets/{asset}")
    assert shown.json["current_tag"] == made
    assert len(people.keeper.get(f"/api/v1/assets/{asset}/labels").json["items"]) == 2
    seen["If-Match"] = shown.headers["ETag"]
    assert people.keeper.post(path, json={"because": "damaged"}, headers=seen).status_code == 201


def test_a_revoked_label_tells_insiders_where_the_record_is(keeper, asset):
    revoked(keeper, asset)
    answer = keeper.get(f"/api/v1/scan/{asset}").json
    assert (answer["owner"], answer["serial_no"]) == (CENTRE, "AB-1")
    assert keeper.get(answer["history"]).status_code == 200


def test_a_blank_label_can_be_thrown_away_once(keeper, client, blank):
    assert keeper.post(f"/api/v1/labels/{blank[0]}/discard", json={"because": "damaged"}).status_code == 201
    assert keeper.post(f"/api/v1/labels/{blank[0]}/discard", json={"because": "damaged"}).status_code == 409
    assert keeper.post(f"/api/v1/labels/{blank[0]}/claim", json={"new": make.said()}).status_code == 409
    answer = scan(client, blank[0])
    assert (answer.status_code, answer.json["type"]) == (404, "urn:registry:problem:discarded-label")
    assert "revoked" in answer.json["detail"]


def test_what_happens_to_labels_is_in_the_history(keeper, asset, blank):
    revoked(keeper, asset)
    keeper.post(f"/api/v1/labels/{blank[0]}/claim", json={"asset": asset})
    actions = [entry["action"] for entry in keeper.get(f"/api/v1/assets/{asset}/history").json["items"]]
    assert actions[:2] == ["label.claim", "label.revoke"]


def test_a_scan_of_a_later_label_sends_a_fixed_number_of_statements(keeper, client, asset):
    later = revoked(keeper, asset)
    scan(client, asset)
    for tag, most in ((asset, 2), (later, 3)):
        with statements.sent() as said:
            scan(client, tag)
        assert len(said) <= most


def test_a_photo_of_a_data_matrix_is_read(client, people):
    tag = tags.new()
    from registry.assets.labels import drawing  # noqa: PLC0415 — used here alone

    look = drawing.look({"sheet": "thermal-10x10-300", "show": []})
    picture = drawing.preview(look, [drawing.Content(tag)], "https://registry.example.vn")
    sent = client.post("/scan/photo", data={"photo": (BytesIO(picture), "nhan.png")})
    assert sent.headers["Location"].endswith(tag)


def test_dates_on_labels_follow_the_language(keeper, asset):
    def said(language: str) -> str:
        answer = keeper.get(f"/api/v1/labels.pdf?tag={asset}&sheet=a4-2x4", headers={"Accept-Language": language})
        return pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()

    assert date(2027, 4, 11) == DUE
    assert "Due 11 Apr 2027" in said("en")
    assert "Hạn 11/04/2027" in said("vi")
