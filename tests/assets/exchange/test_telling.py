"""What is told of rows: whole, beside the right cell, in the language of who reads."""

from registry.assets.exchange.telling import lines
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from registry.sheets.schemas import changes_of
from tests.make import sheets as make
from tests.people import CENTRE


def test_a_message_of_one_piece_stays_in_one_piece(known):
    headings = [*make.HEADINGS, "Chu kỳ hiệu chuẩn (tháng)"]
    found = make.checked(make.text(headings, [*make.row(1), "12,5"]))
    assert make.wrong(found) == {"H2": "Give a whole number from 1 to 600."}


def test_a_column_that_is_needed_and_missing_is_named(known):
    found = make.checked(make.text(["Tên", "Đơn vị sở hữu", "Đại lượng"], ["Cân", CENTRE, "khối lượng"]))
    (line,) = make.judged(found)
    unit = ("C2", "characteristics.0.unit", "khối lượng")
    assert [(error["cell"], error["field"], error["value"]) for error in line.errors] == [("", "kind", ""), unit]
    assert "no column “Loại / Kind”; add one" in make.wrong(found)[""]
    found = make.checked(make.text([*make.HEADINGS, "Đại lượng"], [*make.row(1), "khối lượng"]))
    assert "no column “Đơn vị 1 / Unit 1”" in make.wrong(found)["H2"]


def test_what_was_judged_in_one_language_is_read_in_another(known):
    rows = [["Cân", "xx", CENTRE, "31/02/2026", "12,5"], ["", "standard", CENTRE, "", ""]]
    headings = ["Tên", "Phân loại", "Đơn vị sở hữu", "Ngày sử dụng", "Chu kỳ hiệu chuẩn (tháng)"]
    found = make.checked(make.text(headings, *rows), locale="vi")
    english = make.wrong(found)
    assert english["D2"].startswith("There is no day “31/02/2026”")
    assert english["E2"] == "Give a whole number from 1 to 600."
    assert english["A3"] == "This is needed; please fill it in."
    with speaking("vi"):
        vietnamese = make.wrong(found)
    assert vietnamese.keys() == english.keys()
    assert vietnamese["D2"].startswith("Không có ngày")
    assert not set(vietnamese.values()) & set(english.values())


def test_why_a_file_was_refused_is_read_in_the_language_of_the_reader(known):
    found = make.checked(b"khong co gi\n1\n", locale="vi")
    db.session.expire_all()
    assert "use the template" in found.problem
    with speaking("vi"):
        db.session.expire_all()
        assert "hãy dùng tệp mẫu" in found.problem


def test_a_new_row_tells_every_value_as_it_was_read(known):
    (line,) = make.judged(make.checked(make.text(make.LONG, make.long_row(1), separator=";")))
    assert {name: new for name, (old, new) in changes_of(line).items() if old is None} == {
        "name": "Quả cân 1",
        "kind": "instrument",
        "owner": CENTRE,
        "manufacturer": "Mettler",
        "model": "F1",
        "serial_no": "S-00001",
        "location": "Phòng 1",
        "commissioned_on": "2026-01-31",
        "characteristics.0.quantity": "khối lượng",
        "characteristics.0.unit": "kg",
        "characteristics.0.range_low": "0",
        "characteristics.0.range_high": "1.5",
        "characteristics.0.mpe": "0.010",
        "schedules.calibration": 12,
        "schedules.verification": 24,
    }
    with speaking("vi"):
        told = {name: new for name, _old, new in lines(changes_of(line), "vi")}
    assert told["Phạm vi đo đến 1"] == "1,5"
    assert told["Đưa vào sử dụng từ"] == "31/01/2026"
    assert told["Loại"] == "Phương tiện đo"
