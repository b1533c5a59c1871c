"""A sheet against the registry: what every row does, tried and done by the same code."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from registry.accounts.models import Organisation
from registry.accounts.queries import person_by_email
from registry.assets import actions as assets
from registry.assets.custody.models import CustodyEvent
from registry.assets.exchange import actions
from registry.assets.exchange.models import AssetImport
from registry.assets.models import Asset, Characteristic, Schedule
from registry.assets.queries import by_tag
from registry.assets.rules import Kind, Proof, ScheduleKind, Status
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden
from registry.kernel.text import words_of
from registry.sheets.models import ImportState, Mode, Outcome
from registry.sheets.running import NotAllGood
from registry.sheets.schemas import notes_of
from tests import statements
from tests.make import assets as make_assets
from tests.make import labels as make_labels
from tests.make import sheets as make
from tests.people import CENTRE, ELSEWHERE


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def only(table, **said):
    return db.session.scalars(select(table).filter_by(**said)).one()


def test_a_sheet_is_tried_without_changing_anything_and_then_imported(known):
    content = make.text(make.LONG, *(make.long_row(number) for number in range(3)), separator=";")
    found = make.checked(content)
    assert (found.state, found.counted, found.total) == (ImportState.CHECKED, {"new": 3}, 3)
    assert (count(Asset), count(AuditEntry.__table__)) == (0, db.session.scalar(select(func.count(AuditEntry.id))))
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    actions.apply(found, step=db.session.commit)
    db.session.commit()
    assert (found.state, found.counted) == (ImportState.APPLIED, {"new": 3})
    asset = only(Asset, serial_no="S-00001")
    assert (asset.kind, asset.owner.code, asset.status, asset.version) == (
        Kind.INSTRUMENT,
        CENTRE,
        Status.IN_SERVICE,
        1,
    )
    assert (asset.commissioned_on, asset.proof, asset.due_on) == (date(2026, 1, 31), Proof.MISSING, None)
    assert {held.kind: held.interval_months for held in asset.schedules} == {
        ScheduleKind.CALIBRATION: 12,
        ScheduleKind.VERIFICATION: 24,
    }
    (held,) = asset.characteristics
    assert (held.quantity, held.range_high, held.mpe) == ("khối lượng", Decimal("1.5"), Decimal("0.010"))
    assert [row.tag for row in make.judged(found)][1] == asset.tag


def test_rows_are_written_without_a_savepoint_which_would_cost_ten_times_as_much_on_sqlite(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1)))
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    with statements.sent() as sent:
        actions.apply(found, step=db.session.commit)
        db.session.commit()
        actions.ask_undo(found, by=None)
        actions.undo(found, step=db.session.commit)
        db.session.commit()
    assert found.state is ImportState.UNDONE
    assert [statement for statement in sent if "SAVEPOINT" in statement] == []


def shared_words(asset: Asset) -> list[str]:
    """What an asset is found by beside its own tag and serial number."""
    own = {asset.tag.lower(), *words_of(asset.serial_no), "".join(words_of(asset.serial_no))}
    return [word for word in asset.search.split() if word not in own]


def test_an_imported_asset_is_what_registering_it_makes(known):
    """Every column and the entry in the log: whoever adds to the one must add to the other."""
    make.imported(make.text(make.LONG, make.long_row(1), separator=";"))
    imported = only(Asset, serial_no="S-00001")
    registered = assets.register(
        kind=Kind.INSTRUMENT,
        name=imported.name,
        owner=CENTRE,
        manufacturer="Mettler",
        model="F1",
        serial_no="S-00002",
        location="Phòng 1",
        commissioned_on=date(2026, 1, 31),
        characteristics=[
            {
                "quantity": "khối lượng",
                "unit": "kg",
                "range_low": Decimal(0),
                "range_high": Decimal("1.5"),
                "mpe": Decimal("0.010"),
            }
        ],
        schedules=[
            {"kind": ScheduleKind.CALIBRATION, "interval_months": 12},
            {"kind": ScheduleKind.VERIFICATION, "interval_months": 24},
        ],
        by=None,
    )
    db.session.commit()

    def plain(asset):
        row = db.session.execute(select(Asset.__table__).where(Asset.id == asset.id)).mappings().one()
        said = {name: str(value) for name, value in row.items() if name not in {"id", "tag", "serial_no", "search"}}
        return said | {"search": shared_words(asset)}

    def told(asset):
        (entry,) = db.session.scalars(select(AuditEntry).filter_by(subject_type="asset", subject_key=asset.tag))
        return entry.action, {k: v for k, v in entry.changes.items() if k not in {"tag", "serial_no"}}, entry.actor

    def parts(asset, table, names):
        return [
            [getattr(row, name) for name in names]
            for row in db.session.scalars(select(table).filter_by(asset_id=asset.id).order_by(table.id))
        ]

    assert plain(imported) == plain(registered)
    assert told(imported) == told(registered)
    for table in (Characteristic, Schedule):
        names = [column.key for column in table.__table__.columns if column.key not in {"id", "asset_id"}]
        assert parts(imported, table, names) == parts(registered, table, names)


def test_a_second_import_changes_nothing(known):
    content = make.text(make.LONG, *(make.long_row(number) for number in range(3)), separator=";")
    make.imported(content)
    entries = count(AuditEntry)
    again = make.imported(content)
    assert again.counted == {"unchanged": 3}
    assert count(Asset) == 3
    assert count(AuditEntry) == entries + 1  # that of the import itself


def test_a_changed_row_says_what_it_changes_and_does_it(known):
    make.imported(make.text(make.LONG, make.long_row(1), separator=";"))
    row = make.long_row(1, location="Kho 2")
    row[8], row[9], row[-2] = "", "-", "2,50"
    content = make.text(make.LONG, row, separator=";")
    tried = make.checked(content)
    (line,) = make.judged(tried)
    assert (line.outcome, line.changes["location"]) == (Outcome.CHANGED, ["Phòng 1", "Kho 2"])
    assert line.changes["schedules"][1] == [{"kind": "calibration", "interval_months": 12}]
    assert [pair[0]["range_high"] for pair in line.changes["characteristics"]] == ["1.5", "2.50"]
    asset = only(Asset, serial_no="S-00001")
    assert (asset.location, asset.version) == ("Phòng 1", 1)
    done = make.imported(content)
    db.session.refresh(asset)
    assert done.counted == {"changed": 1}
    assert (asset.location, asset.characteristics[0].range_high) == ("Kho 2", Decimal("2.50"))
    assert [held.kind for held in asset.required_schedules] == [ScheduleKind.CALIBRATION]
    assert make.judged(done)[0].version == asset.version


def test_many_simple_changes_are_what_editing_each_makes(known):
    """Every column, the entry in the log and the history of custody: whoever adds to the one must add to the other."""
    one, other = (make_assets.asset(name="Cân", serial_no=number, location="Phòng 1") for number in ("A-1", "A-2"))
    db.session.commit()
    said = {"name": "Cân Đồng hồ", "asset_no": "TS", "lot_no": "L", "location": "Kho", "custodian": "An"}
    headings = ["Mã", "Tên", "Số tài sản", "Số lô", "Vị trí", "Người quản lý", "Ngày đưa vào sử dụng"]
    found = make.imported(make.text(headings, [one.tag, *said.values(), "2026-01-31"]))
    assets.edit(other, **said, commissioned_on=date(2026, 1, 31), by=None)
    db.session.commit()
    db.session.expire_all()

    def plain(row, tag, *left_out):
        return {name: str(value).replace(tag.casefold(), "") for name, value in row.items() if name not in left_out}

    def stored(asset):
        row = db.session.execute(select(Asset.__table__).where(Asset.id == asset.id)).mappings().one()
        moves = select(CustodyEvent.__table__).where(CustodyEvent.asset_id == asset.id)
        entry = db.session.scalars(select(AuditEntry).filter_by(subject_key=asset.tag)).one()
        return (
            plain(row, asset.tag, "id", "tag", "serial_no", "search") | {"search": shared_words(asset)},
            [plain(move, "-", "id", "asset_id") for move in db.session.execute(moves).mappings()],
            (entry.action, entry.actor, entry.changes),
        )

    assert stored(one) == stored(other)
    assert make.judged(found)[0].version == one.version == 2


@pytest.mark.usefixtures("known")
def test_the_tag_of_a_blank_label_is_said_to_be_one():
    (tag,) = make_labels.tags_of(make_labels.batch(1))
    found = make.checked(make.text(("Mã", *make.HEADINGS), [tag, *make.row(1)]))
    assert "blank label" in make.wrong(found)["A2"]


def test_a_row_is_known_by_its_tag(known):
    tag = make_assets.asset(serial_no="A-1").tag
    db.session.commit()
    typed = f"{tag[:4]}-{tag[4:8]}-{tag[8:]}".lower()
    found = make.imported(make.text(["Mã", "Vị trí", "Số chế tạo"], [typed, "Kho", "-"]))
    assert found.counted == {"changed": 1}
    asset = only(Asset, tag=tag)
    assert (asset.location, asset.serial_no) == ("Kho", None)


@pytest.mark.parametrize("form", ["text", "number"])
def test_zeros_a_spreadsheet_dropped_do_not_make_another_asset(known, form):
    make_assets.asset(name="Cân", serial_no="0012345", manufacturer="Ohaus", model="X")
    db.session.commit()
    cells = ["Cân", "standard", CENTRE, "Ohaus", "X", 12345 if form == "number" else "12345", "Kho"]
    found = make.checked(make.workbook(make.HEADINGS, cells))
    (line,) = make.judged(found)
    assert (line.outcome, list(line.changes)) == (Outcome.CHANGED, ["location"])
    assert "0012345" in notes_of(line)[0]


def test_two_rows_about_one_asset_are_noticed(known):
    tag = make_assets.asset(serial_no="A-1").tag
    db.session.commit()
    rows = [["", *make.row(1)], ["", *make.row(1, name="Khác")], [tag, *make.row(2)], [tag, *make.row(3)]]
    found = make.checked(make.text(["Mã", *make.HEADINGS], *rows))
    assert [line.outcome for line in make.judged(found)] == ["new", "error", "changed", "error"]
    assert "Row 2" in make.wrong(found)["G3"]
    assert "Row 4" in make.wrong(found)["A5"]


def test_every_error_names_its_cell_its_value_and_a_remedy(known):
    rows = [
        ["", "xx", "NIX", "1", "abc", "30/02/2026", "kg"],
        ["Cân", "standard", CENTRE, "2", "1.500", "2019", ""],
        ["Cân", "standard", CENTRE, "3", "-5", "", "kg"],
    ]
    found = make.checked(
        make.text(
            ["Tên", "Phân loại", "Đơn vị sở hữu", "Số chế tạo", "Sai số", "Ngày sử dụng", "Đơn vị"],
            *rows,
            separator="\t",
        )
    )
    wrong = make.wrong(found)
    assert found.counted == {"error": 3}
    assert sorted(wrong) == ["A2", "B2", "C2", "E2", "E3", "E4", "F2", "F3"]
    values = {error["cell"]: error["value"] for line in make.judged(found) for error in line.errors}
    assert (values["E2"], values["F3"], values["C2"]) == ("abc", "2019", "NIX")
    assert "as 1500 or as 1.500" in wrong["E3"]


def test_an_owner_is_known_by_a_name_that_is_unique_among_those_one_may_write_for(known):
    mine = db.session.scalars(select(Organisation).where(Organisation.code == CENTRE)).one()
    other = db.session.scalars(select(Organisation).where(Organisation.code == ELSEWHERE)).one()
    other.name_vi = mine.name_vi
    db.session.commit()
    content = make.text(make.HEADINGS, make.row(1, owner=mine.name_vi.upper()))
    assert make.checked(content, by=person_by_email("keeper@example.vn")).counted == {"new": 1}
    assert "More than one" in make.wrong(make.checked(content))["C2"]


def test_a_rule_of_the_registry_is_told_beside_its_cell(known):
    headings = [*make.HEADINGS, "Đại lượng 2", "Đơn vị 2", "Phạm vi từ 2", "Phạm vi đến 2"]
    found = make.checked(make.text(headings, [*make.row(1), "nhiệt độ", "°C", "50", "10"]))
    assert list(make.wrong(found)) == ["K2"]
    assert "below its lower end" in make.wrong(found)["K2"]


def test_all_rows_or_none(known):
    content = make.text(make.HEADINGS, make.row(1), make.row(2, kind="xx"))
    with pytest.raises(NotAllGood, match="Row 3"):
        make.imported(content)
    db.session.rollback()
    assert (count(Asset), count(AssetImport)) == (0, 1)


def test_only_the_good_ones(known):
    found = make.imported(make.text(make.HEADINGS, make.row(1), make.row(2, kind="xx"), make.row(3)), mode=Mode.GOOD)
    assert (found.counted, count(Asset)) == ({"new": 2, "error": 1}, 2)


def test_all_cannot_be_asked_for_while_a_row_is_wrong(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1), make.row(2, kind="xx")))
    with pytest.raises(Conflict):
        actions.ask_apply(found, mode=Mode.ALL, by=None)


def test_an_import_is_asked_for_once(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1)))
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    with pytest.raises(Conflict):
        actions.ask_apply(found, mode=Mode.ALL, by=None)


def test_when_the_registry_changed_meanwhile_nothing_is_imported_and_the_sheet_is_checked_anew(known):
    tag = make_assets.asset(serial_no="A-1", status=Status.IN_SERVICE).tag
    db.session.commit()
    found = make.checked(make.text(["Mã", "Vị trí", "Tình trạng", "Lý do"], [tag, "Kho", "Tạm ngừng sử dụng", "Hỏng"]))
    assert found.counted == {"changed": 1}
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    asset = only(Asset, tag=tag)
    asset.status = Status.DISPOSED
    db.session.commit()
    actions.apply(found, step=db.session.commit)
    db.session.commit()
    db.session.refresh(asset)
    assert (found.state, asset.location) == (ImportState.QUEUED, None)
    assert "nothing was imported" in found.problem


def test_nobody_imports_for_an_owner_they_may_not_write_for(known):
    stranger = person_by_email("stranger@example.vn")
    tag = make_assets.asset(serial_no="A-1").tag
    db.session.commit()
    rows = [["", *make.row(1)], ["", *make.row(2, owner=ELSEWHERE)], [tag, *make.row(3)]]
    found = make.checked(make.text(["Mã", *make.HEADINGS], *rows), by=stranger)
    assert [line.outcome for line in make.judged(found)] == ["error", "new", "error"]
    assert "roles" in make.wrong(found)["D2"]
    assert "no asset" in make.wrong(found)["A4"]


def test_who_may_write_for_nobody_brings_no_sheet(known):
    with pytest.raises(Forbidden):
        actions.upload(file_name="a.csv", content=b"x", locale="vi", by=person_by_email("inspector@example.vn"))


def test_a_component_of_a_set_is_put_into_it(known):
    tag = make_assets.asset(name="Bộ quả cân").tag
    db.session.commit()
    content = make.text([*make.HEADINGS, "Thuộc bộ (mã)"], [*make.row(1), tag], [*make.row(2), "0000-0000-000"])
    tried = make.checked(content)
    assert (tried.counted, count(Asset)) == ({"new": 1, "error": 1}, 1)
    make.imported(content, mode=Mode.GOOD)
    assert only(Asset, serial_no="S-00001").parent_tag == tag


def test_a_unit_that_is_not_known_is_taken_and_said(known):
    row = make.long_row(1)
    row[11] = "xyzzy"
    other = make.long_row(2)
    other[11] = "ki lô gam"
    found = make.checked(make.text(make.LONG, row, other, separator=";"))
    one, two = make.judged(found)
    assert (one.outcome, two.outcome) == ("new", "new")
    assert "“xyzzy” is not in the vocabulary" in notes_of(one)[0]
    assert two.changes["characteristics.0.unit"] == "kg"
    assert two.notes is None


def test_a_unit_that_was_kept_as_a_name_is_not_changed_by_its_symbol(known):
    described = [{"quantity": "khối lượng", "unit": "gam"}]
    tag = assets.register(kind=Kind.STANDARD, name="Cân", owner=CENTRE, characteristics=described, by=None).tag
    db.session.commit()
    content = make.text(["Mã", "Tên", "Đại lượng", "Đơn vị"], [tag, "Cân", "khối lượng", "gam"])
    assert make.checked(content).counted == {"unchanged": 1}


def test_a_status_changes_by_the_rules_of_every_door(known):
    tag = make_assets.asset(serial_no="A-1", status=Status.PLANNED).tag
    db.session.commit()
    found = make.checked(make.text(["Mã", "Tình trạng", "Vị trí"], [tag, "Đã thanh lý", "Kho"]))
    assert list(make.wrong(found)) == ["B2"]


def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(known):
    found = make.checked(b"khong co gi\n1\n")
    assert (found.state, found.counted) == (ImportState.REFUSED, {})
    assert "template" in found.problem


def test_a_check_begun_again_starts_cleanly(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1), make.row(2)))
    actions.check(found, step=db.session.commit)
    db.session.commit()
    assert (found.counted, len(make.judged(found))) == ({"new": 2}, 2)


def test_the_number_of_statements_grows_with_parts_and_not_with_rows(known):
    few = make.text(make.LONG, *(make.long_row(number) for number in range(5)), separator=";")
    many = make.text(make.LONG, *(make.long_row(number) for number in range(100, 500)), separator=";")

    def sent(content):
        with statements.sent() as found:
            make.imported(content)
        return len(found)

    assert sent(many) <= sent(few) + 5


def test_by_tag_is_the_asset_that_was_imported(known):
    found = make.imported(make.text(make.HEADINGS, make.row(1)))
    (line,) = make.judged(found)
    assert by_tag(person_by_email("keeper@example.vn"), line.tag).name == "Quả cân 1"
