"""An import that is looked at while it is worked on says what it is at."""

from playwright.sync_api import expect

from registry.assets.exchange.models import AssetImport
from registry.kernel.db import db
from registry.sheets.models import ImportState
from tests.make import sheets as make


def test_the_badge_of_an_import_follows_the_work(visit, keeper, arrange):
    with arrange():
        found = make.kept(make.text(make.HEADINGS, make.row(1)), by=keeper.person())
        key = found.id
    badge = visit(f"/imports/{key}", by=keeper).locator("[data-state]")
    expect(badge).to_have_text("Chờ kiểm tra")
    with arrange():
        db.session.get_one(AssetImport, key).state = ImportState.CHECKING
    expect(badge).to_have_text("Đang kiểm tra")
