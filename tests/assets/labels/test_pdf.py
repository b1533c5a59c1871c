"""Sheets are true to size, drawn as outlines and letters, small, and every code on them is read from a coarse print."""

import re
import zlib
from collections import Counter

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp

from registry.assets import tags
from registry.assets.labels import layout, media, pdf
from registry.assets.labels.layout import Content

BASE = "https://registry.example.vn"
COARSE_DPI = 203
NAME = "Đồng hồ nước lạnh ±0,5 kΩ"
PARTS = 5
# Letters in a row can look like a bar code, which is not what a label carries.
SQUARE = [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix]


def some(count: int) -> list[Content]:
    others = ("Hạn 31/12/2027", "SN AB-0012", "Trung tâm đo lường")
    return [Content(tags.new(), f"{NAME} {number}", others) for number in range(count)]


def made(name: str, labels: list[Content], skip: int = 0) -> bytes:
    medium = media.medium(name)
    return pdf.document(medium, layout.arrange(medium, BASE, PARTS), labels, title="Labels", skip=skip)


def read(page: pypdfium2.PdfPage) -> list[str]:
    picture = page.render(scale=COARSE_DPI / 72, grayscale=True).to_pil()
    return [tags.parse(code.text) for code in zxingcpp.read_barcodes(picture, formats=SQUARE)]


@pytest.mark.parametrize("name", media.MEDIA)
def test_twenty_labels_are_read_from_a_coarse_print(name):
    labels = some(20)
    found = Counter(tag for page in pypdfium2.PdfDocument(made(name, labels)) for tag in read(page))
    assert found == Counter(label.tag for label in labels)


@pytest.mark.parametrize("name", media.MEDIA)
def test_pages_have_their_true_size(name):
    medium = media.medium(name)
    document = pypdfium2.PdfDocument(made(name, some(medium.per_page + 1)))
    assert len(document) == 2
    width, height = document[0].get_size()
    assert (width / pdf.POINT, height / pdf.POINT) == pytest.approx(medium.page, abs=0.01)


def test_a_code_is_where_and_as_large_as_the_arrangement_says():
    medium = media.medium("a4-5x13")
    arrangement = layout.arrange(medium, BASE, PARTS)
    page = pypdfium2.PdfDocument(made("a4-5x13", some(1)))[0]
    (path,) = [thing for thing in page.get_objects() if thing.type == pdfium.FPDF_PAGEOBJ_PATH]
    left, bottom, right, top = (edge / pdf.POINT for edge in path.get_bounds())
    side = arrangement.codes.side * arrangement.module
    assert (right - left, top - bottom) == pytest.approx((side, side), abs=0.02)
    quiet = (arrangement.code.width - side) / 2
    x, y = medium.place(0)
    assert left == pytest.approx(x + arrangement.code.x + quiet, abs=0.02)
    assert media.A4[1] - top == pytest.approx(y + arrangement.code.y + quiet, abs=0.02)


def test_a_partly_used_sheet_is_begun_where_it_is_free():
    document = pypdfium2.PdfDocument(made("a4-3x8", some(4), skip=22))
    assert [len(read(page)) for page in document] == [2, 2]


def test_there_are_only_outlines_and_letters():
    page = pypdfium2.PdfDocument(made("a4-3x8", some(24)))[0]
    kinds = Counter(thing.type for thing in page.get_objects())
    assert kinds.keys() == {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_TEXT}
    assert kinds[pdfium.FPDF_PAGEOBJ_PATH] == 24


def test_letters_can_be_copied_and_their_fonts_are_embedded():
    written = made("a4-2x4", some(8))
    text = pypdfium2.PdfDocument(written)[0].get_textpage().get_text_range()
    assert "Đồng hồ nước" in text
    assert "kΩ" in text
    fonts = re.findall(rb"/BaseFont /([A-Z+a-zA-Z-]+)", written)
    assert {name.partition(b"+")[2] for name in fonts} >= {b"BeVietnamPro-Regular", b"BeVietnamPro-Bold", b"DejaVuSans"}
    assert len(re.findall(rb"/FontFile2 ", written)) == len(set(fonts))


@pytest.mark.parametrize("name", [name for name in media.MEDIA if name.startswith("a4")])
def test_a_page_takes_at_most_ten_kilobytes(name):
    pages = 20
    written = made(name, some(pages * media.medium(name).per_page))
    fonts = sum(len(stream) for stream in re.findall(rb"/Length1 .*?stream\n(.*?)endstream", written, re.DOTALL))
    assert (len(written) - fonts) / pages <= pdf.PAGE_BYTES
    assert fonts < 100_000


def test_the_same_labels_are_the_same_bytes():
    labels = some(3)
    assert made("a4-3x8", labels) == made("a4-3x8", labels)


def test_a_text_that_would_end_a_string_does_not():
    label = Content(tags.new(), r"Bộ (quả cân\) \ 1 kg", ("SN )(",))
    text = pypdfium2.PdfDocument(made("a4-2x4", [label]))[0].get_textpage().get_text_range()
    assert "(quả cân\\)" in text
    assert "SN )(" in text


def test_pages_that_grow_are_pressed_harder():
    content = bytes(range(256)) * 4000
    assert len(pdf._pressed(content)) <= len(zlib.compress(content, pdf.QUICK))  # noqa: SLF001
