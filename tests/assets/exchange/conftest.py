"""What the tests of bulk exchange share."""

import pytest

from tests.people import People


@pytest.fixture
def known(people: People, english: None) -> People:
    """People and organisations, and a session in which nothing is begun."""
    return people
