"""`registry assets labels`: labels as a file to print."""

from pathlib import Path

import click

from registry.assets.labels import actions, drawing, selection
from registry.assets.labels.media import LONGEST, MEDIA, SHORTEST, USUAL
from registry.assets.labels.rules import Format, Part, Printing
from registry.cli.doors import in_app
from registry.config import from_environment
from registry.kernel.db import db, looking
from registry.kernel.errors import Refusal
from registry.kernel.i18n import current_locale


@click.command("labels")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="FILE.pdf or FILE.zpl.")
@click.option("--tag", "tags", multiple=True, help="Only this asset; may be repeated. All assets when left out.")
@click.option("--sheet", default=USUAL, show_default=True, metavar="NAME", help=f"One of: {', '.join(MEDIA)}.")
@click.option("--length", type=click.IntRange(SHORTEST, LONGEST), help="Length of a tape's labels in mm.")
@click.option(
    "--template",
    "template",
    default=",".join(Part),
    show_default=True,
    metavar="PARTS",
    help="What stands beside the code and the tag, with commas between; none for nothing.",
)
@click.option("--start", type=click.IntRange(1), default=1, show_default=True, help="First free place on a sheet.")
@click.option("--only", type=click.Choice([one.value for one in Printing]), help="Only those that need a new label.")
@in_app
def assets_labels(  # noqa: PLR0913, PLR0917 — a parameter is an option
    out: Path, tags: tuple[str, ...], sheet: str, length: int | None, template: str, start: int, only: str | None
) -> None:
    """Write labels of assets into a file to print; they count as printed."""
    format = _format_of(out)
    look = drawing.look({"sheet": sheet, "length": length, "show": _parts(template), "start": start})
    which = Printing(only) if only else None
    with looking():
        rows = selection.by_tags(None, tags, which) if tags else selection.everything(which)
    contents = selection.contents(rows, look.parts, current_locale())
    out.write_bytes(drawing.drawn(look, contents, from_environment().base_url, format=format))
    actions.note_printed(rows, shows_due=Part.DUE in look.parts, by=None)
    db.session.commit()
    click.echo(f"{len(rows)} labels written to {out}")


def _format_of(out: Path) -> Format:
    try:
        return Format(out.suffix.lower().removeprefix("."))
    except ValueError:
        raise Refusal(f"{out} must end with .pdf or .zpl") from None


def _parts(template: str) -> list[Part]:
    said = [part.strip() for part in template.split(",") if part.strip() not in {"", "none"}]
    try:
        return [Part(part) for part in said]
    except ValueError:
        raise Refusal(f"{template!r} is no template; give some of {', '.join(Part)} with commas, or none") from None
