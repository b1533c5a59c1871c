"""Photos taken with a phone: made smaller before they are sent, shown upright and at once, on a page that stays put."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from registry.app import MAX_UPLOAD
from tests.make import assets as make_assets
from tests.make import files as make

CAMERA = "input[capture]"
A_WHILE = 60_000  # milliseconds


@pytest.fixture
def page_of(people, arrange) -> str:
    with arrange():
        return f"/assets/{make_assets.asset().tag}"


def grainy(side: tuple[int, int]) -> bytes:
    """A photo that hardly shrinks, held sideways."""
    exif = Image.Exif()
    exif[make.ORIENTATION] = 6
    noise = Image.effect_noise(side, 90).convert("RGB")
    return make.written(noise, exif=exif, quality=98)


def take(page: Page, photo: Path) -> None:
    with page.expect_navigation(timeout=A_WHILE):
        page.locator(CAMERA).set_input_files(photo, timeout=A_WHILE)


def test_a_photo_larger_than_the_server_takes_is_made_smaller_and_hangs_there(visit, keeper, page_of, tmp_path):
    photo = tmp_path / "IMG_1.jpg"
    photo.write_bytes(grainy((4400, 3300)))
    assert photo.stat().st_size > MAX_UPLOAD
    page = visit(page_of, by=keeper)
    take(page, photo)
    expect(page.locator(".photo img")).to_have_count(1)
    small = page.locator(".photo img")
    small.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.photo img').naturalWidth > 0")
    assert small.evaluate("image => image.naturalWidth < image.naturalHeight")
    (told,) = keeper.get(f"/api/v1{page_of}/files").json["items"]
    assert (told["width"], told["height"]) == (1920, 2560)


def test_a_small_photo_is_sent_as_it_is_and_opens_on_its_own(visit, keeper, page_of, tmp_path):
    (tmp_path / "IMG_2.jpg").write_bytes(make.photo())
    page = visit(page_of, by=keeper)
    take(page, tmp_path / "IMG_2.jpg")
    page.locator(".photo > a").first.click()
    expect(page.locator("img")).to_have_count(1)
    got = keeper.pages.get(page.url.partition("/assets")[1] + page.url.partition("/assets")[2])
    assert Image.open(BytesIO(got.data)).size == (640, 480)


def test_what_is_too_large_to_send_is_said_before_it_is_sent(visit, keeper, page_of, tmp_path):
    (tmp_path / "a.pdf").write_bytes(make.PDF + bytes(15_500_000))
    page = visit(f"{page_of}/files/new", by=keeper, locale="en")
    page.locator("input[type=file]").set_input_files(tmp_path / "a.pdf", timeout=A_WHILE)
    expect(page.locator("[data-photo-fault]")).to_contain_text("lớn hơn 15 MB")
    assert not page.locator("input[type=file]").evaluate("input => input.validity.valid")


SLOW = """() => {
  const small = new Promise((done) => (window.go = done));
  const drawn = createImageBitmap;
  window.createImageBitmap = async (...said) => (await small, drawn(...said));
}"""


def test_what_is_pressed_while_a_photo_is_made_smaller_is_sent_afterwards_and_told_where_it_hangs(
    visit, keeper, page_of, tmp_path
):
    (tmp_path / "a.png").write_bytes(make.written(make.scene((640, 480)), "PNG"))
    page = visit(f"{page_of}/files/new", by=keeper, locale="en")
    page.evaluate(SLOW)
    page.locator("input[type=file]").set_input_files(tmp_path / "a.png")
    button = page.locator("main form button:not([type])")
    expect(button).to_have_text("Đang thu nhỏ ảnh…")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    with page.expect_navigation():
        page.evaluate("window.go()")
    expect(page.locator(".photo img")).to_have_count(1)
    expect(page.locator(".flashes")).to_contain_text("Đã thêm.")
    expect(page.locator(".flashes")).to_be_in_viewport()
