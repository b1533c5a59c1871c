"""API doors of the files of assets."""

from registry.accounts import signin
from registry.assets import queries
from registry.assets.files import actions
from registry.assets.files.models import AssetFile
from registry.kernel.files.doors import open_doors
from registry.kernel.files.shelf import Shelf
from registry.kernel.http import Blueprint

blp = Blueprint("asset_files", __name__, description="Photos and documents of assets.")


def _shelf(tag: str, *, lock: bool) -> Shelf[AssetFile]:
    person = signin.person()
    return actions.shelf(queries.by_tag(person, tag, lock=lock), by=person)


open_doors(blp, "/assets/<string:tag>/files", _shelf, of="asset")
