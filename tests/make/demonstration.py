"""The demonstration's records, as `registry serve --demo` makes them."""

from registry import demo
from tests import stored


def demonstration() -> None:
    """Fill the empty database; once an instant the records are made, afterwards they are put back."""
    assert stored.once("demonstration", demo.fill_if_empty)
