"""A label can be read by a camera, by people and by a screen reader, and is the same each time."""

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from registry.assets import tags
from registry.assets.labels import single as labels

BASE = "https://registry.example.vn"
TAG = "7KQ2M3XA9R" + tags.check_character("7KQ2M3XA9R")
NAME = 'Đồng hồ nước lạnh "DN15" <cấp 2> & phụ kiện đi kèm của Trung tâm đo lường tỉnh'
SVG = "{http://www.w3.org/2000/svg}"


def decoded(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def drawn(path: str, side: int) -> Image.Image:
    """The picture that the path of a label draws: squares of one module, rows of runs."""
    picture = Image.new("1", (side, side), 1)
    for step in path.removesuffix("z").split("z"):
        start, _h, run = step.partition("h")
        x, y = (int(number) for number in start.removeprefix("M").split())
        for column in range(int(run.partition("v")[0])):
            picture.putpixel((x + column, y), 0)
    return picture.resize((side * 4, side * 4), Image.Resampling.NEAREST)


def test_the_png_decodes_to_the_address_in_upper_case():
    picture = Image.open(BytesIO(labels.png(BASE, TAG)))
    assert picture.mode == "1"
    assert decoded(picture) == [f"HTTPS://REGISTRY.EXAMPLE.VN/S/{TAG}"]


def test_the_svg_draws_the_same_code():
    tree = ET.fromstring(labels.svg(BASE, TAG, NAME))  # noqa: S314 — our own drawing
    paths = [path.get("d") for path in tree.iter(f"{SVG}path")]
    side = len(labels.matrix(BASE, TAG))
    assert decoded(drawn(str(paths[-1]), side)) == [tags.address(BASE, TAG)]


def test_the_svg_says_tag_and_name_also_to_a_screen_reader():
    tree = ET.fromstring(labels.svg(BASE, TAG, NAME))  # noqa: S314 — our own drawing
    texts = [text.text for text in tree.iter(f"{SVG}text")]
    assert texts[0] == tags.grouped(TAG)
    assert texts[1] == "Đồng hồ nước lạnh"
    assert str(texts[-1]).endswith("…")
    assert tree.findtext(f"{SVG}title") == tags.grouped(TAG)
    assert tree.findtext(f"{SVG}desc") == NAME


@pytest.mark.parametrize("name", ["", "X" * 200, "a b " * 50, "  "])
def test_a_name_never_takes_more_than_two_lines(name):
    tree = ET.fromstring(labels.svg(BASE, TAG, name))  # noqa: S314 — our own drawing
    assert len(list(tree.iter(f"{SVG}text"))) <= 3


def test_the_quiet_zone_is_four_modules_on_each_side_and_nothing_is_drawn_in_it():
    modules = labels.matrix(BASE, TAG)
    edges = [modules[place] for place in (0, 1, 2, 3, -1, -2, -3, -4)]
    edges += [[row[place] for row in modules] for place in (0, 1, 2, 3, -1, -2, -3, -4)]
    assert not any(any(edge) for edge in edges)
    assert any(modules[4])
    picture = Image.open(BytesIO(labels.png(BASE, TAG)))
    side = len(modules) * labels.PNG_SCALE
    beneath = picture.crop((0, side - 4 * labels.PNG_SCALE, side, side))
    assert beneath.getextrema() == (255, 255)


def test_the_code_stays_in_alphanumeric_mode():
    assert QRData(tags.address(BASE, TAG)).mode == MODE_ALPHA_NUM
    code = QRCode()
    code.add_data(tags.address(BASE, TAG))
    assert [part.mode for part in code.data_list] == [MODE_ALPHA_NUM]


def test_the_same_label_is_the_same_bytes():
    assert labels.png(BASE, TAG) == labels.png(BASE, TAG)
    assert labels.svg(BASE, TAG, NAME) == labels.svg(BASE, TAG, NAME)
