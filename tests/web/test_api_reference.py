"""The page of the programming interface: named for people, folded, and searched without a script."""

import pytest

from registry.web.api_words import SECTIONS


def page_of(caller, **query):
    return caller.pages.get("/api", query_string=query).get_data(as_text=True)


def test_every_section_has_a_name_for_people(keeper):
    document = keeper.get("/api/v1/openapi.json").json
    used = {
        tag
        for path in document["paths"].values()
        for method, one in path.items()
        if method != "parameters"
        for tag in one["tags"]
    }
    assert used == SECTIONS.keys()
    page = page_of(keeper, lang="vi")
    assert ("<h1>Giao diện" in page, "<h2>Chu kỳ" in page, "<h2>api_" in page) == (True, False, False)
    assert page.count("<details") > len(document["paths"])
    assert 'class="fold operation" open' not in page


@pytest.mark.parametrize(("q", "found"), [("replanning", 3), ("dan deu lich", 3), ("POST replanning", 2), ("xyz", 0)])
def test_operations_are_looked_for_by_their_words(keeper, q, found):
    page = page_of(keeper, lang="vi", q=q)
    assert page.count('class="fold operation"') == found
