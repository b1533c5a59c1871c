"""Which registered asset a row without a tag is about, and where that is for a person to say."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from registry.assets import tags
from registry.assets.exchange.columns import heading_of
from registry.assets.exchange.holdings import Held, Make, Owner, folded, make_of
from registry.kernel.i18n import _
from registry.sheets.reading import CLEARED

MOST_ZEROS: Final = 8
LONGEST_TRIMMED: Final = 14
MAKE: Final = ("manufacturer", "model")
IDENTITY: Final = ("name", *MAKE, "serial_no")
Pair = tuple[int, str]
Key = int | tuple[Make | str, ...]


class Match(NamedTuple):
    """The asset a row is about; or one that it may be about; or another one with the same number.

    `serial_no` is the number as it is registered.
    """

    held: Held | None = None
    doubt: Held | None = None
    other: Held | None = None
    serial_no: str | None = None


NO_MATCH: Final = Match()


def pairs(plain: Mapping[str, Any], owner_id: int) -> list[Pair]:
    """The owner and serial number of a row without a tag, then with the zeros that a spreadsheet may have dropped."""
    serial_no = given(plain, "serial_no")
    if serial_no is None:
        return []
    zeros = MOST_ZEROS if serial_no.isdecimal() and len(serial_no) < LONGEST_TRIMMED and serial_no[0] != "0" else 0
    return [(owner_id, "0" * count + serial_no) for count in range(zeros + 1)]


def match(plain: Mapping[str, Any], wanted: list[Pair], serials: Mapping[Pair, list[Held]]) -> Match:
    """The asset with the number and make that a row says.

    What a row leaves unsaid of the make is taken as it is registered where the name agrees or is not said. Where the
    name differs, the row may be about another thing: a number alone changes nobody's name.
    """
    if not wanted:
        return NO_MATCH
    name = given(plain, "name")
    said = {one: given(plain, one) for one in (*MAKE, "name")}
    other = NO_MATCH
    for owner_id, serial_no in wanted:
        found = [held for held in serials.get((owner_id, serial_no), []) if _may_be_in_set(held, plain)]
        same = [held for held in found if _make(held) == make_of(owner_id, said, serial_no)]
        maybe = same or [held for held in found if _agrees(held, plain)]
        sure = same if len(same) == 1 else [held for held in maybe if name is None or _is_called(held, name)]
        if len(sure) == 1:
            return Match(held=sure[0], serial_no=serial_no)
        if maybe:
            return Match(doubt=maybe[0], serial_no=serial_no)
        if found and other.other is None:
            other = Match(other=found[0], serial_no=serial_no)
    return other


def make_key(plain: Mapping[str, Any], owner: Owner) -> Key:
    """What tells a new asset from other rows: who made it and its number, within a set its name too."""
    said = {name: given(plain, name) for name in IDENTITY}
    within = (str(plain["parent"]), folded(said["name"] or "")) if given(plain, "parent") else ()
    return (make_of(owner.id, said, said["serial_no"] or ""), *within)


def doubtful(held: Held) -> str:
    """What is said against a row that may be about an asset or about another one."""
    return _(
        "An asset with this serial number is registered already: %(asset)s. If the row is about it, write this tag "
        "into the column “%(column)s”; if it is another, fill in its manufacturer and model, or a dash - for none.",
        asset=_called(held),
        column=heading_of("tag"),
    )


def beside(held: Held) -> str:
    """What is to be known of a new asset that has its number in common with another."""
    return _(
        "Another asset has this serial number: %(asset)s. The row registers a new one; if it is the same, write this "
        "tag into the column “%(column)s”.",
        asset=_called(held),
        column=heading_of("tag"),
    )


def unknown(tag: str, *, is_blank: bool) -> str:
    """What is said against a row about a tag that no asset has, or none that may be known; blank labels are told."""
    if is_blank:
        return _(
            "%(tag)s is a blank label, which is on no asset yet. Leave the cell empty to register a new asset, then "
            "scan the label to put it on that asset.",
            tag=tags.grouped(tag),
        )
    return _(
        "There is no asset with the tag %(tag)s, or you may not see it. Leave the cell empty to register a new one.",
        tag=tags.grouped(tag),
    )


def renamed() -> str:
    """What is to be known of a row that changes by what an asset is told from others."""
    return _(
        "This changes the identity of a registered asset: its name, maker, model or number. If the row is about "
        "another thing, correct its tag or serial number."
    )


def given(plain: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 — a loaded value
    """What a row says of a field; None for nothing and where it is emptied."""
    value = plain.get(name)
    return None if value is CLEARED else value


def _make(held: Held) -> object:
    return make_of(held.plain["owner_id"], held.plain, held.plain["serial_no"])


def _agrees(held: Held, plain: Mapping[str, Any]) -> bool:
    """Whether a row says nothing else of an asset's make, and not all of it; without a maker there the name decides."""
    said = [name for name in MAKE if name in plain]
    if len(said) == len(MAKE) or any(folded(given(plain, one) or "") != folded(held.plain[one] or "") for one in said):
        return False
    name = given(plain, "name")
    return name is None or bool(held.plain["manufacturer"]) or _is_called(held, name)


def _may_be_in_set(held: Held, plain: Mapping[str, Any]) -> bool:
    """Whether an asset may be what a row puts into a set: the set itself, with the same number, is another thing."""
    return not isinstance(plain.get("parent"), str) or given(plain, "name") is None or _is_called(held, plain["name"])


def _is_called(held: Held, name: str) -> bool:
    return folded(held.plain["name"]) == folded(name)


def _called(held: Held) -> str:
    words = [held.plain[name] for name in ("name", *MAKE) if held.plain[name]]
    return ", ".join([*words, tags.grouped(held.plain["label_tag"] or held.plain["tag"])])
