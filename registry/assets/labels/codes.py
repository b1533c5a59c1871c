"""The codes of many labels: QR symbols made by adding bits, not by encoding each anew, and Data Matrix for tiny ones.

With its version and mask fixed, a QR symbol is an affine function of the bits that say its text: masking is a constant,
Reed-Solomon is linear, and two characters of alphanumeric mode are the eleven bits of 45·a + b (ISO/IEC 18004, 7.4.4).
So the symbol of any tag is the symbol of one of them, with one pattern exchanged for every pair of letters.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from registry.assets import tags

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from qrcode.main import QRCode

ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PLAIN: Final = re.compile(f"[{re.escape(ALPHANUMERIC)}]+")
PAIR_BITS: Final = 11
NO_TAG: Final = "0" * tags.LENGTH
SAMPLE: Final = "7KQ2M3XA9RP"  # letters and digits mixed, which Data Matrix packs worst


class Symbol(NamedTuple):
    """A drawn code without its quiet zone: bit x·side + y is set where the module in column x, row y is dark."""

    side: int
    bits: int

    def is_dark(self, x: int, y: int) -> bool:
        """Whether a module is dark."""
        return bool(self.bits >> (x * self.side + y) & 1)


class Codes(Protocol):
    """A kind of code: the modules a side of its largest symbol, those of its quiet zone, and the symbol of a tag."""

    @property
    def side(self) -> int: ...
    @property
    def quiet(self) -> int: ...
    def symbol(self, tag: str) -> Symbol: ...


class QrCodes:
    """QR symbols of the addresses of tags; `level` is qrcode's error correction: M restores 15 %, L 7 %."""

    quiet: Final = 4

    def __init__(self, base_url: str, level: int) -> None:
        self._level = level
        self._address = tags.address(base_url, NO_TAG)
        self._first = len(self._address) - tags.LENGTH
        self._version, self._mask = self._chosen()
        self.side = 17 + 4 * self._version
        self._affine = PLAIN.fullmatch(self._address) is not None
        self._pairs = self._starts() if self._affine else []
        self._patterns: list[dict[str, int]] = [{} for _pair in self._pairs]
        self._bases = [self._basis(start) for start in self._pairs]
        self._nothing = self._encoded(self._with_zeros()) if self._affine else 0

    def symbol(self, tag: str) -> Symbol:
        """The symbol of a tag: a few microseconds once the pairs of letters were seen."""
        text = self._address[: self._first] + tag
        if not self._affine:
            return Symbol(self.side, self._encoded(text))
        bits = self._nothing
        for place, start in enumerate(self._pairs):
            letters = text[start : start + 2]
            known = self._patterns[place]
            pattern = known.get(letters)
            if pattern is None:
                pattern = known[letters] = _sum(self._bases[place], _value(letters))
            bits ^= pattern
        return Symbol(self.side, bits)

    def _starts(self) -> list[int]:
        """Where the pairs begin that hold a letter of the tag; the first may hold one of what is before it."""
        return list(range(self._first // 2 * 2, len(self._address), 2))

    def _with_zeros(self, start: int = 0, letters: str = "") -> str:
        """The address with zeros from the first pair on, but for the letters at one place."""
        text = self._address[: self._pairs[0]].ljust(len(self._address), "0")
        return text[:start] + letters + text[start + len(letters) :] if letters else text

    def _basis(self, start: int) -> Sequence[int]:
        """What each bit of a pair's value changes."""
        alone = start + 1 == len(self._address)
        zero = self._encoded(self._with_zeros())
        values = [1 << place for place in range(6 if alone else PAIR_BITS)]
        letters = [ALPHANUMERIC[v] if alone else ALPHANUMERIC[v // 45] + ALPHANUMERIC[v % 45] for v in values]
        return [self._encoded(self._with_zeros(start, pair)) ^ zero for pair in letters]

    def _chosen(self) -> tuple[int, int]:
        """The smallest version that holds an address, and the mask that suits a typical one best."""
        code = _qr(self._address[: self._first] + SAMPLE, self._level)
        code.make(fit=True)
        return int(code.version), int(code.best_mask_pattern())

    def _encoded(self, text: str) -> int:
        code = _qr(text, self._level, version=self._version, mask_pattern=self._mask)
        code.make(fit=False)
        return _packed(code.get_matrix())


class DataMatrixCodes:
    """Data Matrix symbols (ECC 200), of addresses or of bare tags; some tags need a smaller symbol than others."""

    quiet: Final = 1

    def __init__(self, base_url: str | None) -> None:
        self._base_url = base_url
        self.side = self.symbol(SAMPLE).side

    def symbol(self, tag: str) -> Symbol:
        """The symbol of a tag, 0.1 ms."""
        import zxingcpp  # noqa: PLC0415 — 80 ms that no start of the server should pay

        text = tag if self._base_url is None else tags.address(self._base_url, tag)
        drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
        image = drawn.to_image(scale=1, add_quiet_zones=False)
        side, levels = image.shape[0], bytes(cast("ReadableBuffer", image))
        rows = [levels[start : start + side] for start in range(0, side * side, side)]
        return Symbol(side, _packed([[level == 0 for level in row] for row in rows]))


@lru_cache(maxsize=16)
def qr(base_url: str, level: int) -> QrCodes:
    """The QR codes of a site; made in 30 ms, then kept."""
    return QrCodes(base_url, level)


@lru_cache(maxsize=16)
def data_matrix(base_url: str | None) -> DataMatrixCodes:
    """The Data Matrix codes of a site, or of bare tags, which only a scanner of this registry understands."""
    return DataMatrixCodes(base_url)


def _qr(text: str, level: int, **said: int) -> "QRCode":
    from qrcode.main import QRCode  # noqa: PLC0415 — 30 ms that no start of the server should pay

    code = QRCode(error_correction=level, border=0, **said)
    code.add_data(text, optimize=0)
    return code


def _packed(rows: Sequence[Sequence[bool]]) -> int:
    columns = "".join("1" if dark else "0" for column in zip(*rows, strict=True) for dark in column)
    return int(columns[::-1], 2)


def _value(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * len(ALPHANUMERIC) + ALPHANUMERIC.index(letter)
    return value


def _sum(basis: Sequence[int], value: int) -> int:
    total = 0
    for place, pattern in enumerate(basis):
        if value >> place & 1:
            total ^= pattern
    return total
