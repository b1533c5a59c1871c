"""Files of criteria sets: what ships is whole, every fault has its place, and loading twice is loading once."""

import json

import pytest

from registry.kernel import audit
from registry.kernel.errors import Invalid
from registry.labs.criteria import files, loading
from tests.make import criteria as make

SHIPPED = "ISO-IEC-17025-2017"


def refused(change):
    data = json.loads(json.dumps(make.document()))
    change(data)
    with pytest.raises(Invalid) as error:
        files.parse(json.dumps(data))
    return set(error.value.errors or {})


def first(data):
    return data["groups"][0]["criteria"][0]


def test_what_ships_is_the_checklist_alone_whole_and_for_every_clause(session):
    assert files.names() == [SHIPPED]
    assert files.check(SHIPPED) == []
    criteria = [one for _group, one in files.read(SHIPPED).criteria]
    assert 60 <= len(criteria) <= 90
    assert {one["clause"].partition(".")[0] for one in criteria} == set("45678")
    texts = [one["text"][language] for one in criteria for language in ("vi", "en")]
    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if "the laboratory shall" in text.lower()]


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (lambda data: first(data).update(weight="4"), "scoring.weights"),
        (lambda data: first(data).update(weight="-3"), "groups.0.criteria.0.weight"),
        (lambda data: first(data).update(weight=3), "groups.0.criteria.0.weight"),
        (lambda data: first(data).update(colour="red"), "groups.0.criteria.0.colour"),
        (lambda data: first(data).update(code="A.2"), "groups.0.criteria.1.code"),
        (lambda data: first(data).update(code="a.2"), "groups.0.criteria.1.code"),
        (lambda data: first(data).update(most=3), "groups.0.criteria.0.most"),
        (lambda data: first(data).update(scale="points"), "groups.0.criteria.0.most"),
        (lambda data: first(data).update(evidence=[]), "groups.0.criteria.0.evidence"),
        (lambda data: first(data).update(evidence=["record", "record"]), "groups.0.criteria.0.evidence"),
        (lambda data: first(data)["text"].pop("en"), "groups.0.criteria.0.text.en"),
        (lambda data: data["groups"][1].update(code="A"), "groups.1.code"),
        (lambda data: data["groups"][1].update(code="a"), "groups.1.code"),
        (lambda data: data["levels"].reverse(), "levels.1.at_least"),
        (lambda data: data["levels"][1].update(at_least="101"), "levels.1.at_least"),
        (lambda data: data["scoring"].update(partly="1"), "scoring.partly"),
        (lambda data: data["set"].update(valid_from="2025-01-01", valid_to="2024-01-01"), "set.valid_to"),
        (
            lambda data: data["set"].update(
                legal_bases=[
                    {
                        "document": "TT",
                        "issued_on": "2024-01-01",
                        "valid_from": "2024-02-01",
                        "valid_to": "2024-01-31",
                    }
                ]
            ),
            "set.legal_bases.0.valid_to",
        ),
        (lambda data: data.update(format=2), "format"),
        (lambda data: data.pop("groups"), "groups"),
    ],
)
def test_each_fault_has_its_place(session, change, places):
    assert refused(change) == set(places.split())


def test_loading_twice_is_loading_once_and_a_changed_file_is_a_new_version(session):
    first = make.criteria_set()
    again = loading.load(files.parse(json.dumps(make.document(), indent=3)), by=None)
    assert (again.set.id, again.changed, again.set.number) == (first.id, False, 1)
    changed = make.document()
    changed["groups"][0]["criteria"][0]["text"]["vi"] = "Khác"
    seen = loading.preview(files.parse(json.dumps(changed)), by=None)
    assert (seen.number, seen.changed, seen.added, seen.removed) == (2, True, [], [])
    second = loading.load(files.parse(json.dumps(changed)), by=None)
    assert (second.set.number, second.changed) == (2, True)
    assert (first.is_newest, second.set.is_newest) == (False, True)
    assert first.criteria[0].text_vi == "Tiêu chí A.1"
    assert len(audit.history("criteria_set", make.SET)) == 2


def test_a_value_that_is_left_out_is_the_same_as_its_usual_one(session):
    said = make.document()
    said["groups"][0]["criteria"][0] |= {"most": None, "may_not_apply": False}
    assert files.parse(json.dumps(said)).content_hash == files.parse(json.dumps(make.document())).content_hash
