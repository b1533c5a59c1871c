"""What changes the files of assets."""

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.files.models import AssetFile
from registry.assets.files.queries import hook
from registry.assets.models import Asset
from registry.kernel.files import attachments
from registry.kernel.files.intake import Incoming
from registry.kernel.files.rules import FileKind


def may_attach(asset: Asset, *, by: Person | None) -> None:
    """Raise Forbidden for who may not hang files on an asset."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)


def attach(
    asset: Asset, *, incoming: Incoming, kind: FileKind | None = None, caption: str = "", by: Person | None
) -> tuple[AssetFile, bool]:
    """Hang a file on an asset, best fetched with `lock=True`; and whether it is new there."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    return attachments.attach(hook(asset), incoming, kind=kind, caption=caption, by=by)


def remove(asset: Asset, file: AssetFile, *, reason: str, by: Person | None) -> AssetFile:
    """Hide a file of an asset, with a reason."""
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    return attachments.remove(hook(asset), file, reason=reason, by=by)
