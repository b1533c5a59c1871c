"""Data sheets of reference materials and software versions in sheets: in, out, and taken back."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from registry.assets import actions as assets
from registry.assets.exchange import actions, exporting
from registry.assets.materials import actions as materials
from registry.assets.materials.models import CertifiedValue, Material
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.assets.software import actions as software
from registry.assets.software.models import InstalledSoftware
from registry.assets.software.rules import SoftwareKind
from registry.kernel.db import db
from registry.sheets.models import Form, ImportState
from tests.make import sheets as make
from tests.people import CENTRE

HEADINGS = (
    *("Tên", "Phân loại", "Đơn vị sở hữu", "Số lô", "Nhà sản xuất chất chuẩn", "Hạn dùng", "Ngày mở"),
    *("Đại lượng được chứng nhận", "Giá trị chứng nhận", "Đơn vị của giá trị chứng nhận"),
    *("Độ không đảm bảo đo mở rộng U", "Hệ số phủ k", "Lượng còn lại", "Đơn vị lượng còn lại"),
    *("Phiên bản firmware", "Phiên bản phần mềm"),
)
SAID = ("NIST", "30/06/2027", "15/01/2026", "pH ở 25 °C", "6,865", "pH", "0,005", "2", "250", "mililít", "", "")


def material(name="Dung dịch pH", *, kind="Chất chuẩn", **changes):
    said = dict(zip(HEADINGS[4:], SAID, strict=True)) | changes
    return [name, kind, CENTRE, "L-1", *said.values()]


def sheet(*rows):
    return make.text(HEADINGS, *rows, separator=";")


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def undone(found):
    actions.ask_undo(found, by=None)
    actions.undo(found, step=db.session.commit)
    db.session.commit()
    db.session.expire_all()
    return found.state


def test_a_material_comes_in_with_its_data_sheet_and_is_taken_back_whole(known):
    content = sheet(material(), ["Cân", "Phương tiện đo", CENTRE, *[""] * 11, "2.10", "2026.1"])
    tried = make.checked(content)
    assert (tried.counted, make.wrong(tried), count(Material), count(InstalledSoftware)) == ({"new": 2}, {}, 0, 0)
    line = make.judged(tried)[0]
    assert line.changes["material.certified.value"] == "6.865"
    assert line.changes["material.unit"] == "mL"
    done = make.imported(content)
    held = db.session.scalars(select(Material)).one()
    assert (held.producer, held.expires_on, held.opened_on) == ("NIST", date(2027, 6, 30), date(2026, 1, 15))
    assert (held.quantity, held.remaining, held.unit) == (Decimal(250), Decimal(250), "mL")
    (value,) = held.certified_values
    assert (value.property, value.value, value.unit) == ("pH ở 25 °C", Decimal("6.865"), "pH")
    assert (value.expanded_uncertainty, value.coverage_factor) == (Decimal("0.005"), Decimal(2))
    asset = db.session.scalars(select(Asset).filter_by(name="Dung dịch pH")).one()
    assert (asset.expires_on, asset.lot_no) == (date(2027, 6, 30), "L-1")
    installed = {one.kind: one.version for one in db.session.scalars(select(InstalledSoftware))}
    assert installed == {SoftwareKind.FIRMWARE: "2.10", SoftwareKind.SOFTWARE: "2026.1"}
    assert undone(done) is ImportState.UNDONE
    assert [count(table) for table in (Asset, Material, CertifiedValue, InstalledSoftware)] == [0, 0, 0, 0]


@pytest.fixture
def drawn(known):
    """A material of which some was taken, with a second certified value and what sheets do not say."""
    asset = assets.register(kind=Kind.REFERENCE_MATERIAL, name="Khí chuẩn", owner=CENTRE, by=None)
    values = [
        {"property": name, "value": Decimal(value), "unit": "[ppm]", "expanded_uncertainty": Decimal("0.10")}
        for name, value in (("CO", "100.0"), ("SO2", "50"))
    ]
    said = {"producer": "=NMI", "storage": "Khô", "quantity": Decimal("500.50"), "unit": "mL"}
    materials.describe(asset, **said, certified_values=values, by=None)
    materials.draw(asset, amount=Decimal("0.1"), unit="L", by=None)
    software.install(asset, kind=SoftwareKind.FIRMWARE, version="1.10", since_on=date(2026, 1, 1), by=None)
    software.install(asset, kind=SoftwareKind.FIRMWARE, version="1.2", since_on=date(2026, 2, 1), by=None)
    db.session.commit()
    return asset


@pytest.mark.parametrize("form", list(Form))
def test_an_export_of_materials_and_software_is_imported_again_unchanged(drawn, form):
    content, _count = exporting.exported(form, {}, locale="vi", by=None)
    found = make.checked(content)
    assert {line.name: line.changes for line in make.judged(found) if line.changes} == {}
    assert found.counted == {"unchanged": 1}


def test_what_is_changed_keeps_what_is_not_said_and_goes_back(drawn):
    headings = ["Mã", "Lượng còn lại", "Giá trị chứng nhận", "Firmware", "Hạn dùng", "Nhà sản xuất chất chuẩn"]
    found = make.imported(make.text(headings, [drawn.tag, "300,5", "99,5", "1.3", "2027-01-01", "-"], separator=";"))
    db.session.expire_all()
    held = db.session.get_one(Material, drawn.id)
    assert (held.remaining, held.quantity, held.storage, held.producer) == (
        Decimal("300.5"),
        Decimal("400.5"),
        "Khô",
        None,
    )
    assert [(one.property, one.value) for one in held.certified_values] == [
        ("CO", Decimal("99.5")),
        ("SO2", Decimal(50)),
    ]
    assert (drawn.expires_on, held.expires_on) == (date(2027, 1, 1), date(2027, 1, 1))
    assert count(InstalledSoftware) == 3
    assert undone(found) is ImportState.UNDONE
    held = db.session.get_one(Material, drawn.id)
    assert (held.remaining, held.quantity, held.producer) == (Decimal("400.50"), Decimal("500.50"), "=NMI")
    assert held.certified_values[0].value == Decimal("100.0")
    assert (drawn.expires_on, held.expires_on, count(InstalledSoftware)) == (None, None, 2)


def test_a_data_sheet_that_nobody_had_filled_in_is_gone_after_it_is_taken_back(known):
    asset = assets.register(kind=Kind.INSTRUMENT, name="pH", owner=CENTRE, lot_no="L-1", by=None)
    db.session.commit()
    headings = ["Mã", *HEADINGS]
    found = make.imported(make.text(headings, [asset.tag, *material("pH")], separator=";"))
    db.session.expire_all()
    assert (asset.kind, count(Material)) == (Kind.REFERENCE_MATERIAL, 1)
    assert undone(found) is ImportState.UNDONE
    assert (asset.kind, count(Material), count(CertifiedValue)) == (Kind.INSTRUMENT, 0, 0)


def test_a_later_draw_stands_in_the_way_of_taking_back(known):
    found = make.imported(sheet(material()))
    asset = db.session.scalars(select(Asset)).one()
    materials.draw(asset, amount=Decimal(1), by=None)
    db.session.commit()
    with pytest.raises(Exception, match="cannot be undone"):
        actions.ask_undo(found, by=None)


@pytest.mark.parametrize(
    ("changes", "cell", "says"),
    [
        ({"kind": "Phương tiện đo"}, "E2", "Only a reference material"),
        ({"Ngày mở": "31/12/2030"}, "G2", "in the future"),
        ({"Hệ số phủ k": "0,5"}, "L2", "at least 1"),
        ({"Đơn vị của giá trị chứng nhận": ""}, "J2", "fill in all three"),
        ({"Lượng còn lại": "-5"}, "M2", "less than nothing"),
        ({"Đơn vị lượng còn lại": ""}, "N2", "unit of the quantity"),
        ({"Giá trị chứng nhận": "abc"}, "I2", "not a decimal number"),
        ({"Hạn dùng": "31/02/2027"}, "F2", "no day"),
    ],
)
def test_what_is_wrong_in_a_data_sheet_is_told_beside_its_cell(known, changes, cell, says):
    found = make.checked(sheet(material(**changes)))
    wrong = make.wrong(found)
    assert found.counted == {"error": 1}
    assert says in wrong[cell]
    assert count(Material) == 0


def test_a_version_cannot_be_emptied(drawn):
    found = make.checked(make.text(["Mã", "Firmware", "Tên"], [drawn.tag, "-", "Khí chuẩn"]))
    assert list(make.wrong(found)) == ["B2"]
