"""The empty sheet of calibrations to fill in."""

from operator import attrgetter
from typing import Final

from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.assets.exchange.holdings import Owners
from registry.calibration.exchange.columns import all_columns
from registry.calibration.exchange.holdings import Laboratories
from registry.sheets.models import Form
from registry.sheets.template import Kind, made, offered

NOTES: Final = (
    (
        "Mỗi dòng là một giấy chứng nhận của một thiết bị.",
        "One certificate of one asset a row.",
    ),
    (
        "Điểm đo thứ nhất ghi trên dòng đó; mỗi điểm sau một dòng ngay bên dưới, ghi lại số giấy hoặc để trống.",
        "Its first point stands on that row; each further one right under it, with the number again or without.",
    ),
    (
        "Không đổi tên tiêu đề; có thể bỏ hoặc đổi chỗ các cột.",
        "Keep the headings; columns may be left out or moved.",
    ),
    (
        "Trước khi nhập, hệ thống kiểm tra từng dòng và cho xem kết quả; chưa có gì thay đổi.",
        "Every row is checked and shown before anything is imported.",
    ),
    (
        "Hồ sơ nhập vào là hồ sơ đã cấp, ghi rõ là được nhập từ tệp, bởi ai và khi nào; hồ sơ không mang chữ ký nào.",
        "What is imported is issued, plainly marked as imported, by whom and when; it bears no signature.",
    ),
    (
        "Nhập lại cùng một tệp không thay đổi gì. Hoàn tác thì mọi hồ sơ của lần nhập thành không hiệu lực.",
        "The same file again changes nothing. Undoing an import voids all its records.",
    ),
)


def template(form: Form, *, locale: str, by: Person | None) -> bytes:
    """The sheet to fill in, with the organisations a person records for and the laboratories."""
    owners = Owners(by, Verb.CALIBRATION_RECORD).by_code.values()
    writing = sorted((owner for owner in owners if owner.may_write), key=attrgetter("code"))
    choices = {
        "owner": [offered(one.code, one.name_vi if locale == "vi" else one.name_en) for one in writing],
        "lab": sorted(offered(code, name) for code, name in Laboratories().named),
    }
    return made(form, Kind("Lịch sử - History", all_columns(), NOTES), choices, locale)
