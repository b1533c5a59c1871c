"""Codes, names and numbers that differ only in the case of their letters are the same; the one there is named."""

from types import SimpleNamespace

import pytest

from registry.kernel.errors import Conflict
from registry.labs.criteria import files, loading
from registry.labs.criteria.form import SetPart
from tests.make import criteria
from tests.make import proficiency as rounds
from tests.make.labs import said, said_accreditation
from tests.people import CENTRE, DEPARTMENT

LABS = "/api/v1/labs"
LINE = {"quantity": "Khối lượng", "unit": "g", "range_low": "0", "range_high": "100", "cmc": "0.1"}


@pytest.fixture
def held(admin, keeper):
    """One of each: a laboratory with decisions about its accreditation and scope, a scheme, a round, a participant."""
    body = said("T5-A", accreditations=[said_accreditation()], scope=[LINE])
    decision = {"accreditation": "VILAS 999", "kind": "suspended", "number": "12/QĐ-Đ"}
    decision |= {"effective_on": "2025-05-01", "decided_on": "2025-05-01"}
    scope = {"number": "9/QĐ-Đ", "effective_on": "2026-03-01", "kind": "add", "lines": [LINE | {"unit": "kg"}]}
    at = f"{LABS}/T5-A"
    scheme = rounds.said_scheme(organisation=DEPARTMENT, name="SSLP Độ dài")
    posted = {"lab": (keeper, LABS, body), "decision": (keeper, f"{at}/decisions", decision)}
    posted |= {"scope": (keeper, f"{at}/scope-decisions", scope), "scheme": (admin, rounds.SCHEMES, scheme)}
    made = {name: who.post(path, json=body) for name, (who, path, body) in posted.items()}
    posted["round"] = admin, rounds.ROUNDS, rounds.said_round(made["scheme"].json["id"], code="V-1")
    made["round"] = admin.post(rounds.ROUNDS, json=posted["round"][2])
    taking_part = {"lab": "T5-A", "code": "Ma-1"}
    posted["participant"] = admin, f"{rounds.ROUNDS}/{made['round'].json['id']}/participants", taking_part
    made["participant"] = admin.post(posted["participant"][1], json=taking_part)
    assert {name: answer.status_code for name, answer in made.items()} == dict.fromkeys(made, 201)
    return SimpleNamespace(posted=posted, keeper=keeper)


@pytest.mark.parametrize(
    ("what", "field", "otherwise", "names"),
    [
        ("lab", "code", "t5-a", "T5-A"),
        ("decision", "number", "12/qđ-đ", "12/QĐ-Đ"),
        ("scope", "number", "9/qđ-đ", "9/QĐ-Đ"),
        ("scheme", "name", "sslp độ DÀI", "SSLP Độ dài"),
        ("round", "code", "v-1", "V-1"),
        ("participant", "code", "mA-1", "Ma-1"),
    ],
)
def test_what_differs_only_in_case_is_refused_and_the_one_that_is_there_is_named(held, what, field, otherwise, names):
    if what == "participant":
        held.keeper.post(LABS, json=said("T5-B"))
    who, path, body = held.posted[what]
    answer = who.post(path, json=body | {field: otherwise} | ({"lab": "T5-B"} if what == "participant" else {}))
    assert (answer.status_code, list(answer.json["errors"])) == (409, [field])
    assert f"“{names}”" in answer.json["errors"][field][0]


def test_a_scheme_is_not_renamed_to_anothers_name(held, admin):
    other = admin.post(rounds.SCHEMES, json=rounds.said_scheme(organisation=DEPARTMENT, name="Khác"))
    here = f"{rounds.SCHEMES}/{other.json['id']}"
    etag = {"If-Match": admin.get(here).headers["ETag"]}
    assert "“SSLP Độ dài”" in admin.patch(here, json={"name": "SSLP ĐỘ DÀI"}, headers=etag).text
    assert admin.patch(here, json={"name": "KHÁC"}, headers=etag).status_code == 200


def test_an_organisation_is_found_by_its_code_in_any_case(admin):
    body = {"code": CENTRE.lower(), "name_vi": "Trung tâm", "name_en": "Centre", "kind": "public_service"}
    answer = admin.post("/api/v1/organisations", json=body)
    assert (answer.status_code, f"“{CENTRE}”" in answer.json["errors"]["code"][0]) == (409, True)


def test_a_set_of_criteria_goes_on_under_its_own_spelling(session):
    criteria.criteria_set()
    document = criteria.document()
    document["set"] |= {"code": criteria.SET.lower(), "version": "2"}
    file = files.told(SetPart().load(document), "document")
    for act in (loading.load, loading.preview):
        with pytest.raises(Conflict, match=criteria.SET):
            act(file, by=None)
