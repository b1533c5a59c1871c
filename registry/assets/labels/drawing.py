"""Labels as files: what was asked for, arranged on a medium and drawn."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from registry.assets.labels import layout, pdf, raster, zpl
from registry.assets.labels.layout import Arrangement, Content
from registry.assets.labels.media import Family, Medium, medium
from registry.assets.labels.rules import Format, Part, lines_of
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

CONTENT_TYPES: Final = {Format.PDF: "application/pdf", Format.ZPL: "application/x-zpl"}
PREVIEW_DOTS: Final = 1000  # across the wider side of a page


class Look(NamedTuple):
    """The medium, what is said on it, and how many places of the first sheet are used already."""

    medium: Medium
    parts: tuple[Part, ...]
    skip: int

    def arrangement(self, base_url: str) -> Arrangement:
        """Where everything stands."""
        return layout.arrange(self.medium, base_url, lines_of(self.parts))


def look(said: Mapping[str, Any]) -> Look:
    """The look among the words of a request, as LookQuery loads them. Raises Invalid."""
    chosen = medium(said["sheet"], said.get("length"))
    start = said.get("start") or 1
    if start > chosen.per_page:
        raise Invalid({"start": [_("This sheet has only %(places)s places.", places=chosen.per_page)]})
    return Look(chosen, tuple(part for part in Part if part in said["show"]), start - 1)


def drawn(look: Look, contents: Sequence[Content], base_url: str, *, format: Format) -> bytes:
    """The file. Raises Invalid for ZPL on anything but a thermal printer's roll, and when there is nothing to draw."""
    if not contents:
        raise Invalid({"tag": [_("No asset here needs a label; choose others.")]})
    arrangement = look.arrangement(base_url)
    if format is Format.PDF:
        return pdf.document(look.medium, arrangement, contents, title=_("Labels"), skip=look.skip)
    if look.medium.family is not Family.THERMAL:
        raise Invalid({"sheet": [_("ZPL is for thermal printers; choose a thermal roll, or PDF.")]})
    return zpl.document(look.medium, arrangement, contents)


def preview(look: Look, contents: Sequence[Content], base_url: str) -> bytes:
    """A PNG of the first page."""
    arrangement = look.arrangement(base_url)
    dpi = round(PREVIEW_DOTS / max(look.medium.page) * 25.4)
    return raster.sheet(look.medium, arrangement, contents, dpi, skip=look.skip)
