"""Bodies of a plan that ended and that nobody is known to have taken over, and how that is mended."""

from datetime import date

from registry.plan import queries
from registry.plan.duties import bodies
from tests.make import plan as make

CODES = {"STC", "SKHDT", "UBND-TPBACKAN", "UBND-BABE", "UBND-BACHTHONG", "UBND-CHODON", "UBND-CHOMOI"}
CODES |= {"UBND-NARI", "UBND-NGANSON", "UBND-PACNAM"}


def test_they_are_known_from_the_day_after_their_last(plan):
    document = queries.document(plan)
    assert bodies.orphans(document, date(2025, 6, 30)) == []
    found = {one.body.code: one for one in bodies.orphans(document, date(2025, 7, 1))}
    assert set(found) == CODES, "the province and its department have successors"
    assert {"II.3.a.1", "II.3.a.2"} <= set(found["STC"].places)
    assert found["SKHDT"].notes, "what the file knows of it is said"


def test_the_plans_page_names_them_until_somebody_says_who_took_over(people, arrange):
    with arrange():
        make.plan()
    page = people.planner.pages.get(f"/plan/{make.CODE}?lang=en").text
    assert "Ended, and nobody is known to have taken over" in page
    assert "ask an administrator to record it" in page
    assert "/organisations/STC/succession" not in page
    page = people.admin.pages.get(f"/plan/{make.CODE}?lang=en").text
    assert "/organisations/STC/succession" in page
    said = {"successor": "STC", "on": "2025-07-01", "kind": "merge", "source": "QĐ 1"}
    address = "/organisations/STC/succession"
    again = people.admin.pages.post(address, data=said)
    assert (again.status_code, 'value="QĐ 1"' in again.text) == (422, True)
    assert people.admin.pages.post(address, data=said | {"successor": "SKHCN-THAINGUYEN"}).status_code == 302
    page = people.admin.pages.get(f"/plan/{make.CODE}?lang=en").text
    assert ("/organisations/STC/succession" in page, "/organisations/SKHDT/succession" in page) == (False, True)
