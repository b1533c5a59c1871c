"""The load of weeks or months as bars, before and after, each under its name; wide ones are scrolled, never shrunk."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from registry.calibration.replanning.levelling import Load, Per, Span
from registry.kernel import canvas
from registry.kernel.i18n import _, current_locale, said_day

WIDE: Final = 60  # of a week or month
BAR: Final = 20
TOP, FOOT, HEIGHT = 20, 150, 190
MOST_TOLD: Final = 12


def called(span: Span | Load, per: Per) -> str:
    """A week by its first day, a month by its name and year."""
    if per is Per.WEEK:
        return _("from %(day)s", day=said_day(span.start))
    return _month(span.start, "MMMM 'năm' y" if current_locale() == "vi" else "MMMM y")


def drawn(spans: Sequence[Load], capacity: int, per: Per) -> Markup:
    """The picture of at least one span."""
    scale = (FOOT - TOP) / max(capacity, *(max(span.before, span.after) for span in spans))
    width = max(len(spans) * WIDE, 2 * WIDE)
    level = FOOT - capacity * scale
    bars = [bar for place, span in enumerate(spans) for bar in _bars(span, place * WIDE, scale, capacity)]
    names = [_name(span, place * WIDE, per, with_year=place == 0) for place, span in enumerate(spans)]
    return canvas.element(
        "svg",
        None,
        *bars,
        canvas.element("path", None, class_="load-capacity", d=f"M0 {canvas.text(level)}H{width}"),
        *names,
        xmlns="http://www.w3.org/2000/svg",
        class_="load",
        role="img",
        aria_label=_told(spans, per),
        viewBox=f"0 0 {width} {HEIGHT}",
        width=width,
        height=HEIGHT,
        font_size=canvas.TEXT,
    )


def _bars(span: Load, left: int, scale: float, capacity: int) -> list[Markup]:
    looks = ("load-before", "load-over" if span.after > capacity else "load-after")
    middle = left + WIDE / 2
    parts: list[Markup] = []
    for start, count, look in ((middle - BAR - 1, span.before, looks[0]), (middle + 1, span.after, looks[1])):
        size = {"x": start, "y": FOOT - count * scale, "width": BAR, "height": count * scale}
        parts.append(canvas.element("rect", None, class_=look, **size))
        if count:
            parts.append(_words(start + BAR / 2, FOOT - count * scale - 4, str(count)))
    return parts


def _name(span: Load, left: int, per: Per, *, with_year: bool) -> Markup:
    if per is Per.WEEK:
        first, second = _day(span.start), str(span.start.year) if with_year or _opens_year(span) else ""
    else:
        first = _month(span.start, "MMM")
        second = str(span.start.year) if with_year or span.start.month == 1 else ""
    at = left + WIDE / 2
    return canvas.element("g", None, _words(at, FOOT + 16, first), *([_words(at, FOOT + 32, second)] if second else []))


def _words(at: float, y: float, said: str) -> Markup:
    return canvas.element("text", None, said, class_="load-words", x=at, y=y, text_anchor="middle")


def _opens_year(span: Load) -> bool:
    return span.start.month == 1 and span.start.day <= 7  # noqa: PLR2004 — its first week


def _told(spans: Sequence[Load], per: Per) -> str:
    """The picture in words; of a long range the table tells more."""
    told = "; ".join(
        _(
            "%(name)s: %(before)s when due, %(after)s as proposed",
            name=called(one, per),
            before=one.before,
            after=one.after,
        )
        for one in spans[:MOST_TOLD]
    )
    if len(spans) > MOST_TOLD:
        return _("Bars of the load before and after. %(told)s. The table says the rest.", told=told)
    return _("Bars of the load before and after. %(told)s.", told=told)


def _day(day: date) -> str:
    return f"{day:%d/%m}" if current_locale() == "vi" else f"{day.day} {day:%b}"


def _month(day: date, form: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415 — a start does not wait for it

    return str(format_date(day, form, locale=current_locale()))
