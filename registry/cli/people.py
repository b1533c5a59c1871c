"""`registry user` and `registry token`: people and what they sign in with."""

import click

from registry.accounts import actions as accounts
from registry.accounts import queries as people
from registry.accounts.rules import Role
from registry.accounts.schemas import PersonIn, TokenIn
from registry.cli.doors import in_app
from registry.cli.values import checked
from registry.kernel.db import db


@click.group()
def user() -> None:
    """People."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--organisation", required=True, help="Its code.")
@in_app
def user_add(email: str, name: str, role: str, organisation: str) -> None:
    """Create a person and print a one-time sign-in secret."""
    said = checked(PersonIn, email=email.strip(), name=name, role=role, organisation=organisation)
    person, secret = accounts.add_person(**said, by=None)
    db.session.commit()
    click.echo(f"{person.email} signs in first at /claim with the one-time secret:\n{secret}")


@click.group()
def token() -> None:
    """API tokens."""


@token.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@in_app
def token_add(email: str, name: str) -> None:
    """Print a new API token of a person, once."""
    _row, secret = accounts.add_token(people.person_by_email(email), **checked(TokenIn, name=name), by=None)
    db.session.commit()
    click.echo(secret)
