"""What is typed into the search box, as conditions.

Words may stand in any order and each must be found: in the asset's own words, or in its owner's name or code. A word of
two letters is the beginning of one, and one of a single letter or digit is a whole word: with the spaces around it each
has a trigram of its own. A single letter typed alone finds the names that begin with it, too.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, bindparam, or_, select, union_all

from registry.assets import tags
from registry.assets.labels.models import Label
from registry.assets.lists.conditions import Values, asset, organisation
from registry.kernel.reads import Read
from registry.kernel.text import escaped, fold, words_of
from registry.kernel.trigrams import LETTERS, match

MOST_WORDS: Final = 12
NUMBER: Final = 5  # letters and digits of which hardly two things have the same
MOST_OWNERS: Final = 2000
MOST_GROUPS: Final = 6
label = cast("Table", Label.__table__)
LABELLED: Final = Read(
    union_all(
        select(asset.c.tag).where(asset.c.label_tag == bindparam("label")),
        select(asset.c.tag)
        .join_from(label, asset, asset.c.id == label.c.asset_id)
        .where(label.c.tag == bindparam("label")),
    )
)


class Found(NamedTuple):
    """Ways to answer to a search: sets of conditions, of which one must hold."""

    parts: list[tuple[str, ...]]
    values: Values

    @property
    def tiers(self) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        """The same in two, without anything twice: what has all the words itself, and what its owner helps to find."""
        own = [part for part in self.parts if not any(name.startswith("named") for name in part)]
        words = sum(name.startswith("word_") for name in self.values)
        unlike = f"unlike.{words}{'b' if 'beginning' in self.values else ''}"
        return own, [(*part, unlike) for part in self.parts if part not in own]


def found_by(typed: str) -> Found:
    """What a search means."""
    try:
        return Found([("tag",)], {"tag": _own_tag(tags.parse(typed))})
    except tags.MistypedTag:
        pass
    words = list(dict.fromkeys(words_of(typed) or fold(typed).split()))[:MOST_WORDS]
    if not words:
        return Found([()], {})
    sought = [_sought(word) for word in words]
    values: Values = {f"word_{place}": f"%{escaped(text)}%" for place, text in enumerate(sought)}
    parts: list[tuple[str, ...]] = []
    if len(words) == len(words[0]) == 1:
        parts.append(("beginning",))
        values |= {"beginning": words[0], "beginning_end": chr(ord(words[0]) + 1)}
    for group, (named, owners) in enumerate(_groups(words)):
        rest = [place for place in range(len(words)) if place not in named]
        part: tuple[str, ...] = ()
        if rest:
            asked = _telling(words, rest)
            compared = [place for place in rest if place not in asked]
            part = (f"text.{group}:{_listed(asked)}/{_listed(compared)}",)
            values[f"match_{group}"] = match([sought[place] for place in asked])
        if owners:
            part = (f"named.{group}", *part)
            values[f"named_{group}"] = owners
        parts.append(part)
    return Found(parts, values)


def _own_tag(tag: str) -> str:
    """The tag an asset was registered with, for the tag of a label that it got later, has or had."""
    found = LABELLED.rows(label=tag)
    return str(found[0][0]) if found else tag


def _sought(word: str) -> str:
    """What is looked for in a text that has a space before and behind each word."""
    if len(word) >= LETTERS:
        return word
    return f" {word}" if len(word) == LETTERS - 1 else f" {word} "


def _telling(words: list[str], places: list[int]) -> list[int]:
    """The places of words whose trigrams are asked for; all words are compared with what these find.

    Beside a number the two letters before it, which every other number has as well, only cost time.
    """
    has_number = any(len(words[place]) >= NUMBER and not words[place].isalpha() for place in places)
    return [place for place in places if not has_number or len(words[place]) >= LETTERS]


def _listed(places: list[int]) -> str:
    return ",".join(map(str, places))


def _groups(words: list[str]) -> list[tuple[frozenset[int], list[int]]]:
    """Owners by which of the words are in their name or code; first of all, the words of whoever's assets.

    A short word must be a whole word there.
    """
    spaced = [word if len(word) >= LETTERS else f" {word} " for word in words]
    patterns = {f"pattern_{place}": f"%{escaped(word)}%" for place, word in enumerate(spaced)}
    groups: dict[frozenset[int], list[int]] = {}
    for key, names in _organisations(len(words)).rows(**patterns):
        held = frozenset(place for place, word in enumerate(spaced) if word in names)
        groups.setdefault(held, []).append(key)
    most_first = sorted(groups.items(), key=lambda group: -len(group[0]))
    return [(frozenset(), []), *most_first[:MOST_GROUPS]]


@lru_cache
def _organisations(count: int) -> Read:
    """Organisations with one of so many words: they are thousands at most, and looked through."""
    text = (" " + organisation.c.search + " ").label("text")
    patterns: Iterable[Any] = (bindparam(f"pattern_{place}") for place in range(count))
    wanted = select(organisation.c.id, text).where(or_(*(text.like(pattern, escape="\\") for pattern in patterns)))
    return Read(wanted.order_by(organisation.c.id).limit(MOST_OWNERS))
