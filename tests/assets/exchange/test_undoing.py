"""Taking an import back: as if it had not been, or not at all."""

from datetime import date

import pytest
from sqlalchemy import func, select

from registry.assets import actions as assets
from registry.assets import tags
from registry.assets.exchange import actions, labelled, undoing
from registry.assets.labels import actions as labels
from registry.assets.labels.answers import discarded_text
from registry.assets.labels.models import Label
from registry.assets.labels.queries import DiscardedLabel, scanned
from registry.assets.models import Asset, Characteristic, Schedule
from registry.assets.queries import by_tag
from registry.assets.rules import Status
from registry.kernel import audit
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import Conflict, NotFound
from registry.sheets.models import ImportState
from tests.make import assets as make_assets
from tests.make import calibration as make_calibration
from tests.make import labs as make_labs
from tests.make import plan as make_plan
from tests.make import sheets as make
from tests.statements import sent

HEADINGS = (*make.HEADINGS, "Chu kỳ hiệu chuẩn (tháng)", "Đại lượng", "Đơn vị")


def rows(*numbers):
    return make.text(HEADINGS, *([*make.row(number), 12, "khối lượng", "kg"] for number in numbers))


def undone(found):
    actions.ask_undo(found, by=None)
    db.session.commit()
    actions.undo(found, step=db.session.commit)
    db.session.commit()
    return found


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def imported_tag(found):
    return make.judged(found)[0].tag


def test_what_an_import_made_is_gone_and_the_log_says_so(known):
    found = undone(make.imported(rows(1, 2)))
    assert found.state is ImportState.UNDONE
    assert [count(table) for table in (Asset, Characteristic, Schedule)] == [0, 0, 0]
    actions_of = db.session.scalars(
        select(AuditEntry.action).filter_by(subject_key=imported_tag(found)).order_by(AuditEntry.id)
    )
    assert list(actions_of) == ["asset.register", "asset.undo_import"]
    with pytest.raises(NotFound):
        by_tag(known.keeper.person(), imported_tag(found))


def test_what_an_import_changed_is_as_before(known):
    make.imported(rows(1))
    asset = db.session.scalars(select(Asset)).one()
    assets.edit(asset, asset_no="TS-1", commissioned_on=date(2020, 1, 2), by=None)
    db.session.commit()
    headings = [
        "Mã",
        "Tên",
        "Vị trí",
        "Số tài sản",
        "Ngày sử dụng",
        "Chu kỳ hiệu chuẩn",
        "Đại lượng",
        "Đơn vị",
        "Phạm vi đến",
    ]
    headings += ["Tình trạng", "Lý do"]
    said = [asset.tag, "Khác", "-", "TS-2", "1/2/2021", "24", "nhiệt độ", "°C", "5", "Tạm ngừng sử dụng", "hỏng"]
    found = make.imported(make.text(headings, said, separator=";"))
    db.session.refresh(asset)
    assert (asset.name, asset.location, asset.status) == ("Khác", None, Status.OUT_OF_SERVICE)
    undone(found)
    db.session.expire_all()
    assert (asset.name, asset.location, asset.asset_no) == ("Quả cân 1", "Phòng 1", "TS-1")
    assert (asset.commissioned_on, asset.status) == (date(2020, 1, 2), Status.IN_SERVICE)
    assert [(held.quantity, held.unit, held.range_high) for held in asset.characteristics] == [
        ("khối lượng", "kg", None)
    ]
    assert [held.interval_months for held in asset.required_schedules] == [12]


def test_it_can_be_imported_again_after_it_was_undone(known):
    undone(make.imported(rows(1)))
    assert make.imported(rows(1)).counted == {"new": 1}


def test_a_later_change_stands_in_the_way(known):
    found = make.imported(rows(1, 2))
    asset = by_tag(known.keeper.person(), imported_tag(found))
    assets.edit(asset, location="Kho", by=None)
    db.session.commit()
    with pytest.raises(Conflict, match=f"{asset.tag[:4]}-"):
        actions.ask_undo(found, by=None)


