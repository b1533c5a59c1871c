"""The pages people open all day send a fixed, small number of statements, whoever looks and whatever is stored."""

import pytest

from registry.assets.rules import Proof, Status
from registry.plan.evidence import actions as decisions
from registry.plan.models import RecordType
from registry.plan.records import Record
from tests.conftest import TODAY
from tests.make import assets, calibration, labs, successors
from tests.make import plan as make
from tests.statements import sent
from tests.stored import remembered

WHO = ("technician", "keeper", "inspector", "planner", "admin")


@pytest.fixture
@remembered
def tag(people, arrange) -> str:
    """A standard in service that counts in the plan, with a record; another must not be used."""
    with arrange():
        make.plan()
        made = assets.asset(name="Quả cân", commissioned_on=TODAY)
        labs.lab()
        calibration.calibration(made, TODAY)
        assets.asset(name="Quá hạn", proof=Proof.MISSING)
        assets.asset(name="Cách ly", status=Status.QUARANTINED)
        make.evidence("II.2.a", made.tag)
        return made.tag


@pytest.fixture
def more_records(tag, arrange):
    """More of everything that is counted and listed on the first page."""
    with arrange():
        for place in range(3):
            made = assets.asset(name=f"Quả cân {place}", commissioned_on=TODAY, proof=Proof.MISSING)
            assets.asset(name=f"Cách ly {place}", status=Status.QUARANTINED)
            make.evidence("II.2.a", made.tag)


@pytest.fixture
def more_plans(tag, arrange):
    """Two more plans in which the same standard counts."""
    with arrange():
        for plan in (successors.successor(), successors.national()):
            decisions.count_evidence(plan, indicator="II.2.a", record=Record(RecordType.ASSET, tag), by=None)


def told(caller, path: str) -> int:
    """How many statements a page takes that was drawn before."""
    pages = caller.pages
    pages.get(path)
    with sent() as statements:
        assert pages.get(path).status_code == 200
    return len(statements)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.usefixtures("tag")
def test_the_first_page(people, who, request):
    few = told(getattr(people, who), "/")
    request.getfixturevalue("more_records")
    assert told(getattr(people, who), "/") == few <= 46


@pytest.mark.parametrize("who", WHO)
def test_the_page_of_an_asset(people, who, tag, request):
    few = told(getattr(people, who), f"/assets/{tag}")
    request.getfixturevalue("more_plans")
    assert told(getattr(people, who), f"/assets/{tag}") == few <= 46
