"""What surrounds every page: who is signed in, the language, how dates and money are written, and security headers."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from registry.accounts import queries, signin
from registry.accounts.rules import Verb
from registry.assets.fitness import Mark, partly, standing
from registry.assets.lists.lines import Line as ListedAsset
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Validity, validity
from registry.assets.words import doubt_text, stopped_text
from registry.calibration.due.words import often, sentence
from registry.config import LOCALES
from registry.kernel import clock, i18n
from registry.kernel.addresses import API_PREFIX
from registry.kernel.quantities import said_quantity

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from registry.kernel.audit import AuditEntry
    from registry.labs.scope.rules import Line as ScopeLine
    from registry.web.history import Line

YEAR = 365 * 24 * 3600
MILLION = 1_000_000
BEHIND = 2  # digits of a limit behind the last one of the uncertainty that it follows from
ALL = Decimal(100)  # percent
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PAGE_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=()"),
)
EVERY_HEADERS = (("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"))
FOREVER = f"public, max-age={YEAR}, immutable"
TRANSPORT = ("Strict-Transport-Security", f"max-age={YEAR}")


class PageSession(SecureCookieSessionInterface):
    """The signed cookie that guards forms; the API has no forms and pays nothing for it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Pages have one, the API has none."""
        return None if request.path.startswith(API_PREFIX) else super().open_session(app, request)


def register(app: Flask) -> None:
    """Give templates their words and every answer its headers."""
    app.session_interface = PageSession()
    secure = app.extensions["registry"].base_url.startswith("https://")
    every = (*EVERY_HEADERS, TRANSPORT) if secure else EVERY_HEADERS

    @app.after_request
    def protect(answer: Response) -> Response:
        if request.path.startswith(API_PREFIX):
            return answer
        headers = answer.headers
        if (answer.content_type or "").startswith("text/html"):
            headers.extend(PAGE_HEADERS)
        if request.endpoint == "static":
            headers["Cache-Control"] = FOREVER if answer.status_code in {200, 304} and _is_as_named(app) else "no-cache"
        if request.query_string and request.args.get("lang") in LOCALES:
            answer.set_cookie(i18n.COOKIE, request.args["lang"], max_age=YEAR, samesite="Lax", secure=secure)
        return answer

    app.wsgi_app = _with_headers(app.wsgi_app, list(every))  # type: ignore[assignment, method-assign]  # Flask's documented hook

    @app.url_defaults
    def version_static(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" and app.static_folder:
            values["v"] = _fingerprint(Path(app.static_folder) / str(values["filename"]))

    app.context_processor(_surroundings)
    app.template_filter("day")(day)
    app.template_filter("validity")(validity_today)
    app.template_filter("marks")(marks_today)
    app.template_filter("moment")(moment)
    app.template_filter("num")(number)
    app.template_filter("quantity")(said_quantity)
    app.template_filter("measured")(measured)
    app.template_filter("share")(share)
    app.template_filter("sentence")(sentence)
    app.template_filter("doubt_text")(doubt_text)
    app.template_filter("stopped_text")(stopped_text)
    app.template_filter("often")(often)
    app.template_filter("in_address")(in_address)
    app.template_filter("deed")(deed)
    app.template_filter("lines")(lines)
    app.template_filter("cmc")(best_uncertainty)
    app.template_filter("dong")(dong)
    app.template_filter("trieu")(million_dong)


def _with_headers(inner: "WSGIApplication", headers: list[tuple[str, str]]) -> "WSGIApplication":
    """The same application with the same headers on every answer, added where it costs nothing to speak of.

    What does not say how long it may be kept is not kept at all.
    """
    unkept = [*headers, ("Cache-Control", "no-store")]

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, own: list[tuple[str, str]], *failure: Any) -> Callable[[bytes], object]:  # noqa: ANN401 — exc_info, passed on
            is_kept = any(name == "Cache-Control" for name, _value in own)
            return start_response(status, own + (headers if is_kept else unkept), *failure)

        return inner(environ, start)

    return application


def deed(entry: "AuditEntry") -> str:
    """What was done; the words of histories are fetched for the first page that tells one."""
    from registry.web import history  # noqa: PLC0415 — a start does not wait for them

    return history.deed(entry)


def lines(entry: "AuditEntry") -> "list[Line]":
    """What changed, field by field; see deed."""
    from registry.web import history  # noqa: PLC0415 — see deed

    return history.lines(entry)


def best_uncertainty(line: "ScopeLine") -> str:
    """The CMC of a line of a scope; see deed."""
    from registry.labs.scope.words import cmc_text  # noqa: PLC0415 — see deed

    return cmc_text(line)


def form_key() -> str:
    """A fresh key for a form, so that sending it twice saves it once."""
    return secrets.token_urlsafe(16)


def label_host() -> str:
    """The host, and port, that stands in the QR labels."""
    base_url: str = current_app.extensions["registry"].base_url
    return urlsplit(base_url).netloc


def validity_today(row: Asset | Schedule) -> Validity:
    """How an asset or one of its schedules stands today."""
    return validity(row.proof, row.due_on, clock.today())


def marks_today(asset: Asset | ListedAsset) -> list[Mark]:
    """The words an asset stands under today; of a line of a list also that it lacks a component."""
    found = standing(asset, clock.today())
    return partly(found, asset.lacks) if isinstance(asset, ListedAsset) else found


def day(value: date) -> str:
    """A date as people here write it; see i18n.said_day."""
    return i18n.said_day(value)


def moment(value: datetime) -> str:
    """An instant as local time of day and date."""
    local = clock.local(value)
    return f"{local:%H:%M} {day(local.date())}"


def number(value: Decimal | int | str) -> str:
    """A number with the language's separators, all its digits kept; see i18n.said_number."""
    return i18n.said_number(Decimal(value))


