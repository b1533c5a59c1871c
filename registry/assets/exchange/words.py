"""What a sheet says in both languages at once: headings, explanations, choices.

Not translated by catalogue: a sheet that was made in one language is filled in and read in the other.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple


class Words(NamedTuple):
    """A field of the sheet; `also` are headings that other people's sheets use for it."""

    key: str
    vi: str
    en: str
    reading: str
    helps: tuple[str, str]
    example: str = ""
    required: bool = False
    also: tuple[str, ...] = ()
    choices: Sequence[tuple[str, str, str]] = ()
    example_en: str = ""


KINDS: Final = (
    ("standard", "Chuẩn đo lường", "Measurement standard"),
    ("reference_material", "Chất chuẩn", "Reference material"),
    ("instrument", "Phương tiện đo", "Measuring instrument"),
)
STATUSES: Final = (
    ("planned", "Dự kiến", "Planned"),
    ("procured", "Đã mua", "Procured"),
    ("accepted", "Đã nghiệm thu", "Accepted"),
    ("in_service", "Đang sử dụng", "In service"),
    ("limited_use", "Sử dụng hạn chế", "Limited use"),
    ("out_for_calibration", "Đang gửi hiệu chuẩn", "Out for calibration"),
    ("quarantined", "Cách ly", "Quarantined"),
    ("out_of_service", "Tạm ngừng sử dụng", "Out of service"),
    ("retired", "Đã rút khỏi sử dụng", "Withdrawn from use"),
    ("disposed", "Đã thanh lý", "Disposed"),
)
CLASSES: Final = (
    ("national", "Chuẩn quốc gia", "National standard"),
    ("reference", "Chuẩn chính", "Reference standard"),
    ("working", "Chuẩn công tác", "Working standard"),
    ("transfer", "Chuẩn truyền", "Transfer standard"),
    ("travelling", "Chuẩn di động", "Travelling standard"),
)
FIELDS: Final = (
    Words(
        "tag",
        "Mã nhãn",
        "Tag",
        "tag",
        (
            "Để trống với thiết bị mới; mã được cấp khi nhập. Với thiết bị đã có, giữ nguyên mã.",
            "Leave it empty for a new asset: it is given when the sheet is imported. Keep it for one that exists.",
        ),
        also=("ma", "ma qr", "asset tag"),
    ),
    Words(
        "kind",
        "Phân loại",
        "Kind",
        "choice",
        ("Chọn trong danh sách.", "Choose from the list."),
        "standard",
        required=True,
        also=("loai", "phan loai tai san", "loai tai san", "asset kind"),
        choices=KINDS,
    ),
    Words(
        "name",
        "Tên",
        "Name",
        "text",
        ("Tên chuẩn hoặc phương tiện đo.", "What the standard or instrument is called."),
        "Quả cân chuẩn F1 1 kg",
        required=True,
        example_en="F1 standard weight 1 kg",
        also=("ten tai san", "ten thiet bi", "ten phuong tien do", "ten chuan", "asset name", "description"),
    ),
    Words(
        "owner",
        "Đơn vị sở hữu",
        "Owner",
        "code",
        (
            "Mã hoặc tên đầy đủ của tổ chức sở hữu, chọn trong danh sách.",
            "The code or the full name of the organisation that owns it; choose from the list.",
        ),
        required=True,
        also=("chu so huu", "don vi quan ly", "don vi su dung", "to chuc", "organisation", "organization"),
    ),
    Words(
        "manufacturer",
        "Hãng sản xuất",
        "Manufacturer",
        "text",
        ("Nơi sản xuất.", "Who made it."),
        "Mettler Toledo",
        also=("nha san xuat", "hang", "hang sx", "nha sx", "make", "maker"),
    ),
    Words(
        "model",
        "Kiểu",
        "Model",
        "text",
        ("Kiểu, ký hiệu của nhà sản xuất.", "The maker's type."),
        "F1-1kg",
        also=("kieu loai", "ky hieu", "model", "type designation"),
    ),
    Words(
        "serial_no",
        "Số sê-ri",
        "Serial number",
        "serial",
        (
            "Định dạng ô là văn bản để giữ số 0 ở đầu. Cùng đơn vị, hãng, kiểu và số sê-ri là cùng một thiết bị.",
            "Format the cell as text: leading zeros stay. The same owner, maker, model and number is the same asset.",
        ),
        "0012345",
        also=("so che tao", "so may", "so seri", "so serial", "serial", "serial no", "s/n", "sn", "so hieu"),
    ),
    Words(
        "asset_no",
        "Mã tài sản",
        "Inventory number",
        "serial",
        ("Mã quản lý tài sản của đơn vị, nếu có.", "The owner's own inventory number, if any."),
        "TS-2026-001",
        also=(
            "so tai san",
            "ma quan ly",
            "so quan ly",
            "so the",
            "ma tai san ke toan",
            "asset no",
            "asset number",
            "inventory no",
        ),
    ),
    Words(
        "location",
        "Nơi đặt",
        "Location",
        "text",
        ("Nơi đặt.", "Where it is kept."),
        "Phòng khối lượng",
        example_en="Mass laboratory",
        also=("vi tri", "noi su dung", "dia diem", "phong", "place"),
    ),
    Words(
        "custodian",
        "Người giữ",
        "Custodian",
        "text",
        ("Người chịu trách nhiệm.", "Who looks after it."),
        "Nguyễn Văn A",
        also=("nguoi quan ly", "nguoi phu trach", "nguoi su dung"),
    ),
    Words(
        "instrument_type",
        "Loại phương tiện đo",
        "Instrument type",
        "text",
        (
            "Mã hoặc tên loại trong danh mục, nếu là phương tiện đo nhóm 2.",
            "The code or name of its type in the catalogue, if it is legally controlled.",
        ),
        also=("loai ptd", "type", "nhom phuong tien do"),
    ),
    Words(
        "status",
        "Tình trạng",
        "Status",
        "choice",
        ("Để trống là đang sử dụng.", "Left empty, it is in service."),
        "in_service",
        also=("trang thai", "tinh trang su dung", "state"),
        choices=STATUSES,
    ),
    Words(
        "status_reason",
        "Lý do đổi tình trạng",
        "Reason for the status",
        "text",
        (
            "Cần khi ngừng, hạn chế hoặc thôi sử dụng.",
            "Needed when it is taken out of use or its use is limited.",
        ),
        also=("ly do",),
    ),
    Words(
        "restriction",
        "Giới hạn sử dụng",
        "Restriction",
        "text",
        ("Chỉ với tình trạng sử dụng hạn chế.", "Only with limited use: what it may be used for."),
        also=("gioi han",),
    ),
    Words(
        "standard_class",
        "Cấp chuẩn",
        "Class of standard",
        "choice",
        ("Chỉ với chuẩn đo lường.", "Only of a measurement standard."),
        "working",
        also=("loai chuan", "standard class"),
        choices=CLASSES,
    ),
    Words(
        "lot_no",
        "Số lô",
        "Lot number",
        "serial",
        ("Số lô, mẻ, khi không có số chế tạo.", "Lot or batch, where there is no serial number."),
        also=("lo", "so me", "lot", "batch"),
    ),
    Words(
        "parent",
        "Thuộc bộ (mã)",
        "Part of set (tag)",
        "serial",
        (
            "Mã nhãn của bộ, hoặc mã tài sản của bộ trong tệp này hay trong sổ; cùng đơn vị sở hữu.",
            "The tag of the set, or its inventory number in this file or in the registry; it has the same owner.",
        ),
        also=("thuoc bo", "part of set", "set"),
    ),
    Words(
        "commissioned_on",
        "Ngày đưa vào sử dụng",
        "Commissioned on",
        "day",
        ("Ngày/tháng/năm, ví dụ 31/01/2026.", "Day/month/year, such as 31/01/2026, or 2026-01-31."),
        "2026-01-31",
        also=("ngay su dung", "ngay dua vao su dung", "commissioned", "in service since"),
    ),
)
SCHEDULES: Final = (
    Words(
        "calibration",
        "Chu kỳ hiệu chuẩn (tháng)",
        "Calibration interval (months)",
        "months",
        (
            "Số tháng, hoặc ví dụ “90 ngày”, “2 năm”; để trống nếu không áp dụng. Dấu - là thôi áp dụng.",
            "Months, or such as “90 days”, “2 years”; empty when it does not apply. A dash - gives it up.",
        ),
        "12",
        also=("chu ky hieu chuan", "calibration interval", "calibration_months"),
    ),
    Words(
        "verification",
        "Chu kỳ kiểm định (tháng)",
        "Verification interval (months)",
        "months",
        ("Số tháng, theo quy định với phương tiện đo nhóm 2.", "Months, as the circular sets for its type."),
        also=("chu ky kiem dinh", "verification interval", "verification_months"),
    ),
    Words(
        "intermediate_check",
        "Chu kỳ kiểm tra giữa kỳ (tháng)",
        "Intermediate check interval (months)",
        "months",
        ("Số tháng.", "Months."),
        also=("chu ky kiem tra giua ky", "intermediate check interval", "intermediate_check_months"),
    ),
    Words(
        "testing",
        "Chu kỳ thử nghiệm (tháng)",
        "Testing interval (months)",
        "months",
        ("Số tháng.", "Months."),
        also=("chu ky thu nghiem", "testing interval", "testing_months"),
    ),
)
CHARACTERISTICS: Final = (
    Words(
        "quantity",
        "Đại lượng",
        "Quantity",
        "text",
        ("Đại lượng đo.", "What is measured."),
        "khối lượng",
        example_en="mass",
    ),
    Words("unit", "Đơn vị", "Unit", "text", ("Đơn vị đo.", "The unit."), "kg", also=("don vi do", "dvt")),
    Words(
        "range_low",
        "Phạm vi từ",
        "Range from",
        "number",
        ("Giới hạn dưới.", "Its lower end."),
        "0",
        also=("pham vi do tu", "gioi han duoi", "range low", "min"),
    ),
    Words(
        "range_high",
        "Phạm vi đến",
        "Range to",
        "number",
        ("Giới hạn trên.", "Its upper end."),
        "1",
        also=("pham vi do den", "gioi han tren", "range high", "max"),
    ),
    Words(
        "mpe",
        "Sai số cho phép lớn nhất",
        "Maximum permissible error",
        "number",
        ("Không ghi dấu ±.", "Without its ±."),
        "0.000005",
        also=("sai so cho phep", "sai so", "mpe", "tolerance"),
    ),
    Words(
        "mpe_percent_of_reading",
        "Sai số, % số đọc",
        "Error, % of reading",
        "number",
        ("Phần sai số tính theo % số đọc.", "A part of the permissible error, in percent of the reading."),
        also=("mpe % of reading",),
    ),
    Words(
        "mpe_percent_of_range",
        "Sai số, % phạm vi đo",
        "Error, % of range",
        "number",
        ("Phần sai số tính theo % phạm vi đo.", "A part of the permissible error, in percent of the range."),
        also=("mpe % of range",),
    ),
    Words(
        "accuracy_class",
        "Cấp chính xác",
        "Accuracy class",
        "text",
        ("Ví dụ F1, III, 0,5.", "Such as F1, III, 0.5."),
        "F1",
        also=("cap cx", "class"),
    ),
    Words(
        "resolution",
        "Độ phân giải",
        "Resolution",
        "number",
        ("Giá trị nhỏ nhất đọc được.", "The smallest change it shows."),
        also=("gia tri do chia", "do chia", "scale interval"),
    ),
)
SHOWN_ONLY: Final = (("Hạn gần nhất", "Due"),)
TOGETHER: Final = {
    "characteristics": ("Đặc trưng đo lường", "Metrological characteristics"),
    "schedules": ("Chu kỳ", "Schedules"),
}
