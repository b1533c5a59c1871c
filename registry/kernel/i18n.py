"""Languages: Vietnamese first, English complete. Messages are English sentences looked up in the catalogue."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from typing import Final, Self, cast

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, gettext
from flask_babel import ngettext as number_gettext
from flask_babel.speaklater import LazyString
from jinja2 import pass_context
from jinja2.runtime import Context

from registry.config import LOCALES
from registry.kernel.text import digits

COOKIE = "lang"
MOST_DIGITS: Final = 20  # what is longer is said with its exponent
MINUS: Final = "\N{MINUS SIGN}"
SWAPPED: Final = str.maketrans(",.", ".,")
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
CALLED_BY: Final = frozenset({"key", "number", "record", "review"})


class Said(str):
    """A text that can be said again in another language; `kept` tells how, as JSON keeps it and `say` takes it."""

    __slots__ = ("kept",)
    kept: object

    def __new__(cls, text: str, kept: object) -> Self:
        """The text, and what it says in no language."""
        found = super().__new__(cls, text)
        found.kept = kept
        return found

    def __str__(self) -> "Said":
        """Itself: what is made a text again and again can still be said in another language."""
        return self

    def __reduce__(self) -> tuple[type["Said"], tuple[str, object]]:
        """For a file between two steps."""
        return Said, (str.__str__(self), self.kept)

    def format(self, *args: object, **values: object) -> "Said":
        """With the `{name}` of marshmallow's messages filled in."""
        kept = {"text": kept_of(self), "filled": {name: kept_of(value) for name, value in values.items()}}
        return Said(super().format(*args, **values), kept)


def _(message: str, **values: object) -> str:
    """A message in the language of the request, its `%(name)s` filled in; numbers as the language writes them.

    What something is called by is no number, and is not grouped as one.
    """
    said = _words(values)
    return Said(gettext(message, **said), {"message": message, "values": values})


def ngettext(one: str, many: str, number: int) -> str:
    """A message about a number, which is its `%(num)s`, in the language of the request."""
    return str(number_gettext(one, many, number))


def lazy(message: str, **values: object) -> str:
    """A message that finds its language when it is shown; it behaves as text."""
    return cast("str", LazyString(_, message, **values))


def together(messages: Iterable[object]) -> Said:
    """Messages one after the other."""
    texts = [str(message) for message in messages]
    return Said(" ".join(texts), texts)


def said_day(day: date) -> str:
    """A date as people here write it: 31/01/2026 in Vietnamese, 31 Jan 2026 in English."""
    text = f"{day:%d/%m/%Y}" if current_locale() == "vi" else f"{day.day} {day:%b %Y}"
    return Said(text, {"day": day.isoformat()})


def said_number(number: Decimal | int) -> str:
    """A number with the language's separators and minus sign, all its digits kept: 1.234,50 in Vietnamese."""
    exact = Decimal(number)
    grouped = f"{exact:,f}" if exact.is_finite() and abs(exact.adjusted()) <= MOST_DIGITS else digits(exact)
    said = (grouped.translate(SWAPPED) if current_locale() == "vi" else grouped).replace("-", MINUS)
    return Said(said, {"number": str(number)})


def said_value(number: Decimal | int) -> str:
    """A measured value with the language's decimal sign and all its digits, in no groups, which might be misread."""
    exact = Decimal(number)
    plain = f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) <= MOST_DIGITS else digits(exact)
    said = (plain.translate(SWAPPED) if current_locale() == "vi" else plain).replace("-", MINUS)
    return Said(said, {"measured": str(number)})


def kept_of(text: object) -> object:  # noqa: PLR0911 — one for each kind of value
    """What of a text is kept, so that `say` can say it in whatever language is asked for then."""
    match text:
        case Said():
            return kept_of(text.kept)
        case {"message": message, "values": values}:
            return {"message": message, "values": {name: kept_of(value) for name, value in values.items()}}
        case list():
            return [kept_of(one) for one in text]
        case Decimal():
            return {"number": str(text)}
        case None | dict() | bool() | int():
            return text
        case LazyString():
            return kept_of(str(text))
        case _:
            return str(text)


def say(kept: object) -> str:  # noqa: PLR0911 — see kept_of
    """What was kept, in the language of the request; a text that was kept as such is said as it is."""
    match kept:
        case {"message": str(message), **rest}:
            values = cast("Mapping[str, object]", rest.get("values", {}))
            return _(message, **{name: _again(value) for name, value in values.items()})
        case {"text": text, "filled": dict(filled)}:
            return say(text).format(**filled)
        case {"day": str(day)}:
            return said_day(date.fromisoformat(day))
        case {"number": str(number)}:
            return said_number(Decimal(number))
        case {"measured": str(number)}:
            return said_value(Decimal(number))
        case list():
            return together(say(one) for one in kept)
        case _:
            return str(kept)


def current_locale() -> str:
    """The language of this request: the one picked, else the person's, else the browser's, else the configured one."""
    if (spoken := _spoken.get()) is not None:
        return spoken
    if not has_request_context():
        return _default
    locale: str | None = g.get("locale")
    if locale is None:
        locale = g.locale = _chosen()
    return locale


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Messages in a language, where no request says which: in work that somebody asked for and does not wait for."""
    before = _spoken.set(locale)
    try:
        with force_locale(locale):
            yield
    finally:
        _spoken.reset(before)


def init(app: Flask, default: str, persons: Callable[[], str | None]) -> None:
    """Connect the catalogues to the application; `persons` tells the language of whoever is signed in."""
    global _default, _persons
    _default, _persons = default, persons
    app.config["BABEL_DEFAULT_LOCALE"] = default
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=current_locale)
    _number_templates(app)


def _number_templates(app: Flask) -> None:
    """Let the messages of templates write their numbers as those of sources do."""
    said, counted = (cast("Callable[..., str]", app.jinja_env.globals[name]) for name in ("gettext", "ngettext"))

    @pass_context
    def message(context: Context, text: str, **values: object) -> str:
        return said(context, text, **_words(values))

    @pass_context
    def plural(context: Context, one: str, many: str, number: int, **values: object) -> str:
        words = {"num": number} | values
        return counted(context, one, many, number, **_words(words))

    app.jinja_env.globals |= {"gettext": message, "ngettext": plural}


def _chosen() -> str:
    asked = request.args.get("lang") if request.query_string else None
    for picked in (asked, request.cookies.get(COOKIE)):
        if picked in LOCALES:
            return picked
    if preferred := _persons():
        return preferred
    if "Accept-Language" in request.headers:
        return request.accept_languages.best_match(LOCALES) or _default
    return _default


def _words(values: Mapping[str, object]) -> dict[str, object]:
    """Values by their names as a message says them."""
    return {
        name: str(value) if name in CALLED_BY and isinstance(value, int) else _word(value)
        for name, value in values.items()
    }


def _word(value: object) -> object:
    """A number as the language writes it; everything else as it is."""
    return said_number(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


def _again(kept: object) -> object:
    """A value of a message: numbers stay numbers, the rest is said."""
    match kept:
        case {"number": str(number)}:
            return Decimal(number)
        case None | bool() | int():
            return kept
        case _:
            return say(kept)


def _nobodys() -> str | None:
    return None


_default = "vi"
_persons: Callable[[], str | None] = _nobodys
