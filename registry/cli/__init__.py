"""The `registry` command. Exit status: 0 done; 1 refused or failed, with one line on standard error; 2 wrong usage.

Each part is loaded when it is asked for: a server that starts needs nothing of what imports sheets.
"""

import gc
import os
from importlib import import_module
from typing import Final

import click

PARTS: Final = {
    "assets": "assets.assets",
    "audit": "audit.audit",
    "calibrations": "calibrations.calibrations",
    "criteria": "criteria.criteria",
    "db": "database.database",
    "jobs": "jobs.jobs",
    "plan": "plans.plan",
    "report": "reports.report",
    "serve": "serving.serve",
    "token": "people.token",
    "user": "people.user",
}


class Parts(click.Group):
    """The parts of the command by their names."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        """Their names, sorted."""
        return sorted(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 — click's signature
        """One of them; None for a name that is none."""
        module, _dot, name = PARTS.get(cmd_name, "").partition(".")
        if not module:
            return None
        try:
            part: click.Command = getattr(import_module(f"registry.cli.{module}"), name)
        finally:
            if not gc.isenabled():
                gc.freeze()
                gc.enable()  # at work on what the command makes from here on
        return part


@click.group(cls=Parts)
def main() -> None:
    """Registry of measurement standards, instruments and the plan they serve."""
    os.umask(0o077)  # the database and its copies hold hashes of passwords and tokens
