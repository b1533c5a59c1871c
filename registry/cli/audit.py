"""`registry audit`: proving that the log of who did what is whole."""

import json

import click

from registry.cli.doors import fail, in_app
from registry.kernel import proof


@click.group()
def audit() -> None:
    """The log of who did what."""


@audit.command("verify")
@click.option("--noted", metavar="HEAD", help="A head that an earlier run printed: the chain must still go through it.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@in_app
def audit_verify(noted: str | None, form: str) -> None:
    """Compute every seal anew; names the first entry that was changed, removed or inserted and ends with status 1."""
    found = proof.verify(noted=noted)
    if form == "json":
        click.echo(json.dumps({"whole": found.fault is None, **found._asdict()}, default=str))
    if found.fault is not None:
        fail(f"{found.fault}; {found.entries} entries before it are whole")
    if form == "table":
        click.echo(f"the audit log is whole: {found.entries} entries sealed in {found.blocks} blocks")
        if found.head is not None:
            click.echo(f"head {found.head}, sealed at {found.sealed_at:%Y-%m-%dT%H:%M:%SZ}; note it elsewhere")
        if found.waiting:
            click.echo(f"{found.waiting} entries since {found.waiting_since:%Y-%m-%dT%H:%M:%SZ} wait to be sealed")
