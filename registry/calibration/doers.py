"""Who did the work, as a record names them: by name or by address, alone or among others."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from registry.kernel.text import visible, words_of

BETWEEN: Final = re.compile(r"[^\w\s.'’]|_|\n|\s(?:và|and)\s")
HYPHENS: Final = re.compile(r"(?<=\w)[-\u2010-\u2015\u2212](?=\w)")  # within a name, not around it
POSTS: Final = (
    *("kdv", "ktv", "hcv", "kiem dinh vien", "hieu chuan vien", "ky thuat vien", "ki thuat vien", "truong phong"),
    *("pho phong", "giam doc", "pho giam doc", "phu trach", "technician", "engineer", "manager", "verifier"),
)
TITLES: Final = (
    *POSTS,
    *("ong", "ba", "anh", "chi", "co", "chu", "bac", "em", "thay", "mr", "mrs", "ms", "miss", "dr", "prof"),
    *("gs", "pgs", "ts", "ths", "th s", "ks", "cn", "ky su", "ki su", "cu nhan", "thac si", "thac sy", "tien si"),
    *("tien sy", "giao su", "pho giao su", "nguoi thuc hien", "do", "by"),
)
AHEAD: Final = re.compile(f"^(?:{'|'.join(TITLES)}) ")
BEHIND: Final = re.compile(f" (?:{'|'.join(POSTS)})$")


def names(said: str | None, name: str, email: str) -> bool:
    """Whether a text that says who did something names a person, whatever the order of the name and its titles."""
    if said is None:
        return False
    if email.casefold() in said.casefold():
        return True
    plain = HYPHENS.sub(" ", unicodedata.normalize("NFC", visible(said)))
    parts = [part for part in BETWEEN.split(plain) if part.strip()]
    joined = (f"{first} {second}" for first, second in pairwise(parts))  # “Quản, Hà Thị”
    wanted = set(_forms(name))
    return any(wanted & set(_forms(one)) for one in (*parts, *joined))


def _forms(said: str) -> Iterator[tuple[str, ...]]:
    """The words of a name in no order: all of them, and without the titles before and behind it."""
    text = " ".join(words_of(said))
    yield tuple(sorted(text.split()))
    while True:
        bare = BEHIND.sub("", AHEAD.sub("", text))
        if bare == text:
            return
        text = bare
        yield tuple(sorted(text.split()))
