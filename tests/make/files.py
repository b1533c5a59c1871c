"""Files for tests: pictures as phones take them, and what pretends to be one."""

import struct
import zlib
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from PIL import Image
from sqlalchemy import select

from registry.assets.files import actions as asset_files
from registry.assets.models import Asset
from registry.calibration.files import actions as calibration_files
from registry.calibration.models import Calibration
from registry.kernel.db import Base, db
from registry.kernel.files.intake import Incoming, incoming

GPS_IFD, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DCC = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" schemaVersion="3.3.0">'
    b"<dcc:administrativeData/></dcc:digitalCalibrationCertificate>"
)
NAME = 'Giấy chứng nhận "số 1".pdf'


def scene(side: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue, so that turning it shows."""
    made = Image.new("RGB", side, (200, 30, 30))
    made.paste((30, 30, 200), (side[0] // 2, 0, *side))
    return made if mode == "RGB" else made.convert(mode)


def written(picture: Image.Image, kind: str = "JPEG", **said: Any) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **said)
    return stream.getvalue()


def photo(side: tuple[int, int] = (640, 480), *, orientation: int = 1) -> bytes:
    """A JPEG as a phone writes it: where it was taken, by what, and how the phone was held."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "Điện thoại"
    exif.get_ifd(GPS_IFD)[1] = "N"
    exif.get_ifd(GPS_IFD)[2] = (21.0, 35.0, 40.0)
    return written(scene(side), exif=exif, comment=b"<script>alert(1)</script>")


def bomb(side: tuple[int, int]) -> bytes:
    """A PNG of a few bytes that says it has that many pixels."""
    head = struct.pack(">IIBBBBB", *side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def packed(**members: bytes) -> bytes:
    """A zip file; `__` in a name is a slash, `_dot_` a dot."""
    stream = BytesIO()
    with ZipFile(stream, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def workbook(**more: bytes) -> bytes:
    """What tells a spreadsheet from another zip file."""
    stream = BytesIO()
    with ZipFile(stream, "w") as made:
        made.writestr("[Content_Types].xml", b"<Types/>")
        made.writestr("xl/workbook.xml", b"<workbook/>")
        for name, content in more.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def sent(content: bytes = PDF, name: str = NAME, **said: str) -> dict[str, Any]:
    """The form of a request that brings a file, its name written as browsers do."""
    return {
        "data": {"file": (BytesIO(content), name.replace('"', "%22")), **said},
        "content_type": "multipart/form-data",
    }


def on_each(*tables: type[Base]) -> None:
    """A photo on the first row of each table that files hang on."""
    attach = {Asset: asset_files.attach, Calibration: calibration_files.attach}
    for table in tables:
        first = db.session.scalars(select(table).order_by(table.id)).first()
        attach[table](first, incoming=taken(photo(), "a.jpg"), by=None)


def taken(content: bytes = PDF, name: str = NAME) -> Incoming:
    """A file that was judged and may be kept."""
    return incoming(content, name)
