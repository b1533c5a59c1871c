"""Languages: Vietnamese first, English complete. Messages are English sentences looked up in the catalogue."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, gettext, lazy_gettext
from flask_babel import ngettext as counted

from registry.config import LOCALES

COOKIE = "lang"


def _(message: str, **values: object) -> str:
    """A message in the language of the request, its `%(name)s` filled in."""
    return str(gettext(message, **values))


def ngettext(one: str, many: str, num: int) -> str:
    """A message about one thing, or about many, in the language of the request; `%(num)s` is how many."""
    return str(counted(one, many, num))


def lazy(message: str, **values: object) -> str:
    """A message that finds its language when it is shown; it behaves as text."""
    return cast("str", lazy_gettext(message, **values))


def current_locale() -> str:
    """The language of this request: the one picked, else the person's, else the browser's, else the configured one."""
    if not has_request_context():
        return _default
    locale: str | None = g.get("locale")
    if locale is None:
        locale = g.locale = _chosen()
    return locale


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Messages in a language, where no request says which: in work that somebody asked for and does not wait for."""
    with force_locale(locale):
        yield


def init(app: Flask, default: str, persons: Callable[[], str | None]) -> None:
    """Connect the catalogues to the application; `persons` tells the language of whoever is signed in."""
    global _default, _persons
    _default, _persons = default, persons
    app.config["BABEL_DEFAULT_LOCALE"] = default
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=current_locale)


def _chosen() -> str:
    for picked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if picked in LOCALES:
            return picked
    if preferred := _persons():
        return preferred
    if "Accept-Language" in request.headers:
        return request.accept_languages.best_match(LOCALES) or _default
    return _default


def _nobodys() -> str | None:
    return None


_default = "vi"
_persons: Callable[[], str | None] = _nobodys
