"""A calendar of all-day events as RFC 5545 writes it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

EPOCH: Final = 1_577_836_800  # 2020: a sequence counts from there in seconds, so that it stays a small integer
LONGEST_LINE: Final = 75  # octets, without the line break (RFC 5545, 3.1)
ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class Event(NamedTuple):
    """One day with something on it. `uid` stays when the day moves; `changed_at` is when it last changed."""

    uid: str
    on: date
    summary: str
    description: str
    url: str
    changed_at: datetime
    alarm_days: int | None = None


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """A whole calendar; the same events give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//registry//due dates//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    changed = f"{event.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{max(0, int(event.changed_at.timestamp()) - EPOCH)}"  # grows with each change (3.8.7.4)
    yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.summary)}"
    yield f"DESCRIPTION:{escaped(event.description)}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    if event.alarm_days is not None:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{escaped(event.summary)}"
        yield f"TRIGGER:-P{event.alarm_days}D"
        yield "END:VALARM"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and line breaks escaped (3.3.11), controls gone."""
    spoken = "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())
    return spoken.translate(ESCAPED)


def folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, no letter cut apart; each further piece begins with a space (3.1)."""
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
