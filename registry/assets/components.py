"""Sets and what belongs to them: a weight set with its weights, a thermometer with its probe."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from registry.assets import tags
from registry.assets.models import Asset
from registry.assets.queries import called
from registry.assets.rules import GONE
from registry.kernel.db import db, one_at_a_time, rows
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _

MOST_LEVELS: Final = 3
MOST_COMPONENTS: Final = 200


def put_into_set(asset: Asset, tag: str | None) -> None:
    """Make an asset a component of the set with that tag, or take it out (None). Raises Invalid beside `parent`.

    A set and its components have one owner, stand in no circle, and at most MOST_LEVELS levels above each other.
    """
    if tag is None:
        asset.parent_id = None
        return
    with db.session.no_autoflush:
        _check_and_put(asset, tag)


def one_set_at_a_time() -> None:
    """Make whoever else changes what belongs to sets wait for this transaction."""
    one_at_a_time("component sets")


def _check_and_put(asset: Asset, tag: str) -> None:
    one_set_at_a_time()
    key = _set_of(tag, asset.owner_id)
    above = sets_above(key)
    if asset.id in above:
        raise _refusal(_("A set cannot belong to itself or to one of its own components; choose another set."))
    if len(above) + _levels_below(asset) >= MOST_LEVELS:
        text = _("At most %(most)s levels can stand above each other; choose the larger set.", most=MOST_LEVELS)
        raise _refusal(text)
    if asset.parent_id != key and len(_keys_within([key])) >= MOST_COMPONENTS:
        text = _("A set has at most %(most)s components; make another set.", most=MOST_COMPONENTS)
        raise _refusal(text)
    asset.parent_id = key


def within(asset: Asset) -> Sequence[Asset]:
    """Everything that belongs to a set, at any level, locked: it goes where the set goes."""
    found: list[Asset] = []
    keys: Sequence[int] = [asset.id]
    while keys:
        below = select(Asset).where(Asset.parent_id.in_(keys)).order_by(Asset.id)
        level = rows(below.with_for_update(of=Asset, key_share=True).execution_options(populate_existing=True))
        found += level
        keys = [one.id for one in level]
    return found


def keep_together(asset: Asset) -> None:
    """Let nothing be put into a set or taken out of it until this transaction, which gives it away, ends.

    Whoever waits for that holds what they put in: what is within is locked first, so that nobody waits in a circle.
    """
    within(asset)
    one_set_at_a_time()


def tag_of(key: int | None) -> str | None:
    """The tag of the asset with that key."""
    with db.session.no_autoflush:
        return db.session.scalar(select(Asset.tag).where(Asset.id == key)) if key is not None else None


def refuse_parting(asset: Asset) -> None:
    """Raise Invalid beside `owner` for a component: a set goes to another owner as a whole."""
    if asset.parent_id is not None:
        text = _(
            "It belongs to the set %(tag)s. Take it out of the set first, or give away the whole set.",
            tag=tags.grouped(asset.parent.current_tag if asset.parent else ""),
        )
        raise Invalid({"owner": [text]})


def _set_of(tag: str, owner_id: int) -> int:
    """The key of the set, read as it is now and not as it was when the request began."""
    try:
        parsed = tags.parse(tag)
    except NotFound as error:
        raise _refusal(error.detail) from error
    wanted = select(Asset.id, Asset.status).where(called(parsed), Asset.owner_id == owner_id)
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise _refusal(_("The same owner has no asset with the tag %(tag)s.", tag=tags.grouped(parsed)))
    if found.status in GONE:
        raise _refusal(_("The set %(tag)s was withdrawn or disposed of; choose another.", tag=tags.grouped(parsed)))
    key: int = found.id
    return key


def sets_above(key: int | None) -> list[int]:
    """The keys of a set and of the sets it belongs to, the largest last; none of no set."""
    keys: list[int] = []
    following = key
    while following is not None and following not in keys:
        keys.append(following)
        following = db.session.scalar(select(Asset.parent_id).where(Asset.id == following))
    return keys


def _levels_below(asset: Asset) -> int:
    """How many levels of components an asset has; a new one, without a key, has none."""
    levels, keys = 0, _keys_within([asset.id])
    while keys and levels < MOST_LEVELS:
        levels, keys = levels + 1, _keys_within(keys)
    return levels


def _keys_within(keys: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(select(Asset.id).where(Asset.parent_id.in_(keys))).all()


def _refusal(text: str) -> Invalid:
    return Invalid({"parent": [text]})
