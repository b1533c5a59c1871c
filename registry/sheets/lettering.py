"""How the letters of a text table were written: told by its first bytes, else UTF-8, else Vietnamese Windows.

A wrong guess makes nonsense of every name without anybody noticing, so what does not fit is refused by its line.
"""

import codecs
import unicodedata
from typing import Final

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

BLOCK: Final = 1 << 20
SAMPLE: Final = 2000
WINDOWS: Final = "cp1258"
STRANGE: Final = 0.05  # of the letters beyond ASCII, those that no Vietnamese text has
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
VOWELS: Final = "aăâeêioôơuưy"
TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LOWER: Final = frozenset(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES) | {"đ"}
SIGNS: Final = frozenset("°±×÷·µ²³¹¼½¾§©®«»“”‘’„‚–—…•€£¥Ωω\u00a0\u00ad\u200e\u200f™‰†ˆ₫")  # noqa: RUF001 — what Word makes of quotation marks


def encoding(content: bytes) -> str:
    """The name of the encoding. Raises Invalid where letters cannot be read, or would become others."""
    marked = next((name for mark, name in MARKS if content.startswith(mark)), None)
    found = marked or _wide(content)
    if found and found.startswith("utf-16") and len(content) % 2:
        raise Invalid(
            {"file": [_("The file ends in the middle of a letter, so a part of it was lost. Send it again.")]}
        )
    if found and found.startswith("utf-16"):
        if not _reads(content, found):
            raise Invalid({"file": [_unknown()]})
        return found
    found = found or "utf-8"
    bad = _first_bad(content)
    if bad is None:
        return found
    if marked is None and _is_vietnamese_windows(content):
        return WINDOWS
    line = content.count(b"\n", 0, bad) + 1
    text = _(
        "Line %(line)s holds letters that are no UTF-8; save the file again as “CSV UTF-8”, or as .xlsx.", line=line
    )
    raise Invalid({"file": [text]})


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: of nearly every letter one of two bytes is zero."""
    sample = content[:SAMPLE]
    if sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > len(sample) // 4 else None


def _first_bad(content: bytes) -> int | None:
    """Where the first byte is that UTF-8 cannot have there."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(content), BLOCK):
        kept = len(decoder.getstate()[0])
        try:
            decoder.decode(content[start : start + BLOCK], final=start + BLOCK >= len(content))
        except UnicodeDecodeError as error:
            return start - kept + error.start
    return None


def _is_vietnamese_windows(content: bytes) -> bool:
    """Whether a text that is no UTF-8 is Vietnamese in the code page of Windows, and no UTF-8 with a few bytes lost."""
    replaced = content.decode("utf-8", "replace")
    lost = replaced.count("\ufffd")
    if sum(letter > "\x7f" for letter in replaced) - lost > lost:
        return False
    try:
        said = unicodedata.normalize("NFC", content.decode(WINDOWS))
    except UnicodeDecodeError:
        return False
    beyond = [letter for letter in said if letter > "\x7f"]
    strange = sum(letter.lower() not in LOWER and letter not in SIGNS for letter in beyond)
    return strange <= STRANGE * len(beyond)


def _reads(content: bytes, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for start in range(0, len(content), BLOCK):
            decoder.decode(content[start : start + BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _unknown() -> str:
    return _("The letters of this file cannot be read; save it again as “CSV UTF-8”, or as .xlsx.")
