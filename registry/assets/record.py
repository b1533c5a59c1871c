"""The equipment record beside the asset itself: components, installed software, data sheet (ISO/IEC 17025, 6.4.13)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from registry.assets import queries
from registry.assets.components import MOST_COMPONENTS
from registry.assets.materials import queries as materials
from registry.assets.materials.models import Material, MaterialDraw
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.assets.software import queries as software
from registry.assets.software.models import InstalledSoftware

LATEST: Final = 5


class Record(NamedTuple):
    """What belongs to an asset; `versions` and `draws` are the latest, and `material` only a reference material has."""

    components: Sequence[Asset]
    versions: Sequence[InstalledSoftware]
    material: Material | None
    draws: Sequence[MaterialDraw]


def of(asset: Asset) -> Record:
    """What belongs to an asset that the person who asks may see."""
    is_material = asset.kind is Kind.REFERENCE_MATERIAL
    return Record(
        components=queries.components(asset, limit=MOST_COMPONENTS),
        versions=software.versions(asset, limit=LATEST).items,
        material=materials.sheet(asset) if is_material else None,
        draws=materials.draws(asset, limit=LATEST).items if is_material else (),
    )
