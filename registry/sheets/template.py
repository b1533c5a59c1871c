"""The empty sheet to fill in: drop-downs, an explanation of every column in both languages, cells that keep zeros."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from registry.kernel import units
from registry.kernel.i18n import said_number, speaking
from registry.sheets.columns import Column, Reading
from registry.sheets.downloads import heading_format, new_workbook, written
from registry.sheets.headings import letters
from registry.sheets.models import Form
from registry.sheets.reading import BEFORE_NAME

LAST_ROW: Final = 100_000
MOST_LISTED: Final = 2000
LONGEST_NOTE: Final = 255
LONGEST_TITLE: Final = 32
GUIDE: Final = "Hướng dẫn - Guide"
LISTS: Final = "Danh mục - Lists"
Notes = Sequence[tuple[str, str]]


class Kind(NamedTuple):
    """A kind of sheet: its title, its columns, and what is to be known of it in both languages."""

    title: str
    columns: Sequence[Column]
    notes: Notes


def made(form: Form, kind: Kind, offered: Mapping[str, Sequence[str]], locale: str) -> bytes:
    """The sheet to fill in; `offered` are further choices by column."""
    columns = kind.columns
    if form is Form.CSV:
        return written(form, "", [column.heading for column in columns], [])
    chosen = {
        column.key: [vi if locale == "vi" else en for _value, vi, en in column.choices]
        for column in columns
        if column.reading is Reading.CHOICE
    }
    chosen |= {column.key: [unit.symbol for unit in units.suggestions()] for column in columns if _names_unit(column)}
    listed = {key: list(values)[:MOST_LISTED] for key, values in (chosen | dict(offered)).items() if values}
    return _workbook(kind, listed, locale)


def offered(code: str, name: str) -> str:
    """Something with a code as it is chosen, code first; it is read back by its code."""
    return f"{code}{BEFORE_NAME}{name}"


def example(column: Column, locale: str) -> str:
    """What may stand in a column, in the words and with the separators of a language."""
    match column.reading:
        case Reading.CHOICE:
            return column.word(column.example, locale)
        case Reading.TEXT if column.example_en and locale == "en":
            return column.example_en
        case Reading.NUMBER if column.example:
            with speaking(locale):
                return said_number(Decimal(column.example))
        case Reading.DAY if column.example and locale == "vi":
            return f"{date.fromisoformat(column.example):%d/%m/%Y}"
        case _:
            return column.example


def _workbook(kind: Kind, choices: Mapping[str, list[str]], locale: str) -> bytes:
    title, columns, notes = kind
    book, file = new_workbook()
    sheet, guide, lists = (book.add_worksheet(name) for name in (title, GUIDE, LISTS))
    lists.hide()
    head, needed = heading_format(book), heading_format(book)
    needed.set_bg_color("#FCE8B2")
    text, wrapped = book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    formats = {Reading.DAY: day, Reading.NUMBER: None, Reading.MONTHS: None}
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 48)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 18, formats.get(column.reading, text))
        sheet.write_string(0, place, column.heading, needed if column.required else head)
        sheet.write_comment(0, place, f"{column.help_vi}\n{column.help_en}", {"x_scale": 2})
        _validate(sheet, lists, place, column, choices, locale)
    _explain(guide, columns, notes, (head, wrapped), locale)
    sheet.activate()
    book.close()
    return file.getvalue()


def _names_unit(column: Column) -> bool:
    return column.key.rpartition(".")[2] == "unit"


def _validate(  # noqa: PLR0913, PLR0917 — what a cell's rule is made of
    sheet: Any,  # noqa: ANN401 — XlsxWriter's object
    lists: Any,  # noqa: ANN401 — the same
    place: int,
    column: Column,
    choices: Mapping[str, list[str]],
    locale: str,
) -> None:
    offered = choices.get(column.key, [])
    rules: dict[str, Any] = {
        "input_title": (column.vi if locale == "vi" else column.en)[:LONGEST_TITLE],
        "input_message": f"{column.help_vi}\n{column.help_en}"[:LONGEST_NOTE],
        "error_type": "warning",
    }
    if offered:
        for row, value in enumerate(offered):
            lists.write_string(row, place, value)
        letter = letters(place)
        # a code alone is as good as what the list offers, and units are more than can be listed
        rules["show_error"] = column.reading is not Reading.CODE and not _names_unit(column)
        rules |= {"validate": "list", "source": f"='{LISTS}'!${letter}$1:${letter}${len(offered)}"}
    elif column.reading is Reading.MONTHS:
        rules |= {"validate": "any"}
    else:
        return
    sheet.data_validation(1, place, LAST_ROW, place, rules)


def _explain(guide: Any, columns: Sequence[Column], notes: Notes, formats: tuple[Any, Any], locale: str) -> None:  # noqa: ANN401 — XlsxWriter's objects
    head, wrapped = formats
    guide.set_column(0, 0, 34)
    guide.set_column(1, 2, 60, wrapped)
    guide.set_column(3, 3, 26)
    for row, (vi, en) in enumerate(notes):
        guide.write_row(row, 1, (vi, en))
    start = len(notes) + 1
    guide.write_row(start, 0, ("Cột / Column", "Giải thích", "Explanation", "Ví dụ / Example"), head)
    for row, column in enumerate(columns, start + 1):
        name = f"{column.heading} *" if column.required else column.heading
        vi, en = column.help_vi, column.help_en
        if column.choices:
            vi = f"{vi} {', '.join(one for _value, one, _en in column.choices)}."
            en = f"{en} {', '.join(one for _value, _vi, one in column.choices)}."
        guide.write_row(row, 0, (name, vi, en, example(column, locale)))
