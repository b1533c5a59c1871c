"""Whether an item is one of what a line of a scope names in words, as scopes and instruments are called in Vietnam.

Words are compared folded, without those that part no kinds ("các loại", "kiểu", "thiết bị"). An item belongs to a line
where its name, or that of its type, begins as the line does and has all its words: "Cân phân tích AB204" to "Cân" and
to "Cân phân tích", "Bộ quả cân F1" to "Quả cân" and not to "Cân". What cannot be told that way is not guessed.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from registry.kernel.text import fold, words_of

PARTED: Final = re.compile(r"[,;/()\[\]\n]|\b(?:va|hoac|and|or)\b|&")
PLAIN: Final = frozenset(
    {
        *("bo", "cai", "chiec", "cac", "loai", "kieu", "may", "thiet", "bi", "phuong", "tien", "dung", "cu", "he"),
        *("thong", "thuong", "chuan", "do", "su", "the", "a", "of"),
    }
)
KINDS: Final = (
    ("can", "balance", "balances", "scale", "scales"),
    ("qua can", "weight", "weights"),
    ("thuoc cap", "thuoc kep", "caliper", "calipers", "vernier caliper"),
    ("panme", "pan me", "thuoc van", "micrometer", "micrometers"),
    ("thuoc cuon", "tape measure", "tape measures"),
    ("thuoc vach", "thuoc thang", "ruler", "rulers"),
    ("dong ho so", "dial gauge", "dial indicator"),
    ("ca lip", "calip", "gauge block", "can mau", "can mau song phang"),
    ("ap ke", "dong ho ap suat", "dong ho ap luc", "pressure gauge", "pressure gauges", "manometer"),
    ("huyet ap ke", "sphygmomanometer", "sphygmomanometers"),
    ("chan khong ke", "vacuum gauge"),
    ("nhiet ke", "thermometer", "thermometers"),
    ("nhiet am ke", "am ke", "thermohygrometer", "hygrometer"),
    ("tu nhiet", "buong nhiet", "tu say", "tu am", "lo nhiet", "lo nung"),
    ("cap nhiet dien", "thermocouple", "thermocouples"),
    ("dong ho nuoc", "water meter", "water meters"),
    ("cong to dien", "cong to", "electricity meter"),
    ("cot xang dau", "fuel dispenser", "fuel dispensers"),
    ("taximet", "taximeter", "taximeters"),
    ("dong ho van nang", "van nang", "multimeter", "digital multimeter"),
    ("ampe kim", "clamp meter"),
    ("pipet", "micropipet", "pipette"),
    ("buret", "burette"),
    ("binh dinh muc", "volumetric flask"),
    ("binh kim loai", "ca dong"),
    ("dong ho bam giay", "stopwatch"),
    ("luc ke", "dynamometer"),
    ("co le luc", "torque wrench"),
)  # each with its other names; the words of PLAIN are left out of them as of everything else
Words = tuple[str, ...]


def belongs(measurand: str, names: Iterable[str]) -> bool | None:
    """Whether an item of some names is of what a line is for; None where it cannot be told from the words."""
    kinds = _kinds(measurand)
    called = list(filter(None, map(_words, names)))
    if any(_holds(kind, name) for kind in kinds for name in called):
        return True
    theirs = [_known(name) for name in called]
    mine = [_known(kind) for kind in kinds]
    is_told = bool(theirs and mine) and None not in theirs and None not in mine and not set(theirs) & set(mine)
    return False if is_told else None


@lru_cache(maxsize=4096)
def _kinds(measurand: str) -> Sequence[Words]:
    """What a line names, each part; one that leaves out its first word ("áp kế lò xo và hiện số") takes it up again."""
    found: list[Words] = []
    head: Words = ()
    for part in PARTED.split(fold(measurand)):
        words = _words(part)
        if not words:
            continue
        begins = _begin(words)
        if begins or not head:
            found.append(words)
            head = begins
        else:
            found.append((*head, *words))
    return found


@lru_cache(maxsize=4096)
def _words(text: str) -> Words:
    return tuple(word for word in words_of(text) if word not in PLAIN)


@lru_cache(maxsize=1)
def _table() -> dict[Words, int]:
    return {_words(name): place for place, kind in enumerate(KINDS) for name in kind}


def _begin(words: Words) -> Words:
    """The longest name of a kind that words begin with; empty where they begin with none."""
    return max((name for name in _table() if words[: len(name)] == name), key=len, default=())


def _known(words: Words) -> int | None:
    return _table().get(_begin(words))


def _holds(kind: Words, name: Words) -> bool:
    """Whether a name begins as a kind does, whichever of its names that has, and has the other words in their order."""
    mine, theirs = _begin(kind), _begin(name)
    if mine and theirs:
        if _table()[mine] != _table()[theirs]:
            return False
        kind, name = kind[len(mine) :], name[len(theirs) :]
    elif kind[0] != name[0]:
        return False
    rest = iter(name)
    return all(word in rest for word in kind)
