"""The kinds of findings as data: their words, and the legal basis where one was verified; none is invented."""

from typing import Final, NamedTuple

from registry.inspection.checks.rules import Finding
from registry.kernel.i18n import lazy

GROUP_2: Final = "Thông tư 23/2013/TT-BKHCN (sửa đổi bởi Thông tư 07/2019/TT-BKHCN, Thông tư 03/2024/TT-BKHCN)"
CYCLES: Final = f"Điều 4, {GROUP_2}"
INSPECTIONS: Final = "Thông tư 28/2013/TT-BKHCN (sửa đổi bởi Thông tư 10/2022/TT-BKHCN)"
LAW: Final = "Luật Đo lường số 04/2011/QH13 (sửa đổi bởi Luật số 35/2018/QH14)"


class Described(NamedTuple):
    """A kind of finding: its words, how minutes say it, and what law it rests on, if that is known."""

    kind: Finding
    words: str
    vietnamese: str
    basis: str | None = None


KINDS: Final = (
    Described(
        Finding.NO_VERIFICATION, lazy("No verification"), "Chưa được kiểm định hoặc kiểm định không đạt", GROUP_2
    ),
    Described(Finding.EXPIRED_VERIFICATION, lazy("Verification expired"), "Kiểm định hết hiệu lực", CYCLES),
    Described(Finding.SEAL_BROKEN, lazy("Seal broken"), "Niêm phong, kẹp chì bị phá"),
    Described(Finding.OVER_LIMIT, lazy("Error over the limit"), "Sai số vượt giới hạn cho phép"),
    Described(Finding.ALTERED, lazy("Altered"), "Phương tiện đo bị sửa đổi"),
    Described(Finding.WRONG_USE, lazy("Used for what it is not meant for"), "Sử dụng sai mục đích"),
    Described(Finding.NO_TYPE_APPROVAL, lazy("No type approval"), "Chưa được phê duyệt mẫu", GROUP_2),
    Described(Finding.OTHER, lazy("Other finding"), "Vi phạm khác"),
)
BY_KIND: Final = {described.kind: described for described in KINDS}
