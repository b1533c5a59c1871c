"""The pages of imports and exports: the whole way of a sheet, in both languages, and what a stranger sees."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.assets import actions
from registry.assets.exchange import undoing
from registry.assets.lists.rules import Column
from registry.assets.lists.seen import sheet
from registry.assets.models import Asset
from registry.jobs import work
from registry.jobs.models import LEADERSHIP, JobLease
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from registry.sheets.models import Form
from tests.make import assets as make_assets
from tests.make import sheets as make


@pytest.fixture
def worked(app):
    """Does everything that waits to be done."""

    def worked():
        with app.app_context():
            while work.one():
                pass

    return worked


def send(caller, content, name="tai-san.csv"):
    return caller.pages.post("/assets/import", data={"file": (io.BytesIO(content), name)})


def sent(caller, *rows):
    """The address of the import of a sheet with these rows."""
    answer = send(caller, make.text(make.HEADINGS, *rows))
    assert answer.status_code == 302
    return answer.location


def page(caller, address):
    answer = caller.pages.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_sheet_is_brought_in_looked_at_imported_and_undone(keeper, worked):
    address = sent(keeper, make.row(1), make.row(2, kind="xx"))
    assert "data-progress" in keeper.pages.get(address).text
    worked()
    text = page(keeper, f"{address}?lang=en")
    assert "data-progress" not in keeper.pages.get(address).text
    assert "Import the 1 good row" in text
    assert "B3 Kind: “xx” " in text
    assert "Quả cân 2" not in page(keeper, f"{address}?outcome=new&lang=en")
    assert keeper.pages.post(f"{address}/apply", data={"mode": "good"}).location == address
    worked()
    text = page(keeper, f"{address}?lang=en")
    assert "Imported" in text
    assert "1 asset was registered or changed." in text
    assert 'href="/calibrations/import"' in keeper.pages.get(address).text
    number = address.rpartition("/")[2]
    assert f"/labels?imported={number}&amp;chosen=1" in keeper.pages.get(address).text
    assert "Quả cân 1" in page(keeper, f"/assets?imported={number}&lang=en")
    assert "Quả cân 1" not in page(keeper, f"/assets?imported={int(number) + 1}&lang=en")
    assert keeper.pages.get(f"/labels?imported={number}&chosen=1").status_code == 200
    assert "Undo this import" in text
    assert keeper.pages.post(f"{address}/undo").location == address
    worked()
    assert "Import undone" in page(keeper, f"{address}?lang=en")
    told = page(keeper, f"{address}?lang=vi")
    assert "Đã hoàn tác lần nhập này: các thiết bị mới đã được gỡ khỏi sổ" in told
    assert "Đã hủy" not in told
    assert "tai-san.csv" in page(keeper, "/assets/import")


def test_a_change_is_shown_with_what_was_and_what_will_be(keeper, worked):
    first = sent(keeper, make.row(1))
    worked()
    keeper.pages.post(f"{first}/apply", data={"mode": "all"})
    worked()
    again = sent(keeper, make.row(1, location="Kho 7"))
    worked()
    assert "Location Phòng 1 → Kho 7" in page(keeper, f"{again}?lang=en")
    assert "Nơi đặt Phòng 1 → Kho 7" in page(keeper, f"{again}?lang=vi")


def test_what_stands_in_the_way_of_an_undo_is_said(keeper, worked):
    address = sent(keeper, make.row(1))
    worked()
    keeper.pages.post(f"{address}/apply", data={"mode": "all"})
    worked()
    (asset,) = keeper.get("/api/v1/assets").json["items"]
    etag = keeper.get(f"/api/v1/assets/{asset['tag']}").headers["ETag"]
    keeper.patch(f"/api/v1/assets/{asset['tag']}", json={"location": "Kho"}, headers={"If-Match": etag})
    answer = keeper.pages.post(f"{address}/undo?lang=en")
    assert answer.status_code == 409
    assert "cannot be undone" in answer.text
    assert re.search(rf'<a [^>]*href="/assets/{asset["tag"]}">{asset["name"]}</a>', answer.text)
    assert "What stands in the way" in answer.text


def test_an_undo_that_left_what_somebody_uses_tells_both(keeper, worked, monkeypatch):
    address = sent(keeper, make.row(1), make.row(2))
    worked()
    keeper.pages.post(f"{address}/apply", data={"mode": "all"})
    worked()
    take_away = undoing._take_away  # noqa: SLF001 — between its parts

    def take(gone, by):
        take_away(gone, by)
        for left in db.session.scalars(select(Asset)):
            actions.edit(left, location="Tủ 5", by=None)

    monkeypatch.setattr(undoing, "PART", 1)
    monkeypatch.setattr(undoing, "_take_away", take)
    keeper.pages.post(f"{address}/undo")
    worked()
    text = page(keeper, f"{address}?lang=en")
    for told in ("Undone in part", "1 were taken back and 1 stay", "Undo what is left", "New Taken back"):
        assert told in text
    assert re.findall(r'<a href="/assets/\w+">(Quả cân \d)', keeper.pages.get(address).text) == ["Quả cân 1"]
    number = address.rpartition("/")[2]
    said = keeper.get(f"/api/v1/asset-imports/{number}").json
    assert (said["state"], said["undone"], said["left"], said["counted"]["new"]) == ("applied", 1, 1, 2)
    rows = keeper.get(f"/api/v1/asset-imports/{number}/rows").json["items"]
    assert [row["undone"] for row in rows] == [False, True]


def test_all_rows_cannot_be_imported_while_one_is_wrong(keeper, worked):
    address = sent(keeper, make.row(1, kind="xx"), make.row(2))
    worked()
    assert keeper.pages.post(f"{address}/apply", data={"mode": "all"}).status_code == 409
    assert keeper.pages.post(f"{address}/apply", data={"mode": "x"}).status_code == 422


def test_a_file_that_is_no_sheet_is_refused_beside_its_field(keeper):
    answer = send(keeper, b"\xd0\xcf\x11\xe0 old")
    assert answer.status_code == 422
    assert 'id="f-file-fault"' in answer.text


def test_a_sheet_that_cannot_be_read_says_why(keeper, worked):
    address = send(keeper, b"khong co gi\n1\n").location
    worked()
    assert "Cannot be read" in page(keeper, f"{address}?lang=en")


def test_a_sheet_without_rows_is_said_to_have_none(keeper, worked):
    address, changing_nothing = sent(keeper), sent(keeper, make.row(1, kind="xx"))
    worked()
    assert "This sheet has headings and no rows" in page(keeper, f"{address}?lang=en")
    assert "No row would change anything." in page(keeper, f"{changing_nothing}?lang=en")


def test_the_page_says_when_nobody_works(app, keeper):
    address = sent(keeper, make.row(1))
    assert "registry jobs start" in page(keeper, f"{address}?lang=en")
    with app.app_context():
        until = kernel_clock.now() + timedelta(seconds=5)
        db.session.add(JobLease(name=LEADERSHIP, holder="x", expires_at=until))
        db.session.commit()
    assert "registry jobs start" not in page(keeper, f"{address}?lang=en")


def test_a_stranger_finds_no_import(keeper, stranger, worked):
    address = sent(keeper, make.row(1))
    assert stranger.pages.get(address).status_code == 404
    assert stranger.pages.post(f"{address}/apply", data={"mode": "all"}).status_code == 404
    assert stranger.pages.post(f"{address}/undo").status_code == 404
    assert "tai-san.csv" not in page(stranger, "/assets/import")


def test_who_writes_nothing_is_offered_no_import(inspector, client):
    assert inspector.pages.get("/assets/import").status_code == 403
    assert send(inspector, make.text(make.HEADINGS)).status_code == 403
    assert client.get("/assets/import").status_code == 302


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_is_downloaded(keeper, form):
    answer = keeper.pages.get(f"/assets/import/template.{form}")
    assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
    assert keeper.pages.get("/assets/import/template.pdf").status_code == 404


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_inventory_is_taken_out_and_comes_in_again_unchanged(keeper, stranger, worked, form):
    first = sent(keeper, make.row(1), make.row(2))
    worked()
    keeper.pages.post(f"{first}/apply", data={"mode": "all"})
    worked()
    address = keeper.pages.post(f"/assets/export?form={form}").location
    assert "data-progress" in keeper.pages.get(address).text
    worked()
    assert "2 assets" in page(keeper, f"{address}?lang=en")
    content = keeper.pages.get(f"{address}/content").data
    again = send(keeper, content, f"tai-san.{form}").location
    worked()
    assert "Unchanged 2" in page(keeper, f"{again}?lang=en")
    assert stranger.pages.get(address).status_code == 404
    assert stranger.pages.get(f"{address}/content").status_code == 404


def test_thousands_of_wrong_rows_are_told_by_reason_and_each_leads_to_its_rows(keeper, worked):
    rows = (make.row(number, kind="xx" if number < 60 else "standard", owner="NIX") for number in range(70))
    address = sent(keeper, *rows)
    worked()
    text = page(keeper, f"{address}?lang=en")
    assert re.search(r"60 rows: Kind “xx” is not one of: .{20,200} First in B2 ", text)
    assert re.search(r"70 rows: Owner .{20,200} First in C2 ", text)
    assert f'href="{address}?reason=2#rows"' in keeper.pages.get(address).text
    only = page(keeper, f"{address}?reason=1&lang=en")
    assert "Only with this reason: Kind:" in only
    assert ("Quả cân 0" in only, "Quả cân 65" in only, "Show all rows" in only) == (True, False, True)
    assert "cursor=" in keeper.pages.get(f"{address}?reason=1").text
    assert keeper.pages.get(f"{address}?reason=x").status_code == 422


def test_a_column_of_what_a_certificate_says_is_pointed_to_the_import_of_records(keeper, worked):
    headings = (*make.HEADINGS, "Hạn kiểm định", "Màu sơn")
    content = make.text(headings, [*make.row(1), "31/12/2027", "xanh"])
    address = send(keeper, content).location
    worked()
    text = keeper.pages.get(f"{address}?lang=en").text
    assert "left out: Hạn kiểm định, Màu sơn." in text
    assert "bring Hạn kiểm định in with them" in text
    assert '<a href="/calibrations/import">' in text


def test_people_say_what_their_columns_mean_and_take_the_wrong_rows_along(keeper, worked):
    content = make.text([*make.HEADINGS, "Mã máy"], [*make.row(1), "x-1"], [*make.row(2, kind="xx"), "x-2"])
    address = send(keeper, content).location
    worked()
    shown = keeper.pages.get(f"{address}?lang=en").text
    place = len(make.HEADINGS)
    assert f'name="columns-{place}-field"' in shown
    refused = keeper.pages.post(
        f"{address}/columns?lang=en", data={f"columns-{place}-column": "ZZ", f"columns-{place}-field": "asset_no"}
    )
    assert (refused.status_code, "no heading in the column" in refused.text) == (422, True)
    letter = re.search(rf'name="columns-{place}-column" value="([A-Z]+)"', shown)[1]
    said = {"columns-0-column": letter, "columns-0-field": "asset_no"}
    assert keeper.pages.post(f"{address}/columns", data=said).location == address
    worked()
    assert "not understood" not in page(keeper, f"{address}?lang=en")
    asked = keeper.pages.post(f"{address}/wrong-rows").location
    worked()
    assert "1 row. Beside each row" in page(keeper, f"{asked}?lang=en")
    again = send(keeper, keeper.pages.get(f"{asked}/content").data, "dong-sai.xlsx").location
    worked()
    assert "“xx”" in page(keeper, f"{again}?lang=en")


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_list_as_it_is_seen_that_is_sent_back_has_no_column_that_is_not_understood(keeper, worked, arrange, locale):
    with arrange(), speaking(locale):
        make_assets.asset(name="Quả cân", location="Kho 1")
        db.session.commit()
        content, _lines = sheet(Form.CSV, {"columns": ",".join(Column)}, by=keeper.person())
    address = send(keeper, content).location
    worked()
    text = page(keeper, f"{address}?lang=en")
    assert "not understood" not in text
    shown = {"vi": "Hiệu lực, Đến hạn, Kế hoạch ngày", "en": "Validity, Planned for"}[locale]
    assert f"only shown, so they are left out: {shown}." in text
