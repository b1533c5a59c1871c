"""The other ways to a status page: a photo the server reads, a tag typed by hand, and a browser without a camera."""

import re
from io import BytesIO

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from registry.assets import tags
from registry.assets.labels import single as labels

BASE = "http://127.0.0.1:8000"
TABLE = (171, 152, 133)
# Where a phone held askew finds the corners of the picture: left top, left bottom, right bottom, right top.
ASKEW = ((-60, -40), (-10, 1290), (1350, 1230), (1240, -90))


def photo(text: Image.Image) -> bytes:
    """A photo of a label: turned by 23 degrees, seen askew, a little unsharp, as a JPEG of a cheap phone."""
    sticker = text.convert("RGB").resize((700, 700)).rotate(23, expand=True, fillcolor=TABLE)
    scene = Image.new("RGB", (1280, 1200), TABLE)
    scene.paste(sticker, ((scene.width - sticker.width) // 2, (scene.height - sticker.height) // 2))
    seen = scene.transform(scene.size, Image.Transform.PERSPECTIVE, coefficients(scene.size), fillcolor=TABLE)
    stream = BytesIO()
    seen.filter(ImageFilter.GaussianBlur(1.2)).save(stream, "JPEG", quality=72)
    return stream.getvalue()


def coefficients(size: tuple[int, int]) -> list[float]:
    """The eight numbers of the projective map that takes the corners of a picture to ASKEW."""
    width, height = size
    corners = ((0, 0), (0, height), (width, height), (width, 0))
    rows = []
    for (x, y), (u, v) in zip(corners, ASKEW, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return solved([[float(number) for number in row] for row in rows])


def solved(rows: list[list[float]]) -> list[float]:
    """The solution of linear equations, each row ending with its right-hand side (Gauss and Jordan, with pivots)."""
    for step in range(len(rows)):
        pivot = max(range(step, len(rows)), key=lambda row: abs(rows[row][step]))
        rows[step], rows[pivot] = rows[pivot], rows[step]
        rows[step] = [number / rows[step][step] for number in rows[step]]
        for other in range(len(rows)):
            if other != step:
                factor = rows[other][step]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[step], strict=True)]
    return [row[-1] for row in rows]


def upload(page: Page, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": content}
    )


def test_a_photo_taken_askew_is_read_by_the_server(visit, demonstration):
    tag = demonstration("AX224-55")
    page = visit("/scan", locale="en")
    upload(page, photo(Image.open(BytesIO(labels.png(BASE, tag)))))
    page.wait_for_url(re.compile(f"/s/{tag}$"))
    expect(page.locator("h1")).to_have_text("Must not be used")
    expect(page.locator(".verdict-why li").first).to_have_attribute("data-code", "quarantined")


def test_a_photo_without_a_label_is_answered_with_what_to_do(visit, demonstration):
    page = visit("/scan", locale="en")
    upload(page, photo(Image.new("L", (300, 300), 210)))
    expect(page.locator("[data-why]")).to_have_attribute("data-why", "unreadable")
    expect(page.locator("[name=tag]")).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_visible()


@pytest.mark.parametrize("typed", [tags.grouped, str.lower, lambda tag: f" {tag[:3]} {tag[3:]} "])
def test_a_typed_tag_is_forgiven(visit, demonstration, typed):
    tag = demonstration("HAK-2210")
    page = visit("/scan", locale="vi")
    page.locator("[name=tag]").fill(typed(tag))
    page.locator("[name=tag]").press("Enter")
    page.wait_for_url(re.compile(f"/s/{tag}$"))
    expect(page.locator("[data-fit]")).to_have_attribute("data-fit", "yes")


def test_a_mistyped_tag_stays_in_its_field(visit, demonstration):
    tag = demonstration("HAK-2210")
    mistyped = tag[:-1] + ("0" if tag[-1] != "0" else "1")
    page = visit("/", locale="vi")
    page.locator("[name=tag]").fill(mistyped)
    page.locator("[name=tag]").press("Enter")
    expect(page.locator("[data-why]")).to_have_attribute("data-why", "mistyped")
    expect(page.locator("[name=tag]")).to_have_value(mistyped)


def test_without_a_camera_the_page_says_so_and_the_other_ways_remain(visit, demonstration):
    page = visit("/scan", locale="en")
    expect(page.locator("[data-says]")).to_have_text("No camera can be used here. Use a photo or type the tag below.")
    expect(page.locator("input[type=file]")).to_be_visible()
    expect(page.locator("[name=tag]")).to_be_visible()
