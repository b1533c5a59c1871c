"""What the tests of history from sheets share."""

from collections.abc import Iterator

import pytest

from registry.assets.models import Asset
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from tests.make import history, labs
from tests.people import People


@pytest.fixture
def english(session: object) -> Iterator[None]:
    """What is said is said in English."""
    with speaking("en"):
        yield


@pytest.fixture
def known(people: People, english: None) -> People:
    """People and organisations, a laboratory of the centre, and a session in which nothing is begun."""
    labs.lab()
    db.session.commit()
    return people


@pytest.fixture
def scale(known: People) -> Asset:
    """A scale of the centre with a yearly calibration."""
    made = history.scale()
    db.session.commit()
    return made
