"""What the tests of rooms below the doors share."""

from collections.abc import Iterator

import pytest
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from registry.kernel.i18n import speaking


@pytest.fixture
def english(session: scoped_session[Session]) -> Iterator[None]:
    """Refusals in the language in which they are written."""
    with speaking("en"):
        yield
