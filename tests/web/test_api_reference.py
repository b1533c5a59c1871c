"""The page of the programming interface: named for people, folded, and searched without a script."""

import pytest

from registry.web.api_words import SECTIONS

OPERATION = 'class="fold operation"'


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
    assert page.count(OPERATION) == found


def test_what_is_kept_is_of_its_language_and_of_what_is_looked_for(keeper):
    whole = {lang: page_of(keeper, lang=lang) for lang in ("vi", "en", "vi", "en")}
    assert ("<h2>Tổ chức" in whole["vi"], "<h2>Tổ chức" in whole["en"]) == (True, False)
    assert "&lt;h2&gt;" not in whole["vi"]
    few = page_of(keeper, lang="en", q="<b>replanning")
    assert ("<b>" in few, few.count(OPERATION)) == (False, 0)
    assert (
        page_of(keeper, lang="en").count('class="fold operation"') == whole["en"].count('class="fold operation"') > 300
    )


def test_the_document_is_sent_again_only_where_it_changed(client):
    first = client.get("/api/v1/openapi.json")
    assert first.headers["Cache-Control"] == "no-cache"  # it may be kept, and is asked for again
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    other = client.get("/api/v1/openapi.json", headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.get_data()) == (200, first.get_data())
