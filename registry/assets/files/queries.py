"""The files of assets; whoever may see an asset may see its files."""

from registry.assets.files.models import AssetFile
from registry.assets.models import Asset
from registry.kernel.files.attachments import Hook


def hook(asset: Asset) -> Hook[AssetFile]:
    """Where the files of an asset hang."""
    return Hook(AssetFile, "asset_id", asset.id, ("asset", asset.tag))
