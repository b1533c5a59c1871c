"""Whether an item is of what a line of a scope names, as a metrologist reads both."""

import pytest

from registry.labs.scope.measurands import belongs

CASES = [
    # what the line says; what the item, or its type, is called; whether it belongs to that
    ("Thước cặp, panme", "Thước cặp điện tử 150 mm", True),
    ("Thước cặp, panme", "Panme đo ngoài 0-25 mm", True),
    ("Thước vặn đo ngoài (Panme)", "Panme 0 - 25", True),
    ("Thước cặp, panme", "Thước cuộn 5 m", False),
    ("Cân phân tích, cân kỹ thuật", "Cân phân tích AB204", True),
    ("Cân phân tích, cân kỹ thuật", "CÂN KỸ THUẬT 3 kg", True),
    ("Cân phân tích, kỹ thuật", "Cân kỹ thuật 3 kg", True),  # the first word is not said again
    ("Cân", "Cân ô tô 80 t", True),
    ("Cân phân tích", "Cân", None),  # which of them is not said
    ("Cân phân tích", "Cân ô tô 80 t", None),  # another kind of scales, which no word says for certain
    ("Cân", "Bộ quả cân F1", False),
    ("Quả cân", "Bộ quả cân chuẩn F1 (1 mg đến 20 kg)", True),
    ("Quả cân cấp chính xác E2, F1", "Bộ quả cân F1", True),
    ("Các loại áp kế", "Đồng hồ đo áp suất 0-16 bar", True),
    ("Áp kế kiểu lò xo và hiện số", "Áp kế hiện số 10 bar", True),
    ("Áp kế kiểu lò xo và hiện số", "Áp kế lò xo", True),
    ("Áp kế kiểu lò xo và hiện số", "Áp kế chuẩn kiểu píttông", None),
    ("Áp kế", "Huyết áp kế lò xo", False),
    ("Nhiệt kế hiện số, tủ nhiệt", "Nhiệt kế hiện số testo", True),
    ("Nhiệt kế hiện số, tủ nhiệt", "Tủ nhiệt Memmert", True),
    ("Nhiệt kế hiện số, tủ nhiệt", "Nhiệt kế thủy tinh", None),
    ("Thiết bị đo điện trở", "Máy đo điện trở đất", True),
    ("Pressure gauges", "Áp kế lò xo", True),
    ("Water meter", "Đồng hồ nước lạnh cơ khí DN15", True),
    ("Thiết bị quang phổ", "AB204", None),
    ("…", "Cân", None),
]


@pytest.mark.parametrize(("line", "item", "expected"), CASES)
def test_an_item_belongs_to_what_a_line_names(line, item, expected):
    assert belongs(line, [item]) is expected


def test_the_name_of_the_type_tells_what_that_of_the_item_does_not():
    assert belongs("Cân phân tích", ["AB204-S", "Cân phân tích", "Analytical balance"]) is True
    assert belongs("Thước cặp", ["Số 3", "Thước cuộn"]) is None  # one of the names might be that of a caliper
    assert belongs("Cân", []) is None
