"""A phone in a real browser, in front of the application served on a free port."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    expect,
    sync_playwright,
)

from registry.accounts import signin
from registry.assets.rules import Proof, ScheduleKind
from registry.calibration.rules import CalibrationKind
from tests.browser import chromium
from tests.browser.demonstration import tag_of
from tests.browser.inspecting import LOST, MANY
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import calibration as make_calibrations
from tests.make import demonstration as make_demonstration
from tests.make import inspection as make_inspections
from tests.people import Caller

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PATIENCE = 10_000  # milliseconds
REMARKS = (
    "Failed to load resource: the server responded",  # a refused page is an answer, see Visit._check
    "wasm streaming compile failed",  # left while the code reader was loading; where it is needed, it must read
    "falling back to ArrayBuffer instantiation",
    "failed to asynchronously prepare wasm",  # the same without a connection
    "Aborted(both async and sync fetching of the wasm failed)",
)


@dataclass
class Visit:
    """Opens pages like a phone (or a desk), as somebody or as a stranger; collects what went wrong on them."""

    browser: Browser
    address: str
    stack: ExitStack
    complaints: list[str]

    def __call__(
        self,
        path: str = "/",
        *,
        by: Caller | None = None,
        locale: str = "vi",
        desktop: bool = False,
        dark: bool = False,
    ) -> Page:
        context = self.browser.new_context(
            **(DESKTOP if desktop else PHONE),
            base_url=self.address,
            locale={"vi": "vi-VN", "en": "en-GB"}[locale],
            color_scheme="dark" if dark else "light",
            permissions=["camera"],
        )
        self.stack.callback(context.close)
        context.set_default_timeout(PATIENCE)
        context.on("request", self._look)  # a route would keep the browser from keeping what it has read
        if by is not None:
            context.add_cookies([{"name": signin.COOKIE, "value": by.session_token(), "url": self.address}])
        page = self._watched(context)
        page.goto(path)
        return page

    def _look(self, request: Request) -> None:
        if request.url.startswith(("http:", "https:", "ws:", "wss:")) and not request.url.startswith(self.address):
            self.complaints.append(f"asked a stranger: {request.url}")

    def _watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script failed on {page.url}: {error}"))
        page.on("console", self._listen)
        page.on("response", self._check)
        return page

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(REMARKS):
            self.complaints.append(f"console: {said.text}")

    def _check(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.complaints.append(f"{response.status} for {response.url}")


@pytest.fixture
def database() -> str:
    """Pages are driven on the embedded database alone: the doors' own tests run on both."""
    return "sqlite"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if chromium.executable() is None:
        pytest.skip(f"no browser: {chromium.REMEDY}")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with closing(playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.QUIET)) as launched:
        yield launched


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """`visit("/scan", by=technician)` gives a page; whatever went wrong on it fails the test."""
    with ExitStack() as stack:
        visiting = Visit(browser, address, stack, [])
        yield visiting
    assert visiting.complaints == []


@pytest.fixture
def filming(playwright: Playwright, address: str) -> Iterator[Callable[[Path], Visit]]:
    """`filming(film)("/scan")` opens a page on a phone whose camera sees that film."""
    with ExitStack() as stack:
        complaints: list[str] = []

        def begin(film: Path) -> Visit:
            arguments = [*chromium.QUIET, *chromium.camera_arguments(film)]
            launched = playwright.chromium.launch(executable_path=chromium.executable(), args=arguments)
            stack.callback(launched.close)
            return Visit(launched, address, stack, complaints)

        yield begin
    assert complaints == []


@pytest.fixture
def demonstration(app, arrange, monkeypatch) -> Callable[[str], str]:
    """The demonstration's records behind forms that ask for their tokens; gives the tag of a serial number."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with arrange():
        make_demonstration.demonstration()
    return partial(tag_of, app)


@pytest.fixture
def visited(people, arrange) -> dict[str, Any]:
    """A prepared visit to fifty instruments: the first is stamped, the last one's verification is over."""
    with arrange():
        over = TODAY - timedelta(days=1)
        expired = make_assets.schedule(ScheduleKind.VERIFICATION, proof=Proof.GOOD, due_on=over)
        good = {"proof": Proof.GOOD, "due_on": TODAY + timedelta(days=300)}
        made = [
            make_assets.asset(
                name=f"Cân {number:02}", serial_no=f"SN-{number}", schedules=[make_assets.schedule(**good)], **good
            )
            for number in range(MANY - 1)
        ]
        made.append(make_assets.asset(name="Cân quá hạn", proof=Proof.GOOD, due_on=over, schedules=[expired]))
        verified = {"kind": CalibrationKind.VERIFICATION, "stamp_no": "A 0123"}
        make_calibrations.calibration(made[0], TODAY - timedelta(days=30), **verified)
        return {"id": make_inspections.visit().id, "tags": [one.tag for one in made]}


@pytest.fixture
def inspecting(visit, inspector, visited) -> Iterator[Callable[..., Page]]:
    """`inspecting()` opens the page that records on a phone of its own; a connection lost is no complaint."""

    def begin(by: Any = inspector, **said: Any) -> Page:
        page = visit(f"/inspections/{visited['id']}/record", by=by, **{"locale": "en"} | said)
        expect(page.locator("[data-prepared]")).to_have_attribute("data-items", str(MANY))
        chromium.steered(page)
        return page

    yield begin
    visit.complaints[:] = [said for said in visit.complaints if not any(lost in said for lost in LOST)]
