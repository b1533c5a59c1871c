"""Tags: what a label carries. Ten random characters and a check character, forgiving to read and to type.

The alphabet is Crockford's base 32, read as the elements of GF(32) = GF(2)[x]/(x⁵ + x² + 1), in which x is primitive.
A tag c₀…c₁₀ is right when Σ xⁱ·cᵢ = 0. The eleven weights xⁱ are distinct and none is zero, so changing one character
adds xⁱ·d ≠ 0 and swapping two different characters adds (xⁱ + xʲ)·d ≠ 0: either is always noticed, wherever it happens.
"""

import secrets
import unicodedata
from typing import Final

from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.text import shown

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LENGTH: Final = 10
LENGTH: Final = RANDOM_LENGTH + 1
PATH: Final = "/S/"
_MODULUS: Final = 0b100101
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_LETTERS: Final = frozenset(ALPHABET)
_FORGIVEN: Final = str.maketrans("OIL", "011", " -_.\t\r\n\u2010\u2011\u2012\u2013\u2014")


class MistypedTag(NotFound):
    """No tag looks like this: a character is wrong, missing, doubled or swapped with another."""

    slug = "mistyped-tag"


def new() -> str:
    """A tag that nobody can guess from another: 50 random bits."""
    bits = secrets.randbits(5 * RANDOM_LENGTH)
    body = "".join([ALPHABET[bits >> 5 * place & 31] for place in range(RANDOM_LENGTH)])
    return body + check_character(body)


def check_character(body: str) -> str:
    """The eleventh character of a tag whose first ten are `body`."""
    return _CHECK_CHARACTERS[_sum(body)]


def parse(text: str) -> str:
    """The tag in what a person typed or a label says.

    Any case, spaces, dashes, O for 0, I and L for 1 are forgiven; a label's whole address is understood.
    Raises MistypedTag, a NotFound that says what to look at.
    """
    tag = text if _is_plain(text) else _bare(text).upper().translate(_FORGIVEN)
    if not _is_plain(tag):
        raise MistypedTag(
            _(
                "“%(typed)s” is not a tag: a tag has %(length)s letters and digits. Compare it with the label.",
                typed=shown(text),
                length=LENGTH,
            )
        )
    if _sum(tag):
        raise MistypedTag(
            _(
                "“%(typed)s” is mistyped: its check character does not fit. Compare each character with the label.",
                typed=shown(text),
            )
        )
    return tag


def is_like_one(text: str) -> bool:
    """Whether a text is spelt as a tag is, right or mistyped: what is not may be a name or a number."""
    bare = _bare(text).upper().translate(_FORGIVEN)
    return len(bare) == LENGTH and all(letter in _VALUES for letter in bare)


def corrections(text: str) -> list[str]:
    """The right tags from which a mistyped one differs in one character, or in two that changed places."""
    typed = _bare(text).upper().translate(_FORGIVEN)
    if len(typed) != LENGTH or not _LETTERS.issuperset(typed):
        return []
    places = range(LENGTH)
    changed = [f"{typed[:at]}{letter}{typed[at + 1 :]}" for at in places for letter in ALPHABET]
    swapped = [
        f"{typed[:at]}{typed[to]}{typed[at + 1 : to]}{typed[at]}{typed[to + 1 :]}"
        for at in places
        for to in places[at + 1 :]
    ]
    return [tag for tag in dict.fromkeys((*changed, *swapped)) if not _sum(tag)]


def grouped(tag: str) -> str:
    """A tag as people read it aloud: `7KQ2-M3XA-9RP`."""
    return f"{tag[:4]}-{tag[4:8]}-{tag[8:]}"


def address(base_url: str, tag: str) -> str:
    """What a label's QR code says: upper case keeps it in QR's dense alphanumeric mode."""
    return f"{base_url}{PATH}{tag}".upper()


def _is_plain(text: str) -> bool:
    """Whether nothing of a text needs forgiving, its check character aside."""
    return len(text) == LENGTH and _LETTERS.issuperset(text)


def _bare(text: str) -> str:
    """The tag's part of a label's address, or the text itself; full-width forms become plain ones."""
    plain = unicodedata.normalize("NFKC", text[:500]).strip()
    before, separator, after = plain.upper().rpartition(PATH)
    if separator and ("://" in before or not before or "." in before):
        return after.partition("?")[0].partition("#")[0].rstrip("/")
    return plain


def _powers() -> tuple[int, ...]:
    """x⁰ … x¹⁰."""
    powers = [1]
    while len(powers) < LENGTH:
        doubled = powers[-1] << 1
        powers.append(doubled ^ _MODULUS if doubled >= len(ALPHABET) else doubled)
    return tuple(powers)


def _product(left: int, right: int) -> int:
    """The product of two elements of GF(32)."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        right >>= 1
        left <<= 1
        if left >= len(ALPHABET):
            left ^= _MODULUS
    return product


def _sum(text: str) -> int:
    """Σ xⁱ·cᵢ over the characters of a tag or of the beginning of one."""
    total = 0
    for weighted, letter in zip(_WEIGHTED, text, strict=False):
        total ^= weighted[letter]
    return total


_WEIGHTED: Final = tuple({letter: _product(power, value) for letter, value in _VALUES.items()} for power in _powers())
_CHECK_CHARACTERS: Final = {weight: letter for letter, weight in _WEIGHTED[-1].items()}
