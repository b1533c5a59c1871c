"""What is exported is imported again unchanged, and nothing in it is run by a spreadsheet."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from python_calamine import load_workbook
from sqlalchemy import delete, select

from registry.accounts.queries import person_by_email
from registry.assets import actions as assets
from registry.assets.exchange import actions, exporting, template
from registry.assets.exchange.checking import part_of
from registry.assets.exchange.columns import all_columns, vocabulary
from registry.assets.exchange.holdings import Owners
from registry.assets.labels import actions as labelling
from registry.assets.labels.rules import Revocation
from registry.assets.models import Asset, Characteristic, Schedule
from registry.assets.rules import Kind, ScheduleKind, StandardClass, Status
from registry.assets.schedules import every
from registry.assets.tags import LENGTH
from registry.kernel import units
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.db import db
from registry.kernel.text import says_none
from registry.sheets.columns import Reading
from registry.sheets.headings import table
from registry.sheets.models import Form
from registry.sheets.numbers import Style
from registry.sheets.reading import Reader
from registry.sheets.tables import tables
from registry.sheets.template import GUIDE, LISTS, example
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import sheets as make
from tests.make import types as make_types
from tests.people import CENTRE, ELSEWHERE

AWKWARD = (
    "=1+1",
    "'quoted'",
    "'=1",
    "-5 °C",
    "-",
    "–",
    "+84 123",
    "@SUM(A1)",
    "Đồng hồ “nước” lạnh",
    'a "b", c; d',
    "12345",
    "0012",
    "1.500",
    "31/01/2026",
    "http://example.vn",
    "TRUE",
    "1E5",
)
DECIMALS = ("1.500", "0.10", "1234.56", "-40", "0.000005", "12345678901234567.123", "100", "0")
FORMS = pytest.mark.parametrize("form", list(Form))


def register(number, **said):
    usual = {"kind": Kind.STANDARD, "name": f"Quả cân {number}", "owner": CENTRE, "serial_no": f"S-{number}"}
    return assets.register(**usual | said, by=None)


@pytest.fixture
def awkward(known):
    for number, text in enumerate(AWKWARD):
        register(number, name=text, serial_no=text, location=text, manufacturer=text)
    for number, value in enumerate(DECIMALS, 100):
        group = {"quantity": "khối lượng", "unit": "kg", "range_low": Decimal(value), "accuracy_class": "1.500"}
        register(number, characteristics=[group, group], commissioned_on=date(2020, 2, 29))
    register(
        200,
        standard_class=StandardClass.WORKING,
        status=Status.QUARANTINED,
        lot_no="007",
        schedules=[every(kind, Interval(13, unit)) for kind, unit in zip(ScheduleKind, IntervalUnit, strict=True)],
    )
    db.session.commit()


def exported(form, *, by=None, locale="vi", **filters):
    return exporting.exported(form, filters, locale=locale, by=by)


@FORMS
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_an_export_is_imported_again_unchanged(awkward, form, locale):
    content, count = exported(form, locale=locale)
    found = make.checked(content)
    assert {line.name: (line.changes, line.errors) for line in make.judged(found) if line.outcome != "unchanged"} == {}
    assert found.counted == {"unchanged": count}
    assert found.unread == []


@FORMS
def test_an_export_makes_the_same_assets_in_an_empty_registry(awkward, form):
    def described():
        held = db.session.scalars(select(Asset).order_by(Asset.name))
        return [
            (
                *(
                    one.name,
                    None if says_none(one.serial_no or "") else one.serial_no,
                    one.location,
                    one.manufacturer,
                    one.status,
                    one.lot_no,
                ),
                *(one.commissioned_on, one.standard_class),
                [(str(part.range_low), part.unit) for part in one.characteristics],
                sorted(part.kind for part in one.required_schedules),
            )
            for one in held
        ]

    before, (content, _count) = described(), exported(form)
    for emptied in (Characteristic, Schedule, Asset):
        db.session.execute(delete(emptied))
    db.session.commit()
    db.session.expunge_all()
    lines = [cells for _number, cells in table(tables(content, form), vocabulary()).rows]
    headings = [column.heading for column in exporting.all_columns(2) if column.key != "status_reason"]
    again = [[None if place == 0 else cell for place, cell in enumerate(cells)] for cells in lines]
    assert again
    cleared = make.workbook(headings, *again) if form is Form.XLSX else None
    if cleared is None:
        text = content.decode("utf-8-sig").splitlines(keepends=True)
        parsed = list(csv.reader(io.StringIO("".join(text), newline="")))
        cleared = make.text(parsed[0], *(["", *cells[1:]] for cells in parsed[1:]))
    found = make.checked(cleared)
    if form is Form.CSV:
        make.imported(cleared)
        assert described() == before
    else:
        assert found.counted.get("new", 0) >= len(before) - 4


@FORMS
def test_nothing_in_an_export_is_run(awkward, form):
    content, _count = exported(form)
    if form is Form.CSV:
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]
        numbers = set(DECIMALS)
        assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and cell not in numbers] == []
    else:
        sheet = make.unpacked(content, "xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
        assert "=1+1" in load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1]


@FORMS
def test_a_person_gets_what_the_list_shows(known, form):
    make_assets.asset(name="Cân ở trung tâm")
    make_assets.asset(name="Quả cân", kind=Kind.INSTRUMENT)
    make_assets.asset(name="Cân nơi khác", owner=ELSEWHERE)
    db.session.commit()
    keeper = person_by_email("keeper@example.vn")
    assert exported(form, by=keeper)[1] == 2
    assert exported(form, by=keeper, kind="instrument")[1] == 1
    assert exported(form, by=person_by_email("stranger@example.vn"))[1] == 1


@FORMS
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_template_is_understood_and_empty(known, form, locale):
    content = template.template(form, locale=locale, by=person_by_email("keeper@example.vn"))
    found = table(tables(content, form), vocabulary())
    assert found.unread == []
    assert {"tag", "name", "schedules.testing", "characteristics.2.mpe"} <= {
        column.key for _at, column in found.columns
    }
    assert list(found.rows) == []


def test_the_template_offers_choices_and_explains_in_both_languages(known):
    content = template.template(Form.XLSX, locale="vi", by=person_by_email("keeper@example.vn"))
    sheet = make.unpacked(content, "xl/worksheets/sheet1.xml").decode()
    assert sheet.count('type="list"') >= 4
    book = load_workbook(io.BytesIO(content))
    guide = [cell for row in book.get_sheet_by_name(GUIDE).to_python() for cell in row]
    assert {"Giải thích", "Explanation"} <= set(guide)
    lists = [cell for row in book.get_sheet_by_name(LISTS).to_python() for cell in row]
    assert {"Chuẩn đo lường", f"{CENTRE} – Trung tâm đo lường"} <= set(lists)
    assert not [cell for cell in lists if str(cell).startswith(ELSEWHERE)]


def offered_by(content, key):
    """What the drop-down of a column offers."""
    sheet = load_workbook(io.BytesIO(content)).get_sheet_by_name(LISTS)
    place = [column.key for column in all_columns(3)].index(key) - sheet.start[1]
    return [row[place] for row in sheet.to_python() if row[place]]


def test_types_are_offered_in_their_order(known):
    names = ["Ẩm kế", "Đồng hồ nước", "Cân phân tích", "Áp kế"]
    for number, name in enumerate(names):
        make_types.type_(f"THU-{number}", name_vi=name, name_en=f"Test {number}")
    db.session.commit()
    content = template.template(Form.XLSX, locale="vi", by=None)
    offered = offered_by(content, "instrument_type")
    assert [name for name in offered if name in names] == ["Ẩm kế", "Áp kế", "Cân phân tích", "Đồng hồ nước"]


def test_units_are_offered_as_the_vocabulary_writes_them_and_others_are_not_warned_of(known):
    content = template.template(Form.XLSX, locale="vi", by=None)
    keys = [column.key for column in all_columns(3) if column.key.endswith("unit")]
    assert {"characteristics.0.unit", "characteristics.2.unit", "material.unit"} <= set(keys)
    sheet = make.unpacked(content, "xl/worksheets/sheet1.xml").decode()
    for key in keys:
        offered = offered_by(content, key)
        assert offered == [unit.symbol for unit in units.suggestions()]
        assert all(units.parse(said) is not None for said in offered)
    rules = {rule[1]: rule[0] for rule in re.findall(r'<dataValidation ([^>]*?)promptTitle="([^"]*)"', sheet)}
    assert ("showErrorMessage" in rules["Đơn vị 1"], "showErrorMessage" in rules["Loại"]) == (False, True)


@pytest.mark.parametrize(("locale", "said"), [("vi", "Chủ sở hữu"), ("en", "Owner")])
def test_what_a_cell_asks_for_is_named_in_the_persons_language(known, locale, said):
    content = template.template(Form.XLSX, locale=locale, by=None)
    sheet = make.unpacked(content, "xl/worksheets/sheet1.xml").decode()
    titles = set(re.findall(r'promptTitle="([^"]*)"', sheet))
    names = {(column.vi if locale == "vi" else column.en)[:32] for column in all_columns(3)}
    assert (said in titles, titles <= names) == (True, True)


def test_a_type_that_is_not_in_force_is_not_offered(known):
    for name, day in (("Đang dùng", TODAY), ("Sắp có", TODAY + timedelta(days=1))):
        make_types.type_(f"THU-{day}", name_vi=name, name_en=name, versions=[make_types.version(valid_from=day)])
    db.session.commit()
    assert offered_by(template.template(Form.XLSX, locale="vi", by=None), "instrument_type") == ["Đang dùng"]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_every_example_and_every_choice_of_the_template_is_read(known, locale):
    person = person_by_email("keeper@example.vn")
    content = template.template(Form.XLSX, locale=locale, by=person)
    book = load_workbook(io.BytesIO(content))
    guide = {row[0].removesuffix(" *"): row[3] for row in book.get_sheet_by_name(GUIDE).to_python()}
    reader = Reader(Style(frozenset()), {"owner": Owners(person).known}, LENGTH)
    seen = set()
    for column in all_columns(1):
        said = guide[column.heading]
        assert said == example(column, locale)
        if said:
            loader, name = part_of(column.key)
            value = reader.value(column, said)
            assert column.key == "tag" or loader.value(name, value) is not None
            assert said not in {value for value, _vi, _en in column.choices}
            seen.add(column.reading)
    assert {Reading.CHOICE, Reading.NUMBER, Reading.DAY, Reading.MONTHS} <= seen
    mpe = guide["Sai số cho phép lớn nhất 1 / Maximum permissible error 1"]
    assert mpe == ("0,000005" if locale == "vi" else "0.000005")
    owner = next(column for column in all_columns(1) if column.key == "owner")
    assert [reader.value(owner, name) for name in offered_by(content, "owner")] == [CENTRE]


def test_old_files_are_forgotten(known, clock):
    actions.ask_export(form=Form.CSV, filters={}, locale="vi", by=person_by_email("keeper@example.vn"))
    make.kept(make.text(make.HEADINGS, make.row(1)))
    done = make.imported(make.text(make.HEADINGS, make.row(1)))
    db.session.commit()
    assert actions.forget_old() == 0
    clock(date(2026, 9, 1))
    assert actions.forget_old() == 2
    assert db.session.get(type(done), done.id) is not None


def test_what_stands_on_the_labels_is_exported_and_understood(known):
    whole, part = make_assets.asset(name="Bộ quả cân"), make_assets.asset(name="Quả cân")
    assets.edit(part, parent=whole.tag, by=None)
    labels = {
        tag: labelling.revoke(one, because=Revocation.LOST, by=None).tag
        for tag, one in ((whole.tag, whole), (part.tag, part))
    }
    db.session.commit()
    content, _count = exporting.exported(Form.CSV, {}, locale="vi", by=None)
    written = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    (tag, parent) = (next(name for name in written[0] if name.startswith(word)) for word in ("Mã nhãn", "Thuộc bộ"))
    assert [(row[tag], row[parent]) for row in written] == [
        (labels[whole.tag], ""),
        (labels[part.tag], labels[whole.tag]),
    ]
    assert make.checked(content).counted == {"unchanged": 2}
    old = make.text(["Mã", "Vị trí", "Thuộc bộ"], [part.tag, "Kho", whole.tag], [labels[part.tag], "Kho", ""])
    tried = make.checked(old)
    assert tried.counted == {"changed": 1, "error": 1}
    assert "Row 2 is about the same asset" in make.wrong(tried)["A3"]
