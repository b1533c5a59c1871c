"""The letters of documents: composed, in one line where a line is meant, nothing that cannot be seen or kept in XML."""

import re
import unicodedata
from typing import Final

from registry.kernel.text import visible

ENDS_OF_LINES: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
SPACES: Final = re.compile("[ \t]+")
REFUSED: Final = re.compile(  # what XML 1.0 cannot hold, and what is no letter in Unicode
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)


def letters(text: str) -> str:
    """A text as it is set; its lines stay lines."""
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip(" ")
    plain = REFUSED.sub("", visible(ENDS_OF_LINES.sub("\n", text)))
    lines = SPACES.sub(" ", unicodedata.normalize("NFC", plain)).split("\n")
    return "\n".join(line.strip(" ") for line in lines).strip("\n")
