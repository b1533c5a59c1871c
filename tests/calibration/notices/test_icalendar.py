"""A calendar to the letter of RFC 5545."""

from datetime import UTC, date, datetime

import pytest

from registry.calibration.notices.icalendar import Event, calendar, escaped, folded

EVENT = Event(
    uid="schedule-7@example.vn",
    on=date(2026, 12, 31),
    summary="Kiểm định: Cân; 15 kg, số 1\\2",
    description="một\r\nhai",
    url="https://example.vn/assets/X",
    changed_at=datetime(2026, 6, 15, 5, 6, 7, tzinfo=UTC),
    alarm_days=7,
)


def test_an_event_is_a_whole_day_with_what_it_needs():
    text = calendar("Hạn", [EVENT]).decode()
    for line in (
        "UID:schedule-7@example.vn",
        "DTSTAMP:20260615T050607Z",
        "LAST-MODIFIED:20260615T050607Z",
        "SEQUENCE:203663167",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Kiểm định: Cân\\; 15 kg\\, số 1\\\\2",
        "DESCRIPTION:một\\nhai",
        "TRIGGER:-P7D",
    ):
        assert f"\r\n{line}\r\n" in text
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize("length", [1, 74, 75, 76, 148, 149, 150, 1000])
@pytest.mark.parametrize("letter", ["a", "đ", "ệ", "😀"])
def test_a_long_line_is_folded_at_75_octets_and_no_letter_is_cut(letter, length):
    line = letter * length
    pieces = folded(line).removesuffix(b"\r\n").split(b"\r\n")
    assert max(len(piece) for piece in pieces) <= 75
    assert all(piece.decode() for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert pieces[0].decode() + "".join(piece.decode()[1:] for piece in pieces[1:]) == line


def test_controls_do_not_leave_their_value():
    assert escaped("a\r\nEND:VEVENT\x00\x0b") == "a\\nEND:VEVENT"
    assert folded("x" * 75) == b"x" * 75 + b"\r\n"


def test_a_calendar_without_events_is_one():
    assert b"BEGIN:VEVENT" not in calendar("Hạn", [])
