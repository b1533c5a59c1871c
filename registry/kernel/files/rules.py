"""What is true of files whatever is stored: limits, kinds, and the names they are handed out under."""

import re
import unicodedata
from enum import StrEnum
from typing import Final
from urllib.parse import quote

MAX_BYTES: Final = 15_000_000
MOST_AT_ONCE: Final = 10
MOST_FILES: Final = 100
MOST_LETTERS: Final = 150
FIELD: Final = "file"
EXTENSIONS: Final[dict[str, str]] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "application/xml": ".xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.text": ".odt",
    "text/csv": ".csv",
    "text/plain": ".txt",
}
PICTURES: Final = frozenset({"image/jpeg", "image/png"})
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # also what turns the order of letters round
STROKES: Final = str.maketrans({"đ": "d", "Đ": "D"})
UNSAFE_IN_QUOTES: Final = re.compile(r'[^ -~]|["\\%]')


class FileKind(StrEnum):
    """What a file is to the record it hangs on."""

    PHOTO = "photo"
    CERTIFICATE = "certificate"
    DOCUMENT = "document"


def clean_name(given: str | None, media_type: str) -> str:
    """A file's own name without folders or hidden characters, with the ending of what its content is."""
    composed = unicodedata.normalize("NFC", (given or "").replace("\\", "/"))
    seen = "".join(letter for letter in composed if unicodedata.category(letter) not in UNSEEN)
    name = " ".join(seen.rpartition("/")[2].split()).strip(". ")
    ending = EXTENSIONS[media_type]
    stem, dot, said = name.rpartition(".")
    if f".{said}".casefold() == ending or (said.casefold(), ending) == ("jpeg", ".jpg"):
        return f"{stem[:MOST_LETTERS]}.{said}" if stem else f"{said}{ending}"
    if dot and f".{said}".casefold() in {*EXTENSIONS.values(), ".jpeg", ".webp"}:
        name = stem
    return f"{name[:MOST_LETTERS].rstrip('. ') or 'file'}{ending}"


def disposition(manner: str, name: str) -> str:
    """A Content-Disposition (RFC 6266) whose name every browser writes as it is, and old ones without accents."""
    split = unicodedata.normalize("NFD", name.translate(STROKES))
    bare = "".join(letter for letter in split if not unicodedata.combining(letter))
    plain = UNSAFE_IN_QUOTES.sub("_", bare)
    if plain == name:
        return f'{manner}; filename="{plain}"'
    return f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
