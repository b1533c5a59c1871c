"""What changes the files of assets."""

from functools import partial

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.files.models import AssetFile
from registry.assets.files.queries import hook
from registry.assets.models import Asset
from registry.kernel.files import attachments
from registry.kernel.files.intake import Incoming
from registry.kernel.files.rules import FileKind
from registry.kernel.files.shelf import Shelf


def shelf(asset: Asset, *, by: Person | None) -> Shelf[AssetFile]:
    """The files of an asset, best fetched with `lock=True` by who changes them."""
    allowed = partial(may_attach, asset, by=by)
    return Shelf(hook(asset), allowed, allowed, partial(attach, asset, by=by), partial(remove, asset, by=by))


def may_attach(asset: Asset, *, by: Person | None) -> None:
    """Raise Forbidden for who may not hang files on an asset."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)


def attach(
    asset: Asset, *, incoming: Incoming, kind: FileKind | None = None, caption: str = "", by: Person | None
) -> tuple[AssetFile, bool]:
    """Hang a file on an asset, best fetched with `lock=True`; and whether it is new there."""
    may_attach(asset, by=by)
    return attachments.attach(hook(asset), incoming, kind=kind, caption=caption, by=by)


def remove(asset: Asset, file: AssetFile, *, reason: str, by: Person | None) -> AssetFile:
    """Hide a file of an asset, with a reason."""
    may_attach(asset, by=by)
    return attachments.remove(hook(asset), file, reason=reason, by=by)
