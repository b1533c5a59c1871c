"""What is registered already of what rows say without a serial number that finds it: nothing is registered twice.

A sheet that comes again, mended or not, finds what it registered before: by the inventory number and the name, or, of
what has no number at all, by all that tells it from others. Several that are alike are paired one by one, so that of
eight rows of which five are registered three are new.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from registry.assets import tags
from registry.assets.exchange.holdings import Held, Owners, asset, by_tags, folded, parent
from registry.assets.exchange.judged import Judged
from registry.assets.exchange.matching import NO_MATCH, given
from registry.assets.models import SORTED_LETTERS
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.sheets.models import Outcome

NUMBER: Final = "asset_no"
SAID: Final = ("name", "kind", "manufacturer", "model", "location")
MAKE: Final = ("manufacturer", "model", "serial_no")
Key = tuple[object, ...]


class Candidate(NamedTuple):
    """A registered asset that a row may be about, and what is recorded of it."""

    id: int
    tag: str
    said: Mapping[str, Any]


class Pairs:
    """Which registered assets the rows of one sheet were paired with; what it registered itself is no other asset."""

    def __init__(self) -> None:
        self._taken: set[int] = set()  # as hashes of tags
        self._made: set[int] = set()
        self._last: dict[int, int] = {}  # by the hash of a key, the last asset a row was paired with
        self._count: Counter[int] = Counter()  # by the hash of a key

    def pair(self, rows: Sequence[Judged], owners: Owners, *, lock: bool) -> None:
        """Give each row that has no asset the one it is about, and tell which others are like it.

        Three statements, however many rows.
        """
        for row in rows:
            if row.held is not None:
                self._take(row.held.plain["tag"], hash(_words_of(row.held)))
        keys = {id(row): key for row in rows if _is_open(row) and (key := _key(row)) is not None}
        candidates = self._candidates(Counter(keys.values())) if keys else {}
        chosen: dict[str, Judged] = {}
        for row in rows:
            known = _within(row, candidates.get(keys.get(id(row), ()), []))
            held = [one for one in known if hash(one.tag) not in self._made]
            free = [one for one in held if hash(one.tag) not in self._taken]
            same = next((one for one in free if _agrees(one, row)), None)
            if same is None:
                row.alike = [one.tag for one in free or held]
            else:
                chosen[same.tag] = row
                self._take(same.tag, hash(keys[id(row)]))
                self._last[hash(keys[id(row)])] = same.id
        for tag, found in (by_tags(chosen, owners, lock=lock) if chosen else {}).items():
            chosen[tag].held = found
            if keys[id(chosen[tag])][0] != NUMBER:
                chosen[tag].notes.append(_paired(found))

    def made(self, rows: Iterable[Judged]) -> None:
        """Remember what rows registered, and what they were about before the work broke off."""
        for row in rows:
            if row.tag and row.outcome is not Outcome.ERROR:
                (self._made if row.outcome is Outcome.NEW else self._taken).add(hash(row.tag))

    def _take(self, tag: str, key: int) -> None:
        self._taken.add(hash(tag))
        self._count[key] += 1

    def _candidates(self, wanted: Counter[Key]) -> dict[Key, list[Candidate]]:
        found: dict[Key, list[Candidate]] = {}
        after = min(self._last.get(hash(key), 0) for key in wanted)
        most = max(count + self._count[hash(key)] for key, count in wanted.items()) + 1
        for key, one in (*_numbered(wanted), *_worded(wanted, after, most)):
            found.setdefault(key, []).append(one)
        return found


def _is_open(row: Judged) -> bool:
    """Whether nothing has told yet which asset a row is about, and what it says may tell it."""
    told = row.held is not None or row.tag or row.match is not NO_MATCH
    return not told and row.owner is not None and row.whole is None and not row.says_wrongly("owner")


def _key(row: Judged) -> Key | None:
    """What tells a row from what is registered: its inventory number, else its words."""
    plain, owner = row.said.plain, row.owner
    if owner is None:
        return None
    if (number := given(plain, NUMBER)) is not None:
        return NUMBER, owner.id, number
    if given(plain, "serial_no") is not None or given(plain, "name") is None:
        return None
    return _words(plain, owner.id, given(plain, "parent"))


def _words(plain: Mapping[str, Any], owner_id: int, parent_tag: str | None) -> Key:
    return owner_id, parent_tag, *(folded(str(given(plain, name) or "")) for name in SAID)


def _paired(held: Held) -> str:
    """What is to be known of a row without any number that is about something registered."""
    return _(
        "It is registered already, %(tag)s. To register another one like it, give it a number or another place.",
        tag=tags.grouped(held.plain["label_tag"] or held.plain["tag"]),
    )


def _within(row: Judged, held: Sequence[Candidate]) -> list[Candidate]:
    """Of what has the number of a row, that which is in the set a row names: a set and its components may share one."""
    within = given(row.said.plain, "parent")
    return [one for one in held if within is None or one.said["parent"] == within]


def _words_of(held: Held) -> Key:
    return _words(held.plain, held.plain["owner_id"], held.plain["parent"])


def _agrees(one: Candidate, row: Judged) -> bool:
    """Whether a row says nothing against its being about an asset: what only one of them tells is no difference."""
    plain = row.said.plain
    name = given(plain, "name")
    if name is not None and folded(name) != folded(one.said["name"]):
        return False
    pairs = ((given(plain, field), one.said[field]) for field in MAKE)
    return all(not said or not held or folded(said) == folded(held) for said, held in pairs)


def _numbered(keys: Iterable[Key]) -> Iterator[tuple[Key, Candidate]]:
    numbers = {key[2] for key in keys if key[0] == NUMBER}
    wanted = _wanted().where(asset.c.asset_no.in_(numbers)).order_by(asset.c.id)
    for row in db.session.execute(wanted).mappings() if numbers else ():
        yield (NUMBER, row["owner_id"], row[NUMBER]), Candidate(row["id"], row["tag"], dict(row))


def _worded(keys: Iterable[Key], after: int, most: int) -> Iterator[tuple[Key, Candidate]]:
    """Assets without a number that are called as rows are: of those that say the same no more than are needed."""
    names = {str(key[2]) for key in keys if key[0] != NUMBER}
    if not names:
        return
    alike = [asset.c.owner_id, asset.c.parent_id, *(asset.c[name] for name in SAID)]
    place = func.row_number().over(partition_by=alike, order_by=asset.c.id).label("place")
    called = asset.c.name_order.in_({name[:SORTED_LETTERS] for name in names})
    unnumbered = asset.c.serial_no.is_(None), asset.c.asset_no.is_(None)
    every = _wanted(place).where(called, *unnumbered, asset.c.id > after).subquery()
    for row in db.session.execute(select(every).where(every.c.place <= most).order_by(every.c.id)).mappings():
        yield _words(dict(row), row["owner_id"], row["parent"]), Candidate(row["id"], row["tag"], dict(row))


def _wanted(*more: ColumnElement[Any]) -> Select[Any]:
    told = (
        asset.c.id,
        asset.c.tag,
        asset.c.owner_id,
        asset.c[NUMBER],
        asset.c.serial_no,
        *(asset.c[name] for name in SAID),
    )
    return select(*told, parent.c.tag.label("parent"), *more).join_from(
        asset, parent, parent.c.id == asset.c.parent_id, isouter=True
    )
