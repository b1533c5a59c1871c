"""The `registry` command. Exit status: 0 done; 1 refused or failed, with one line on standard error; 2 wrong usage."""

import os

import click

from registry.cli.assets import assets
from registry.cli.audit import audit
from registry.cli.database import database
from registry.cli.jobs import jobs
from registry.cli.labels import assets_labels
from registry.cli.people import token, user
from registry.cli.plans import plan
from registry.cli.serving import serve


@click.group()
def main() -> None:
    """Registry of measurement standards, instruments and the plan they serve."""
    os.umask(0o077)  # the database and its copies hold hashes of passwords and tokens


assets.add_command(assets_labels)
for part in (serve, database, user, token, plan, assets, jobs, audit):
    main.add_command(part)