@pytest.fixture
def twice(known):
    """An import that registers two assets, and one that moves the first and takes it out of service."""
    first = make.imported(rows(1, 2))
    headings = ["Mã", "Vị trí", "Tình trạng", "Lý do", "Chu kỳ hiệu chuẩn"]
    said = [imported_tag(first), "Kho", "Tạm ngừng sử dụng", "hỏng", "24"]
    return first, make.imported(make.text(headings, said))


def test_imports_are_undone_one_after_the_other_backwards(known, twice):
    first, second = twice
    with pytest.raises(Conflict, match="changed after the import"):
        actions.ask_undo(first, by=None)
    db.session.rollback()
    assert undone(second).state is ImportState.UNDONE
    assert undone(first).state is ImportState.UNDONE
    assert [count(table) for table in (Asset, Characteristic, Schedule)] == [0, 0, 0]


def test_what_an_import_changed_twice_is_undone_backwards_too(known):
    make.imported(rows(1))
    asset = db.session.scalars(select(Asset)).one()
    turns = [make.imported(make.text(["Mã", "Vị trí"], [asset.tag, place])) for place in ("Kho 1", "Kho 2")]
    for found, place in zip(reversed(turns), ("Kho 1", "Phòng 1"), strict=True):
        assert undone(found).state is ImportState.UNDONE
        db.session.refresh(asset)
        assert asset.location == place


@pytest.mark.parametrize("when", ["before the second", "after its undoing"])
def test_a_change_beside_an_import_that_was_undone_still_stands_in_the_way(known, when):
    first = make.imported(rows(1))
    asset = by_tag(known.keeper.person(), imported_tag(first))

    def change():
        assets.edit(asset, asset_no="TS-1", by=None)
        db.session.commit()

    if when == "before the second":
        change()
    second = make.imported(make.text(["Mã", "Vị trí"], [asset.tag, "Kho"]))
    undone(second)
    if when == "after its undoing":
        db.session.refresh(asset)
        change()
    with pytest.raises(Conflict, match="changed after the import"):
        actions.ask_undo(first, by=None)


def test_a_calibration_stands_in_the_way(known, clock):
    found = make.imported(rows(1))
    make_labs.lab()
    asset = by_tag(known.keeper.person(), imported_tag(found))
    make_calibration.calibration(asset, date(2026, 6, 1))
    db.session.commit()
    with pytest.raises(Conflict):
        actions.ask_undo(found, by=None)


def test_evidence_for_a_plan_stands_in_the_way(known, clock):
    found = make.imported(rows(1))
    make_plan.plan()
    make_plan.evidence("II.2.a", imported_tag(found), counted_on=date(2026, 6, 1))
    db.session.commit()
    with pytest.raises(Conflict, match="evidence"):
        actions.ask_undo(found, by=None)


def test_a_component_that_was_added_stands_in_the_way(known):
    found = make.imported(rows(1))
    parent = by_tag(known.keeper.person(), imported_tag(found))
    make_assets.asset(parent_id=parent.id)
    db.session.commit()
    with pytest.raises(Conflict, match="refer"):
        actions.ask_undo(found, by=None)


def test_a_component_that_another_import_added_stands_in_the_way_and_is_asked_for_by_key(known):
    with sent() as statements:
        found = make.imported(make.text(make.HEADINGS, make.row(1)))
        headings = [*make.HEADINGS, "Thuộc bộ"]
        make.imported(make.text(headings, [*make.row(2), imported_tag(found)]))
        with pytest.raises(Conflict, match="refer"):
            actions.ask_undo(found, by=None)
    asking = next(one for one in statements if "parent_id = asset.id" in one and "NOT IN" in one)
    inner = asking[asking.index("NOT IN") :]
    assert "FROM asset_import_row AS" in inner
    assert ", asset_import_row" not in inner.split("WHERE")[0]  # else all rows of all imports are read for each


