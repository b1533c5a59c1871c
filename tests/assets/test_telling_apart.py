"""Finding among many that are alike: owners of one word, numbers that differ in their letters."""

import pytest

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.assets.lists import queries as lists
from tests.conftest import TODAY
from tests.make import assets as make


def test_an_organisation_of_many_is_found_as_fast(session, people):
    for place in range(10):
        accounts.add_organisation(
            code=f"XA-{place}",
            name_vi=f"Xã số {place}",
            name_en=f"Commune {place}",
            kind=OrganisationKind.COMMUNE,
            parent="TN",
            by=None,
        )
        make.asset(name=f"Cân {place}", owner=f"XA-{place}")
    reader = people.inspector.person()
    session.commit()
    assert [line.name for line in lists.asset_page(reader, today=TODAY, q="xa so 3").items] == ["Cân 3"]
    assert "Cân 3" in [line.name for line in lists.asset_page(reader, today=TODAY, q="can xa so 3").items]


@pytest.mark.parametrize(("typed", "found"), [("sn 0777777", {"SN-0777777"}), ("xy-0777777", {"XY-0777777"})])
def test_the_letters_before_a_number_still_tell_it_from_another(session, people, typed, found):
    for serial_no in ("SN-0777777", "XY-0777777", "SN-0777778"):
        make.asset(serial_no=serial_no)
    session.commit()
    page = lists.asset_page(people.keeper.person(), today=TODAY, q=typed)
    assert {one.serial_no for one in page.items} == found
