"""The empty sheet of assets to fill in."""

from operator import attrgetter
from typing import Final

from registry.accounts.models import Person
from registry.assets.exchange.checking import readable
from registry.assets.exchange.columns import all_columns
from registry.assets.exchange.holdings import Owners
from registry.assets.types import queries as types
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.text import fold
from registry.sheets.models import Form
from registry.sheets.template import MOST_LISTED, Kind, made, offered

GROUPS: Final = 3
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
    """The sheet to fill in, with the organisations a person may write for, and the types in force."""
    in_force = types.has_version_on(clock.today())
    owners = sorted((owner for owner in Owners(by).by_code.values() if owner.may_write), key=attrgetter("code"))
    names = (
        one.name_vi if locale == "vi" else one.name_en or one.name_vi
        for one in db.session.scalars(types.usable(by, None).where(in_force).limit(MOST_LISTED))
    )
    choices = {
        "owner": [offered(one.code, one.name_vi if locale == "vi" else one.name_en) for one in owners],
        "instrument_type": sorted(dict.fromkeys(names), key=fold),
    }
    return made(form, Kind("Thiết bị - Assets", readable(all_columns(GROUPS)), NOTES), choices, locale)
