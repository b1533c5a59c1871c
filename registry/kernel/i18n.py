"""Languages: Vietnamese first, English complete. Messages are English sentences looked up in the catalogue."""

from typing import cast

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, gettext, lazy_gettext

from registry.config import LOCALES

COOKIE = "lang"


def _(message: str, **values: object) -> str:
    """A message in the language of the request, its `%(name)s` filled in."""
    return str(gettext(message, **values))


def lazy(message: str, **values: object) -> str:
    """A message that finds its language when it is shown; it behaves as text."""
    return cast("str", lazy_gettext(message, **values))


def current_locale() -> str:
    """The language of this request: the person's, else the one picked, else the browser's, else the configured one."""
    if not has_request_context():
        return _default
    locale: str | None = g.get("locale")
    if locale is None:
        locale = g.locale = _chosen()
    return locale


def prefer(locale: str) -> None:
    """Use the signed-in person's language from here on, unless this request picked another."""
    if request.args.get("lang") not in LOCALES and request.cookies.get(COOKIE) not in LOCALES:
        g.locale = locale


def init(app: Flask, default: str) -> None:
    """Connect the catalogues to the application."""
    global _default  # noqa: PLW0603 — one process serves one installation
    _default = default
    app.config["BABEL_DEFAULT_LOCALE"] = default
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=current_locale)


def _chosen() -> str:
    for picked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if picked in LOCALES:
            return picked
    if "Accept-Language" in request.headers:
        return request.accept_languages.best_match(LOCALES) or _default
    return _default


_default = "vi"
