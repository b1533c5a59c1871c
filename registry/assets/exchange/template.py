"""The empty sheet to fill in: drop-downs, an explanation of every column in both languages, cells that keep zeros."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from registry.accounts.models import Person
from registry.assets.exchange.checking import readable
from registry.assets.exchange.columns import all_columns
from registry.assets.exchange.holdings import Owner, Owners
from registry.assets.types import queries as types
from registry.kernel.db import db
from registry.kernel.i18n import said_number, speaking
from registry.kernel.text import fold
from registry.sheets.columns import Column, Reading
from registry.sheets.downloads import heading_format, new_workbook, written
from registry.sheets.headings import letters
from registry.sheets.models import Form
from registry.sheets.reading import BEFORE_NAME

GROUPS: Final = 3
LAST_ROW: Final = 100_000
MOST_LISTED: Final = 2000
LONGEST_NOTE: Final = 255
GUIDE: Final = "Hướng dẫn - Guide"
LISTS: Final = "Danh mục - Lists"
NOTES: Final = (
    (
        "Mỗi dòng là một thiết bị. Không đổi tên tiêu đề; có thể bỏ hoặc đổi chỗ các cột.",
        "One asset a row. Keep the headings; columns may be left out or moved.",
    ),
    (
        "Ô trống giữ nguyên điều đã ghi; dấu gạch ngang (-) xóa nó.",
        "An empty cell keeps what is recorded; a dash (-) empties it.",
    ),
    (
        "Trước khi nhập, hệ thống kiểm tra từng dòng và cho xem kết quả; chưa có gì thay đổi.",
        "Every row is checked and shown before anything is imported.",
    ),
    ("Sau khi nhập có thể hoàn tác cả lần nhập.", "A whole import can be undone."),
)


def template(form: Form, *, locale: str, by: Person | None) -> bytes:
    """The sheet to fill in, with the organisations a person may write for."""
    columns = readable(all_columns(GROUPS))
    if form is Form.CSV:
        return written(form, "", [column.heading for column in columns], [])
    return _workbook(columns, _choices(columns, locale, by), locale)


def _choices(columns: Sequence[Column], locale: str, by: Person | None) -> dict[str, list[str]]:
    """What the drop-downs offer, by column."""
    found = {
        column.key: [vi if locale == "vi" else en for _value, vi, en in column.choices]
        for column in columns
        if column.reading is Reading.CHOICE
    }
    owners = sorted((owner for owner in Owners(by).by_code.values() if owner.may_write), key=attrgetter("code"))
    found["owner"] = [_offered(owner, locale) for owner in owners[:MOST_LISTED]]
    names = (
        one.name_vi if locale == "vi" else one.name_en or one.name_vi
        for one in db.session.scalars(types.usable(by, None).limit(MOST_LISTED))
    )
    found["instrument_type"] = sorted(dict.fromkeys(names), key=fold)
    return {key: values for key, values in found.items() if values}


def _offered(owner: Owner, locale: str) -> str:
    """An organisation as it is chosen, code first; it is read back by its code."""
    return f"{owner.code}{BEFORE_NAME}{owner.name_vi if locale == 'vi' else owner.name_en}"


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


def _workbook(columns: Sequence[Column], choices: dict[str, list[str]], locale: str) -> bytes:
    book, file = new_workbook()
    sheet, guide, lists = (book.add_worksheet(name) for name in ("Tài sản - Assets", GUIDE, LISTS))
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
        _validate(sheet, lists, place, column, choices)
    _explain(guide, columns, head, wrapped, locale)
    sheet.activate()
    book.close()
    return file.getvalue()


def _validate(sheet: Any, lists: Any, place: int, column: Column, choices: dict[str, list[str]]) -> None:  # noqa: ANN401 — XlsxWriter's objects
    offered = choices.get(column.key, [])
    rules: dict[str, Any] = {
        "input_title": column.en[:32],
        "input_message": f"{column.help_vi}\n{column.help_en}"[:LONGEST_NOTE],
        "error_type": "warning",
    }
    if offered:
        for row, value in enumerate(offered):
            lists.write_string(row, place, value)
        letter = letters(place)
        rules["show_error"] = column.reading is not Reading.CODE  # a code alone is as good as what the list offers
        rules |= {"validate": "list", "source": f"='{LISTS}'!${letter}$1:${letter}${len(offered)}"}
    elif column.reading is Reading.MONTHS:
        rules |= {"validate": "any"}
    else:
        return
    sheet.data_validation(1, place, LAST_ROW, place, rules)


def _explain(guide: Any, columns: Sequence[Column], head: Any, wrapped: Any, locale: str) -> None:  # noqa: ANN401 — XlsxWriter's objects
    guide.set_column(0, 0, 34)
    guide.set_column(1, 2, 60, wrapped)
    guide.set_column(3, 3, 26)
    for row, (vi, en) in enumerate(NOTES):
        guide.write_row(row, 1, (vi, en))
    start = len(NOTES) + 1
    guide.write_row(start, 0, ("Cột / Column", "Giải thích", "Explanation", "Ví dụ / Example"), head)
    for row, column in enumerate(columns, start + 1):
        name = f"{column.heading} *" if column.required else column.heading
        vi, en = column.help_vi, column.help_en
        if column.choices:
            vi = f"{vi} {', '.join(one for _value, one, _en in column.choices)}."
            en = f"{en} {', '.join(one for _value, _vi, one in column.choices)}."
        guide.write_row(row, 0, (name, vi, en, example(column, locale)))
