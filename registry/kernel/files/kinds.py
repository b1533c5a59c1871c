"""What a file is, told from its content: the name it came under and what the browser called it prove nothing."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from registry.kernel.errors import Invalid
from registry.kernel.files.rules import FIELD, MAX_BYTES
from registry.kernel.i18n import _, lazy

OFFICE: Final = {
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
OPEN_DOCUMENT: Final = frozenset(
    {"application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.text"}
)
MACROS: Final = re.compile(r"(^|/)(vbaProject\.bin|Basic/|Scripts/)", re.IGNORECASE)
LONGEST_TYPE: Final = 100
DCC: Final = "https://ptb.de/dcc digitalCalibrationCertificate"
ACTIVE: Final = (
    "http://www.w3.org/1999/xhtml ",
    "http://www.w3.org/2000/svg ",
    "http://www.w3.org/1999/XSL/Transform ",
)
MARKUP: Final = re.compile(
    r"<(!doctype\s+html|html|head|body|script|iframe|object|embed|svg|img|meta|style)\b", re.IGNORECASE
)
FIRST: Final = re.compile(r"\ufeff?\s*(?:<\?[^>]*>\s*)?(?:<!--.*?-->\s*)?<([a-z]+)", re.IGNORECASE | re.DOTALL)
CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
TEXT_ENDINGS: Final = {
    "csv": "text/csv",
    "txt": "text/plain",
    "md": "text/plain",
    "log": "text/plain",
    "": "text/plain",
}

PHONE: Final = lazy("a HEIC photo; set the phone's camera to “Most compatible”, or send it as JPEG")
VIDEO: Final = lazy("a video or sound")
PROGRAM: Final = lazy("a program")
ARCHIVE: Final = lazy("an archive; unpack it and send the files one by one")
PICTURE: Final = lazy("a picture of a kind not kept here; save it as JPEG or PNG")
SCRIPT: Final = lazy("a script")
PAGE: Final = lazy("a web page; print it to PDF")
CODE: Final = lazy("a text with the code of a web page in it")
DRAWING: Final = lazy("an SVG drawing; save it as PNG or PDF")
KNOWN: Final[Sequence[tuple[bytes, str]]] = (
    (b"GIF8", PICTURE),
    (b"II*\0", PICTURE),
    (b"MM\0*", PICTURE),
    (b"\x7fELF", PROGRAM),
    (b"MZ", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\0asm", PROGRAM),
    (b"#!", SCRIPT),
    (b"%!PS", lazy("a PostScript file; save it as PDF")),
    (b"{\\rtf", lazy("an RTF file; save it as .docx or PDF")),
    (b"\xd0\xcf\x11\xe0", lazy("a file of an old Office; save it as .xlsx, .docx or PDF")),
    (b"Rar!", ARCHIVE),
    (b"7z\xbc\xaf", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"BM", PICTURE),
)
ROOTS: Final = {"html": PAGE, "svg": DRAWING}
WORDS_TOO: Final = frozenset({b"MZ", b"BM"})
HEIF: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def media_type(content: bytes, name: str | None = None) -> str:
    """The type of what may be kept. Raises Invalid for everything else, saying what it is and what to do instead."""
    _check_size(content)
    if (picture := _picture(content)) is not None:
        return picture
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return _text(content, name or "")


def check_photo(content: bytes) -> None:
    """Raise Invalid for what is no photo of a kind that is kept, with the remedy of who takes photos."""
    _check_size(content)
    if _picture(content) is None:
        what = PHONE if _is_heif(content) else _("no photo")
        remedy = _("Photos are kept in JPEG, PNG and WebP.")
        raise _refusal(_("This is %(what)s. %(remedy)s", what=what, remedy=remedy))


def _check_size(content: bytes) -> None:
    if not content:
        raise _refusal(_("This file is empty; choose it again."))
    if len(content) > MAX_BYTES:
        raise _refusal(_("This file is larger than %(most)s MB; send a smaller one.", most=MAX_BYTES // 1_000_000))


def _picture(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _is_heif(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in HEIF


def _office(content: bytes) -> str:
    try:
        with ZipFile(BytesIO(content)) as packed:
            members = packed.namelist()
            said = packed.getinfo("mimetype") if "mimetype" in members else None
            told = packed.read(said).decode("ascii", "replace") if said and said.file_size < LONGEST_TYPE else ""
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise _refusal(_("This file is damaged; open it on your own machine, save it and send it again.")) from error
    if any(MACROS.search(member) for member in members):
        raise _not_kept(_("an Office file with macros; save it without them"))
    if told in OPEN_DOCUMENT:
        return told
    found = next((kind for member, kind in OFFICE.items() if member in members), None)
    if found is None or "[Content_Types].xml" not in members:
        raise _not_kept(ARCHIVE)
    return found


def _text(content: bytes, name: str) -> str:
    text = _readable(content)
    told = (what for head, what in KNOWN if content.startswith(head) and (text is None or head not in WORDS_TOO))
    known = next(told, None)
    if known is None and content[4:8] == b"ftyp":
        known = PHONE if _is_heif(content) else PICTURE if content[8:12] == b"avif" else VIDEO
    if known is not None or text is None:
        raise _not_kept(known or _("a kind of file that is not known here"))
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return _markup(content, text)
    if MARKUP.search(text):
        raise _not_kept(CODE)
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending not in TEXT_ENDINGS:
        raise _not_kept(_("a text that calls itself .%(ending)s", ending=ending[:10]))
    return TEXT_ENDINGS[ending]


def _readable(content: bytes) -> str | None:
    """The text of a text file; None when it is none. Old Vietnamese encodings pass: nobody reads them here."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return None if CONTROLS.search(text) else text


def _markup(content: bytes, text: str) -> str:
    """XML of a digital calibration certificate, and nothing a browser would run. Entities are never expanded."""
    names: list[str] = []
    harmful: list[str] = []

    def declared(*_what: object) -> None:
        harmful.append(_("an XML file with a document type of its own"))

    def began(name: str, _attributes: object) -> None:
        if not names:
            names.append(name)
        if name.startswith(ACTIVE):
            harmful.append(CODE)

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartDoctypeDeclHandler = declared
    reader.StartElementHandler = began
    try:
        reader.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        begins = FIRST.match(text)
        page = PAGE if MARKUP.search(text) else None
        what = ROOTS.get(begins[1].casefold(), page) if begins else page
        raise _not_kept(what or _("text between angle brackets that is not well-formed XML")) from error
    root = names[0].rpartition(" ")[2].casefold()
    if root in ROOTS or harmful:
        raise _not_kept(ROOTS.get(root) or harmful[0])
    if names[0] != DCC:
        raise _not_kept(_("an XML file of another kind, “%(root)s”", root=root[:40]))
    return "application/xml"


def _not_kept(what: str) -> Invalid:
    remedy = _(
        "What is kept: photos (JPEG, PNG, WebP), PDF, spreadsheets and texts (.xlsx, .docx, .ods, .odt, .csv, .txt), "
        "digital calibration certificates (XML)."
    )
    return _refusal(_("This is %(what)s. %(remedy)s", what=what, remedy=remedy))


def _refusal(message: str) -> Invalid:
    return Invalid({FIELD: [message]})