def measured(value: Decimal | int, like: Decimal | None = None) -> str:
    """A measured value; see i18n.said_value. A limit is cut towards nought to two digits behind the last of `like`."""
    exact = Decimal(value)
    last = (like.as_tuple().exponent if like is not None else None), exact.as_tuple().exponent
    if isinstance(last[0], int) and isinstance(last[1], int) and last[1] < last[0] - BEHIND:
        exact = exact.quantize(Decimal(1).scaleb(last[0] - BEHIND), ROUND_DOWN)
    return i18n.said_value(exact)


def share(value: float) -> str:
    """A probability in percent, 97.725 %; none is rounded to all or nothing."""
    shown = round(Decimal(value) * 100, 3)
    edge = "<" if not shown else ">" if shown == ALL else ""
    near = {"<": Decimal("0.001"), ">": Decimal("99.999")}.get(edge, shown)
    return f"{edge}{edge and ' '}{number(near)}\N{NO-BREAK SPACE}%"


def in_address(words: Mapping[str, Any]) -> str:
    """Words as they stand in an address; one that has several values stands there for each."""
    return urlencode(words, doseq=True)


def dong(value: int) -> str:
    """An amount in đồng: 21.415.000.000 đ."""
    return f"{number(value)}\N{NO-BREAK SPACE}đ"


def million_dong(value: int) -> str:
    """An amount in triệu đồng, as the plan's tables print it: 21.415."""
    return number(Decimal(value) / MILLION)


def _is_as_named(app: Flask) -> bool:
    """Whether a file is what its address promises: another version of us may not answer for it for a year."""
    filename = (request.view_args or {})["filename"]
    return request.args.get("v") == _fingerprint(Path(app.static_folder or "") / filename)


@lru_cache(maxsize=256)
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def _surroundings() -> dict[str, object]:
    person = signin.person_or_none()
    me = None
    if person is not None:
        roles = {membership.role.value for membership in person.memberships}
        me = SimpleNamespace(key=person.id, name=person.name, email=person.email, roles=roles)
    return {
        "me": me,
        "locale": i18n.current_locale(),
        "pretend_today": clock.pretended(),
        "may_write": person is not None and queries.may(person, Verb.ASSET_WRITE, None),
        "may_level": person is not None
        and any(queries.may(person, verb, None) for verb in (Verb.ASSET_WRITE, Verb.PLAN_WRITE)),
        "may_see_jobs": person is not None and queries.may(person, Verb.JOB_READ, None),
        "may_see_tellings": person is not None and queries.may(person, Verb.TELLING_READ, None),
        "may_manage_people": person is not None and queries.may(person, Verb.PERSON_WRITE, None),
    }
