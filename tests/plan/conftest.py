"""The plan that ships, stored before a test."""

import pytest

from registry.plan import queries
from registry.plan.models import Plan
from tests.make import plan as make
from tests.stored import remembered


@pytest.fixture
@remembered
def loaded(arrange) -> None:
    with arrange():
        make.plan()


@pytest.fixture
def plan(loaded, session) -> Plan:
    return queries.by_code(make.CODE, None)
