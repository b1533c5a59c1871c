"""Sets and their components in one sheet: a component names its set by tag or inventory number, in whatever order."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import select

from registry.assets import tags
from registry.assets.exchange.checking import Said
from registry.assets.exchange.holdings import asset, folded
from registry.assets.exchange.judged import Judged
from registry.assets.queries import registered
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.sheets.models import Outcome

PARENT: Final = "parent"
NUMBER: Final = "asset_no"


class Sets:
    """The rows of one sheet that are sets of others, and those that wait for theirs.

    `named` are the folded texts by which rows of the sheet name their sets.
    """

    def __init__(self, named: frozenset[str]) -> None:
        self._named = named
        self._rows: dict[tuple[int, str], list[Judged]] = {}
        self._waiting: list[Said] = []

    def ready(self, part: Sequence[Said]) -> list[Said]:
        """The rows of a part that need no other row before them; the others wait."""
        found: list[Said] = []
        for said in part:
            (self._waiting if named_by(said) is not None else found).append(said)
        return found

    def rounds(self, most: int) -> Iterator[list[Said]]:
        """Those that waited, sets before their components, at most so many at once."""
        left = self._waiting
        while left:
            numbers = {folded(number) for said in left if isinstance(number := said.plain.get(NUMBER), str)}
            round_ = [said for said in left if folded(said.plain[PARENT]) not in numbers] or left
            chosen = {said.number for said in round_}
            left = [said for said in left if said.number not in chosen]
            for start in range(0, len(round_), most):
                yield round_[start : start + most]

    def remember(self, rows: Sequence[Judged]) -> None:
        """Keep the rows that others name as their sets."""
        for row in rows:
            number = row.said.plain.get(NUMBER) or (row.held.plain[NUMBER] if row.held else None)
            owner_id = _owner_of(row)
            if isinstance(number, str) and owner_id is not None and folded(number) in self._named:
                self._rows.setdefault((owner_id, folded(number)), []).append(row)

    def place(self, rows: Sequence[Judged]) -> None:
        """Give every row that names a set its tag, or its row where that is still to be registered."""
        wanting: list[tuple[Judged, int, str]] = []
        sets = _sets(rows)
        for row in rows:
            text, owner_id = named_by(row.said), _owner_of(row)
            if text is None and isinstance(row.said.plain.get(PARENT), str):
                said = tags.parse(row.said.plain[PARENT])
                row.said.plain[PARENT] = sets.get(said, said)
            elif text is not None and owner_id is not None:
                wanting.append((row, owner_id, text))
        held = _numbered(wanting)
        for row, owner_id, text in wanting:
            self._place(row, owner_id, text, held.get((owner_id, text), set()))

    def _place(self, row: Judged, owner_id: int, text: str, held: set[str]) -> None:
        here = [one for one in self._rows.get((owner_id, folded(text)), ()) if one is not row]
        wrong = [one for one in here if one.outcome is Outcome.ERROR]
        known = held | {one.tag for one in here if one.tag}
        unborn = [one for one in here if not one.tag and one not in wrong]
        if len(known) + len(unborn) > 1:
            why = _("More than one asset has the inventory number “%(number)s”; write the tag.", number=shown(text))
        elif known:
            row.said.plain[PARENT] = known.pop()
            return
        elif unborn:
            row.whole = unborn[0]
            return
        elif wrong:
            number = wrong[0].said.number
            why = _("The set it belongs to, in row %(row)s, is wrong; correct that row first.", row=number)
        elif (tag := _with_zeros(text)) is not None:
            row.said.plain[PARENT] = tag
            return
        else:
            why = _(
                "“%(value)s” is neither the tag of a set nor the inventory number of an asset of this owner, in the "
                "registry or in this file.",
                value=shown(text),
            )
        row.refuse(Invalid({PARENT: [why]}))


def named_by(said: Said) -> str | None:
    """What a row calls its set, when that is not a tag."""
    text = said.plain.get(PARENT)
    if not isinstance(text, str) or not text:
        return None
    return text if _parsed(text) is None else None


def _owner_of(row: Judged) -> int | None:
    if row.owner is not None:
        return row.owner.id
    return row.held.plain["owner_id"] if row.held else None


def _parsed(text: str) -> str | None:
    try:
        return tags.parse(text)
    except NotFound:
        return None


def _sets(rows: Sequence[Judged]) -> dict[str, str]:
    """The tags that sets were registered with, by those of the labels that rows call them by."""
    told = [row.said.plain.get(PARENT) for row in rows]
    labels = {tag for text in told if isinstance(text, str) and (tag := _parsed(text)) is not None}
    return registered(labels)


def _with_zeros(text: str) -> str | None:
    """The tag whose zeros a spreadsheet dropped."""
    return _parsed(text.zfill(tags.LENGTH)) if text.isdecimal() else None


def _numbered(wanting: Sequence[tuple[Judged, int, str]]) -> dict[tuple[int, str], set[str]]:
    """The tags of the assets of these owners with these inventory numbers."""
    found: dict[tuple[int, str], set[str]] = {}
    if wanting:
        owners, texts = {owner_id for _row, owner_id, _text in wanting}, {text for _row, _owner, text in wanting}
        wanted = select(asset.c.owner_id, asset.c.asset_no, asset.c.tag)
        for owner_id, number, tag in db.session.execute(
            wanted.where(asset.c.owner_id.in_(owners), asset.c.asset_no.in_(texts))
        ):
            found.setdefault((owner_id, number), set()).add(tag)
    return found