def test_what_came_between_asking_and_doing_stops_it_whole(known):
    found = make.imported(rows(1, 2))
    actions.ask_undo(found, by=None)
    asset = by_tag(known.keeper.person(), imported_tag(found))
    assets.edit(asset, location="Kho", by=None)
    db.session.commit()
    actions.undo(found, step=db.session.commit)
    db.session.commit()
    assert (found.state, count(Asset)) == (ImportState.APPLIED, 2)
    assert "changed after" in found.problem


def test_every_reference_to_an_asset_is_looked_at(known):
    looked_at = {name for name, _clause in undoing.references()}
    assert {"calibration", "evidence", "asset", "custody_event"} <= looked_at


def test_only_an_import_that_is_done_can_be_undone(known):
    found = make.checked(rows(1))
    with pytest.raises(Conflict):
        actions.ask_undo(found, by=None)


@pytest.mark.usefixtures("english")
class TestLabels:
    """A label that was printed is somewhere; one that was not stands in nobody's way."""

    def test_a_printed_label_is_told_by_its_tag_with_what_to_do(self, known):
        found = make.imported(rows(1, 2))
        tag = print_label(found, known)
        with pytest.raises(
            undoing.StillNeeded, match=f"Labels were printed .*{tags.grouped(tag)}.* destroy"
        ) as refusal:
            actions.ask_undo(found, by=None)
        assert (list(refusal.value.tags), labelled.printed(found)) == ([tag], 1)

    def test_an_import_is_undone_once_its_labels_are_destroyed_which_explain_themselves(self, known):
        found = make.imported(rows(1, 2))
        tag = print_label(found, known)
        actions.ask_undo(found, labels_destroyed=True, by=known.keeper.person())
        db.session.commit()
        actions.undo(found, step=db.session.commit)
        db.session.commit()
        assert (found.state, count(Asset)) == (ImportState.UNDONE, 0)
        assert [entry.action for entry in audit.history("label", tag)] == ["label.discard"]
        with pytest.raises(DiscardedLabel) as gone:
            scanned(tag)
        assert "import" in discarded_text(gone.value)

    @pytest.mark.usefixtures("known")
    def test_a_label_that_was_never_printed_nor_claimed_is_in_nobodys_way(self):
        found = make.imported(rows(1))
        asset = db.session.scalars(select(Asset)).one()
        db.session.add(Label(tag=asset.tag, organisation_id=asset.owner_id, asset_id=asset.id))
        db.session.commit()
        assert (undone(found).state, count(Label)) == (ImportState.UNDONE, 0)

    def test_to_say_that_labels_are_destroyed_lifts_nothing_else(self, known):
        found = make.imported(rows(1))
        tag = print_label(found, known)
        assets.edit(by_tag(known.keeper.person(), tag), location="Kho", by=None)
        db.session.commit()
        with pytest.raises(Conflict):
            actions.ask_undo(found, labels_destroyed=True, by=None)
        db.session.rollback()
        assert labelled.printed(found) == 1

    def test_the_page_says_for_how_many_labels_were_printed_and_takes_the_word_that_they_are_gone(self, known):
        found = make.imported(rows(1, 2), by=known.keeper.person())
        print_label(found, known)
        address = f"/imports/{found.id}"
        page = known.keeper.pages.get(f"{address}?lang=en").text
        assert ('name="labels_destroyed"' in page, "The label of 1 of its assets was printed" in page) == (True, True)
        assert known.keeper.pages.post(f"{address}/undo", data={}).status_code == 409
        answer = known.keeper.pages.post(f"{address}/undo", data={"labels_destroyed": "true"})
        assert answer.status_code == 302

    def test_a_program_says_it_in_the_address(self, known):
        found = make.imported(rows(1), by=known.keeper.person())
        print_label(found, known)
        address = f"/api/v1/asset-imports/{found.id}/undo"
        assert known.keeper.post(address).status_code == 409
        assert known.keeper.post(f"{address}?labels_destroyed=true").status_code == 202


def print_label(found, known):
    tag = imported_tag(found)
    labels.note_tags(tags=[tag], shows_due=False, by=known.keeper.person())
    db.session.commit()
    return tag
