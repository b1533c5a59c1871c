"""The browser of this machine, and the film a pretended camera shows."""

import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

REMEDY = "install Chromium (Debian: apt-get install chromium-headless-shell), or name its executable in CHROMIUM"
# The first has no windows to draw pages into, which takes half the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # it finds nobody but us
)
FILM_SIZE = (640, 480)
FILM_FRAMES = 10


def executable() -> str | None:
    """The path of a Chromium: the one named in CHROMIUM, else the first on the PATH."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def camera_arguments(film: Path) -> tuple[str, ...]:
    """What makes Chromium show a film where the camera's picture would be, without asking."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def film_of(picture: Image.Image, path: Path) -> Path:
    """Write a picture as an endless film (YUV4MPEG2, grey), in the middle of a white table."""
    table = Image.new("L", FILM_SIZE, 255)
    small = picture.convert("L")
    small.thumbnail((FILM_SIZE[1] - 80, FILM_SIZE[1] - 80))
    table.paste(small, ((FILM_SIZE[0] - small.width) // 2, (FILM_SIZE[1] - small.height) // 2))
    colourless = bytes([128]) * (FILM_SIZE[0] * FILM_SIZE[1] // 2)
    frame = b"FRAME\n" + table.tobytes() + colourless
    header = f"YUV4MPEG2 W{FILM_SIZE[0]} H{FILM_SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + frame * FILM_FRAMES)
    return path


def steered(page: Page) -> None:
    """Wait for the worker of a page to take it over: what is sent in that moment passes every route a test has set."""
    page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
