"""Other ways to write what was searched for and not found: a unit apart from its number, syllables apart."""

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from registry.kernel.text import fold

MOST: Final = 6  # each is asked for until one is found
UNIT: Final = re.compile(r"(?<=[0-9])(?=[^\W\d_])")
SYLLABLE: Final = re.compile(
    r"(?:ngh|[cgknpt]h|ng|gi|qu|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)  # of Vietnamese, without accents


def respelt(typed: str) -> list[str]:
    """What `typed` may have been meant as, likeliest first: `cân oto 80t` as `cân o to 80 t`; at most MOST."""
    words = [piece for word in typed.split() for piece in UNIT.split(word)]
    ways = (" ".join(said) for said in product(*map(_apart, words)))
    return list(dict.fromkeys(way for way in islice(ways, MOST) if way != " ".join(typed.split())))


def _apart(word: str) -> list[str]:
    """A word in its syllables, each way to part them; a syllable, and what has none, as it is."""
    plain = fold(word)
    if len(plain) != len(word) or SYLLABLE.fullmatch(plain):
        return [word]
    return list(islice((" ".join(word[at:to] for at, to in pieces) for pieces in _parted(plain, 0)), MOST)) or [word]


def _parted(plain: str, start: int) -> Iterator[list[tuple[int, int]]]:
    if start == len(plain):
        yield []
    for end in range(len(plain), start, -1):
        if SYLLABLE.fullmatch(plain, start, end):
            yield from ([(start, end), *rest] for rest in _parted(plain, end))
