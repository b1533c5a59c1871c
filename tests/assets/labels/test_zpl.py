"""What a thermal printer gets is a picture it can unpack, with whole dots a module, and every code on it is read."""

import re

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from registry.assets import tags
from registry.assets.labels import drawing, layout, media, raster, zpl
from registry.assets.labels.layout import Content
from registry.assets.labels.media import Family
from registry.assets.labels.rules import Format, Part
from registry.kernel.errors import Invalid

BASE = "https://registry.example.vn"
THERMAL = [name for name, medium in media.MEDIA.items() if medium.family is Family.THERMAL]
FORMAT = re.compile(r"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS\^XZ\n")


def some(count: int) -> list[Content]:
    return [Content(tags.new(), "Cân đồng hồ lò xo", ("Hạn 31/12/2027", "SN 7")) for _label in range(count)]


def unpacked(data: str, across: int) -> list[str]:
    """The rows of hexadecimal digits, as a printer understands them."""
    rows: list[str] = []
    row, count = "", 0
    for sign in data:
        if sign == ":":
            rows.append(rows[-1])
        elif sign == ",":
            rows.append(row.ljust(across, "0"))
            row = ""
        elif sign in zpl.ONES:
            count += zpl.ONES.index(sign) + 1
        elif sign in zpl.TWENTIES:
            count += 20 * (zpl.TWENTIES.index(sign) + 1)
        else:
            row, count = row + sign * (count or 1), 0
            if len(row) == across:
                rows.append(row)
                row = ""
    return rows


def pictures(written: bytes) -> list[Image.Image]:
    found = []
    for width, height, total, sent, across, data in FORMAT.findall(written.decode("ascii")):
        dots = bytes.fromhex("".join(unpacked(data, 2 * int(across))))
        assert len(dots) == int(total) == int(sent) == int(across) * int(height)
        wide = Image.frombytes("1", (8 * int(across), int(height)), bytes(255 - byte for byte in dots))
        found.append(wide.crop((0, 0, int(width), int(height))))
    return found


@pytest.mark.parametrize("name", THERMAL)
def test_twenty_labels_are_read_from_their_dots(name):
    medium, labels = media.medium(name), some(20)
    look = drawing.look({"sheet": name, "show": list(Part)})
    printed = pictures(drawing.drawn(look, labels, BASE, format=Format.ZPL))
    assert [picture.size for picture in printed] == [
        (round(medium.width / medium.dot), round(medium.height / medium.dot))
    ] * 20
    read = [tags.parse(zxingcpp.read_barcodes(picture)[0].text) for picture in printed]
    assert read == [label.tag for label in labels]


@pytest.mark.parametrize("name", THERMAL)
def test_every_module_has_the_same_whole_number_of_dots(name):
    medium = media.medium(name)
    arrangement, (label,) = layout.arrange(medium, BASE, 4), some(1)
    picture = raster.label(medium, arrangement, label, medium.dpi)
    symbol = arrangement.codes.symbol(label.tag)
    dots = round(arrangement.module / medium.dot)
    room = arrangement.code
    around = (room.width / medium.dot - symbol.side * dots) / 2
    left, top = round(room.x / medium.dot + around), round(room.y / medium.dot + around)
    for x in range(symbol.side * dots):
        for y in range(symbol.side * dots):
            assert (picture.getpixel((left + x, top + y)) == 0) is symbol.is_dark(x // dots, y // dots)


@given(rows=st.lists(st.text("0F7", min_size=8, max_size=8) | st.sampled_from(["0" * 8, "F" * 8]), max_size=12))
def test_packing_loses_nothing(rows):
    assert unpacked(zpl.packed(rows), 8) == rows


def test_long_runs_are_counted():
    for length in (1, 2, 19, 20, 21, 400, 419, 420, 1000):
        row = "F" * length
        assert unpacked(zpl.packed([row]), length) == [row]


def test_zpl_is_for_thermal_rolls_only():
    for sheet in ("a4-3x8", "tape-62"):
        look = drawing.look({"sheet": sheet, "show": list(Part)})
        with pytest.raises(Invalid):
            drawing.drawn(look, some(1), BASE, format=Format.ZPL)


def test_no_labels_are_no_file():
    with pytest.raises(Invalid):
        drawing.drawn(drawing.look({"sheet": "a4-3x8", "show": []}), [], BASE, format=Format.PDF)


def test_a_sheet_has_no_place_beyond_its_last():
    assert drawing.look({"sheet": "a4-3x8", "show": [], "start": 24}).skip == 23
    with pytest.raises(Invalid):
        drawing.look({"sheet": "a4-3x8", "show": [], "start": 25})


@pytest.mark.parametrize("name", ["a4-3x8", "tape-24", "thermal-10x10-203"])
def test_the_picture_of_the_first_page_shows_its_labels(name):
    labels = some(3)
    look = drawing.look({"sheet": name, "show": list(Part)})
    picture = drawing.preview(look, labels[: look.medium.per_page], BASE)
    assert picture.startswith(b"\x89PNG")
