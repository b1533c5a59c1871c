"""Which lines of scopes count, in a select."""

from sqlalchemy import ColumnElement, or_

from registry.labs.models import ScopeLine


def counts() -> ColumnElement[bool]:
    """The twin of `Lab.counting_scope`: a line was neither corrected, nor does it await confirmation."""
    return ScopeLine.corrected_at.is_(None) & or_(~ScopeLine.betters, ScopeLine.confirmed_at.is_not(None))
