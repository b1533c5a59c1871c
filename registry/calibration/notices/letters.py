"""What letters say, in plain text and the same as HTML; called while speaking the language of whoever reads it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from babel.dates import format_date
from markupsafe import Markup

from registry.assets import tags
from registry.calibration.notices.rules import DueKind, Line, NoticeKind, Urgency
from registry.kernel.i18n import _, ngettext
from registry.kernel.outbox.posting import Letter, plain_line

MOST_LINES: Final = 100
MOST_PARTS: Final = 50
FORMATS: Final = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
PAGE: Final = Markup(
    '<!doctype html>\n<html lang="{locale}"><head><meta charset="utf-8"><title>{subject}</title></head>\n'
    "<body>\n{body}\n</body></html>\n"
)
SETTINGS: Final = "/account/notices"


class Part(NamedTuple):
    """A part of a notice under a heading of its own: its lines, and the page of ours that it leads to.

    `number` is of how many things its lines tell, where one of them tells of several.
    """

    heading: str
    lines: Sequence[str]
    path: str
    number: int | None = None


class Besides(NamedTuple):
    """What a digest tells besides schedules: what lapses, which results are judged otherwise now, and duties."""

    lapsing: Sequence[Part] = ()
    turned: Sequence[Part] = ()
    duties: Sequence[Part] = ()


class Said(NamedTuple):
    """A single notice: its subject, its paragraphs, its parts, and the page of ours that it leads to, with its words.

    Of very many parts the first are shown.
    """

    subject: str
    paragraphs: Sequence[str]
    path: str
    link: str
    parts: Sequence[Part] = ()


def headers(base_url: str) -> Mapping[str, str]:
    """Where whoever wants fewer letters goes (RFC 2369)."""
    return {"List-Unsubscribe": f"<{base_url}{SETTINGS}>"}


def digest(
    name: str,
    lines: Sequence[Line],
    besides: Besides = Besides(),  # noqa: B008 — it is never changed
    *,
    base_url: str,
    locale: str,
) -> Letter:
    """What has newly come up, the most urgent first; each schedule once."""
    parts = {urgency: [line for line in lines if line.urgency is urgency] for urgency in Urgency}
    counted = (sum(len(part.lines) if part.number is None else part.number for part in some) for some in besides)
    subject = _subject(parts, *counted)
    text = [_greeting(name), ""]
    body = [Markup("<p>{}</p>").format(_greeting(name))]
    shown = 0
    for urgency, found in parts.items():
        if not found:
            continue
        text += [_heading(urgency), ""]
        listed = found[: max(MOST_LINES - shown, 0)]
        shown += len(listed)
        items = [_item(line, base_url, locale) for line in listed]
        for words, address in items:
            text += [f"- {words}", f"  {address}"]
        rows = Markup("\n").join(
            Markup('<li><a href="{}">{}</a></li>').format(address, words) for words, address in items
        )
        body.append(Markup("<h2>{}</h2>\n<ul>\n{}\n</ul>").format(_heading(urgency), rows))
        if len(found) > len(listed):
            more = ngettext("and %(num)s more", "and %(num)s more", len(found) - len(listed))
            text += [f"- {more}", f"  {base_url}/assets"]
            body.append(Markup('<p><a href="{}/assets">{}</a></p>').format(base_url, more))
        text.append("")
    for part in [part for some in besides for part in some[:MOST_PARTS]]:
        _put(part, text, body, base_url)
    return _closed(subject, text, body, base_url, locale)


def single(name: str, said: Said, *, base_url: str, locale: str) -> Letter:
    """One notice about one thing."""
    address = f"{base_url}{said.path}"
    text = [_greeting(name), ""]
    body = [Markup("<p>{}</p>").format(_greeting(name))]
    for paragraph in said.paragraphs:
        text += [plain_line(paragraph), ""]
        body.append(Markup("<p>{}</p>").format(plain_line(paragraph)))
    for part in said.parts[:MOST_PARTS]:
        _put(part, text, body, base_url)
    text += [f"{said.link}: {address}", ""]
    body.append(Markup('<p><a href="{}">{}</a></p>').format(address, said.link))
    return _closed(said.subject, text, body, base_url, locale)


def _put(part: Part, text: list[str], body: list[Markup], base_url: str) -> None:
    where = f"{base_url}{part.path}"
    text += [plain_line(part.heading), *(f"- {plain_line(line)}" for line in part.lines), f"  {where}", ""]
    rows = Markup("\n").join(Markup("<li>{}</li>").format(plain_line(line)) for line in part.lines)
    heading = Markup('<a href="{}">{}</a>').format(where, plain_line(part.heading))
    body.append(Markup("<h2>{}</h2>\n<ul>\n{}\n</ul>").format(heading, rows))


def kind_words(kind: str) -> str:
    """What an asset has to undergo, or how long it keeps, as people call it."""
    return {
        DueKind.CALIBRATION: _("Calibration"),
        DueKind.VERIFICATION: _("Verification"),
        DueKind.INTERMEDIATE_CHECK: _("Intermediate check"),
        DueKind.TESTING: _("Testing"),
        DueKind.SHELF_LIFE: _("Shelf life"),
    }[DueKind(kind)]


def day_words(day: date, locale: str) -> str:
    """A date as people write it: 31/01/2026 in Vietnamese, 31 Jan 2026 in English."""
    return str(format_date(day, FORMATS[locale], locale=locale))


def _subject(parts: Mapping[Urgency, Sequence[Line]], lapsing: int, turned: int, duties: int) -> str:
    late = len(parts[Urgency.ESCALATED]) + len(parts[Urgency.OVERDUE])
    coming = len(parts[Urgency.DUE])
    counts = [
        ngettext("%(num)s overdue", "%(num)s overdue", late) if late else "",
        ngettext("%(num)s falling due", "%(num)s falling due", coming) if coming else "",
        ngettext("%(num)s lapsing", "%(num)s lapsing", lapsing) if lapsing else "",
        ngettext("%(num)s judged otherwise", "%(num)s judged otherwise", turned) if turned else "",
        ngettext("%(num)s duty", "%(num)s duties", duties) if duties else "",
    ]
    return _("Metrology registry: %(counts)s", counts=", ".join(count for count in counts if count))


def _heading(urgency: Urgency) -> str:
    return {
        Urgency.ESCALATED: _("Overdue for long, and put off by nobody"),
        Urgency.OVERDUE: _("Overdue: must not be used"),
        Urgency.DUE: _("Falling due"),
    }[urgency]


def _item(line: Line, base_url: str, locale: str) -> tuple[str, str]:
    """A line in words, and the address of its asset."""
    words = _(
        "%(name)s (%(tag)s), %(owner)s. %(kind)s: last valid day %(day)s, %(when)s.",
        name=plain_line(line.name),
        tag=tags.grouped(line.tag),
        owner=plain_line(line.owner[locale]),
        kind=kind_words(line.kind),
        day=day_words(line.due_on, locale),
        when=when_words(line.days),
    )
    if line.unverified:
        words = _("%(line)s Whatever that day, it must not be used: the law's verification is lacking.", line=words)
    if line.notice is NoticeKind.WOKEN:
        words = _("%(line)s You had put it off until now.", line=words)
    return words, f"{base_url}/assets/{line.tag}"


def when_words(days: int) -> str:
    """How far a day is from today."""
    if days == 0:
        return _("which is today")
    if days < 0:
        return ngettext("%(num)s day ago", "%(num)s days ago", -days)
    return ngettext("in %(num)s day", "in %(num)s days", days)


def _greeting(name: str) -> str:
    return _("Hello %(name)s,", name=plain_line(name))


def _closed(subject: str, text: list[str], body: list[Markup], base_url: str, locale: str) -> Letter:
    why = _("You are told this because you look after these things. When and of what you are told:")
    address = f"{base_url}{SETTINGS}"
    text += ["-- ", why, address, ""]
    body.append(Markup('<hr>\n<p><small>{} <a href="{}">{}</a></small></p>').format(why, address, address))
    page = PAGE.format(locale=locale, subject=subject, body=Markup("\n").join(body))
    return Letter(subject, "\n".join(text), str(page))
