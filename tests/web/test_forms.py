"""Forms: what is refused is drawn again as it was typed, with the message beside the field, and nothing has changed."""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pytest
from sqlalchemy import func, select

from registry.accounts.models import Person
from registry.kernel import audit
from registry.kernel.db import db
from tests.make.calibration import handed_in
from tests.people import CENTRE, PASSWORD

ODD = "Cân “<b>” & 'x'\""
LAB = {"code": "PTN-2", "name": ODD, "organisation": CENTRE}
ASSET = {"kind": "instrument", "status": "in_service", "name": ODD, "owner": CENTRE}
PERSON = {"email": "moi@example.vn", "name": ODD, "role": "technician", "organisation": CENTRE, "locale": "vi"}
BODY = {"code": "X1", "name_vi": ODD, "name_en": "Commune", "kind": "commune"}
CALIBRATION = {
    "kind": "calibration",
    "performed_on": "2026-06-01",
    "outcome": "pass",
    "lab": "PTN-1",
    "certificate_no": ODD,
}


@dataclass
class Refused:
    """A form sent with a fault: by whom, where, what was said, the field that is at fault, and what is drawn again."""

    who: str
    path: str
    said: dict[str, str]
    field: str
    again: list[str] = field(default_factory=lambda: [ODD])
    status: int = 422


LONG = "dài " * 200
REFUSED = [
    Refused("keeper", "/sign-in", {"email": "a@example.vn", "password": "x" * 20}, "password", ["a@example.vn"]),
    Refused(
        "keeper", "/claim", {"email": ODD, "secret": "s", "password": "x" * 20, "password_again": "y"}, "password_again"
    ),
    Refused("keeper", "/account/tokens", {"name": ODD * 20}, "name", [ODD * 20]),
    Refused("admin", "/people/new", PERSON | {"email": "no address"}, "email", [ODD, "no address"]),
    Refused("admin", "/people/new", PERSON | {"email": "keeper@example.vn"}, "email", [ODD], 409),
    Refused("admin", "/people/new", PERSON | {"organisation": "NONE"}, "organisation"),
    Refused("admin", "/organisations/new", BODY | {"code": "có dấu"}, "code", [ODD, "có dấu"]),
    Refused("admin", "/organisations/new", BODY | {"code": CENTRE}, "code", [ODD, CENTRE], 409),
    Refused("admin", "/organisations/new", BODY | {"name_en": ""}, "name_en"),
    Refused("admin", "/organisations/new", BODY | {"valid_from": "2026-02-30"}, "valid_from", [ODD, "2026-02-30"]),
    Refused("keeper", "/labs/new", LAB | {"code": "a b"}, "code", [ODD, "a b"]),
    Refused("keeper", "/labs/new", LAB | {"code": "PTN-1"}, "code", [ODD], 409),
    Refused(
        "keeper",
        "/labs/new",
        LAB | {"scope-3-quantity": ODD, "scope-3-unit": "g", "scope-3-cmc": "1,5,0"},
        "scope-0-cmc",
        [ODD, "1,5,0"],
    ),
    Refused(
        "keeper",
        "/labs/new",
        LAB | {"accreditations-0-body": "BoA", "accreditations-0-number": ODD, "accreditations-0-granted_on": "soon"},
        "accreditations-0-granted_on",
        [ODD, "soon"],
    ),
    Refused("keeper", "/labs/<lab>/edit", {"name": "x" * 201, "address": ODD, "version": "1"}, "name"),
    Refused(
        "technician", "/assets/new", ASSET | {"commissioned_on": "31/12/2025"}, "commissioned_on", [ODD, "31/12/2025"]
    ),
    Refused("technician", "/assets/new", ASSET | {"owner": ""}, "owner"),
    Refused(
        "technician",
        "/assets/new",
        ASSET | {"schedules-0-kind": "verification", "schedules-0-interval": "twelve"},
        "schedules-0-interval",
        [ODD, "twelve"],
    ),
    Refused(
        "technician",
        "/assets/new",
        ASSET | {"characteristics-0-quantity": ODD, "characteristics-0-unit": "g", "characteristics-0-mpe": "nhiều"},
        "characteristics-0-mpe",
        [ODD, "nhiều"],
    ),
    Refused("technician", "/assets/<tag>/edit", {"name": "\0", "location": ODD, "version": "<version>"}, "name"),
    Refused(
        "technician",
        "/assets/<tag>/calibrations/new",
        CALIBRATION | {"performed_on": "2027-01-01"},
        "performed_on",
        [ODD, "2027-01-01"],
    ),
    Refused("technician", "/assets/<tag>/calibrations/new", CALIBRATION | {"lab": "NONE"}, "lab"),
    Refused("technician", "/assets/<tag>/calibrations/new", CALIBRATION | {"lab": ""}, "lab"),
    Refused(
        "technician",
        "/assets/<tag>/calibrations/new",
        CALIBRATION
        | {"points-0-quantity": ODD, "points-0-unit": "g", "points-0-nominal": "1.2.3", "points-0-stage": "as_left"},
        "points-0-nominal",
        [ODD, "1.2.3"],
    ),
    Refused(
        "keeper",
        "/calibrations/<draft>/approve",
        {"certificate_no": ODD * 20, "password": PASSWORD},
        "certificate_no",
        [ODD * 20],
    ),
    Refused(
        "keeper",
        "/calibrations/<draft>/approve",
        {"certificate_no": ODD, "password": "guessed", "seen": "0" * 64},
        "password",
    ),
    Refused("keeper", "/calibrations/<calibration>/void", {"reason": LONG}, "reason", [LONG]),
    Refused(
        "planner",
        "/plan/<plan>/<indicator>",
        {"record_type": "asset", "record_id": "<tag>", "state": "excluded", "reason": LONG},
        "reason",
        [LONG],
    ),
]


def addressed(text, shown):
    return re.sub(
        r"<(version|tag|lab|plan|indicator|calibration|draft)>", lambda found: str(getattr(shown, found[1])), text
    )


def entries(arrange):
    with arrange():
        return db.session.scalar(select(func.count()).select_from(audit.AuditEntry))


def drawn_again(case, answer):
    """What is missing in the form that was drawn again."""
    missing: list[Any] = [] if answer.status_code == case.status else [answer.status_code]
    for sign in (f'id="f-{case.field}-fault"', f'href="#f-{case.field}"'):
        missing += [] if sign in answer.text else [sign]
    texts = answer.text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    return missing + [text for text in case.again if escape(text) not in texts]


def test_every_refused_form_is_drawn_again_as_it_was_typed(shown, people, arrange):
    for caller in (people.keeper, people.technician, people.planner, people.admin):
        assert caller.pages.get("/account").status_code == 200
    handed_in(people.keeper, f"/calibrations/{shown.draft}")
    before, wrong = entries(arrange), {}
    for number, case in enumerate(REFUSED):
        browser = getattr(people, case.who).pages
        said = {name: addressed(value, shown) for name, value in case.said.items()}
        answer = browser.post(
            addressed(case.path, shown), data=said | {"idempotency_key": f"k{number}"} if "new" in case.path else said
        )
        if missing := drawn_again(case, answer):
            wrong[case.path, case.field] = missing
    assert wrong == {}
    assert entries(arrange) == before


def test_a_password_is_never_drawn_again(client, admin):
    said = {
        "email": "a@example.vn",
        "secret": "s3cret",
        "password": "một mật khẩu dài",
        "password_again": "một mật khẩu khác",
    }
    for path in ("/sign-in", "/claim"):
        answer = client.post(path, data=said)
        assert answer.status_code == 422
        assert "mật khẩu dài" not in answer.text
        assert "một mật khẩu khác" not in answer.text


NONSENSE = [
    {"schedules": "abc"},
    {"name-0-x": "abc"},
    {"version-0-x": "1", "csrf_token-0-x": "1"},
    {"schedules-0-kind": "calibration", "schedules": "x"},
    {"schedules-999-kind": "calibration", "schedules-0-nothing": "x"},
    {"characteristics-0-unit": "\0", "name": "\0"},
    {"idempotency_key": "a b"},
    {"idempotency_key": "x" * 500},
    {"": ""},
    {"standards-0-x": "y", "points": "z"},
    {"indicator-0-x": "a", "record_type-0-x": "b", "record_id-0-x": "c", "reason-0-x": "d", "state-0-x": "e"},
]


@pytest.mark.parametrize("said", NONSENSE)
def test_fields_that_make_no_sense_are_refused_and_break_nothing(shown, people, said):
    paths = {
        people.technician: ("/assets/new", f"/assets/{shown.tag}/edit", f"/assets/{shown.tag}/calibrations/new"),
        people.keeper: ("/labs/new", f"/calibrations/{shown.draft}/approve", f"/calibrations/{shown.draft}/void"),
        people.planner: (f"/plan/{shown.plan}", f"/plan/{shown.plan}/{shown.indicator}"),
        people.admin: ("/people/new", "/organisations/new", "/account/tokens", "/sign-in", "/claim"),
    }
    statuses = {path: caller.pages.post(path, data=said).status_code for caller, many in paths.items() for path in many}
    assert {path: status for path, status in statuses.items() if status not in {403, 404, 409, 422}} == {}


def test_an_owners_own_check_needs_no_laboratory(shown, technician):
    path = f"/assets/{shown.tag}/calibrations/new"
    drawn = re.search(r'<select[^>]*name="lab"[^>]*>', technician.pages.get(path).text)
    assert drawn is not None
    assert " required" in drawn[0]  # a calibration, as the form begins; its script knows the other kinds
    check = CALIBRATION | {"kind": "intermediate_check", "lab": "", "idempotency_key": "own-check"}
    answer = technician.pages.post(path, data=check)
    assert answer.status_code == 302
    assert technician.get(f"/api/v1/calibrations/{answer.location.rsplit('/', 1)[1]}").json["lab"] is None
    assert technician.pages.get(answer.location).status_code == 200


class TestEdits:
    def page(self, caller, shown):
        text = caller.pages.get(f"/assets/{shown.tag}/edit").text
        return dict(re.findall(r'<input[^>]*name="(version|name|location)"[^>]*value="([^"]*)"', text))

    def test_of_two_at_once_the_second_keeps_what_was_typed_and_is_told(self, shown, technician, keeper):
        first, second = self.page(technician, shown), self.page(keeper, shown)
        assert technician.pages.post(f"/assets/{shown.tag}/edit", data=first | {"location": "A"}).status_code == 302
        answer = keeper.pages.post(f"/assets/{shown.tag}/edit", data=second | {"location": ODD})
        assert answer.status_code == 409
        assert escape(ODD) in answer.text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
        assert keeper.get(f"/api/v1/assets/{shown.tag}").json["location"] == "A"

    def test_that_empty_a_field_empty_what_is_stored(self, shown, technician):
        said = self.page(technician, shown)
        assert said["location"] == "Phòng 7"
        assert technician.pages.post(f"/assets/{shown.tag}/edit", data=said | {"location": ""}).status_code == 302
        assert technician.get(f"/api/v1/assets/{shown.tag}").json["location"] is None

    def test_without_a_version_are_refused(self, shown, technician):
        assert technician.pages.post(f"/assets/{shown.tag}/edit", data={"name": "x"}).status_code == 409


class TestWhatIsAccepted:
    def test_a_decimal_comma_is_a_decimal_point(self, technician):
        said = ASSET | {
            "characteristics-0-quantity": "m",
            "characteristics-0-unit": "g",
            "characteristics-0-range_high": "20,50",
        }
        answer = technician.pages.post("/assets/new", data=said)
        assert answer.status_code == 302
        tag = answer.headers["Location"].rsplit("/", 1)[1]
        assert technician.get(f"/api/v1/assets/{tag}").json["characteristics"][0]["range_high"] == "20.50"

    def test_what_was_typed_is_shown_as_text_and_never_as_markup(self, technician):
        answer = technician.pages.post(
            "/assets/new", data=ASSET | {"name": "<script>alert(1)</script>"}, follow_redirects=True
        )
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text

    def test_somebody_new_gets_a_secret_that_works(self, admin, client, arrange):
        answer = admin.pages.post("/people/new", data=PERSON)
        assert answer.status_code == 200
        secret = re.findall(r'<code class="secret">([^<]+)</code>', answer.text)[0]
        said = {
            "email": PERSON["email"],
            "secret": secret,
            "password": "x y z x y z x",
            "password_again": "x y z x y z x",
        }
        assert client.post("/claim", data=said).headers["Location"] == "/"
        with arrange():
            assert db.session.scalar(select(Person.name).where(Person.email == PERSON["email"])) == ODD
        assert secret not in admin.pages.get("/people").text

    def test_a_claim_says_how_long_a_password_must_be(self, client):
        assert 'minlength="12"' in client.get("/claim").text
        assert 'minlength="12"' in client.post("/claim", data={}).text

    def test_what_a_person_may_not_do_is_forbidden_whatever_is_said(self, shown, people, arrange):
        before = entries(arrange)
        forbidden = {
            ("inspector", "/assets/new"): 403,
            ("inspector", f"/assets/{shown.tag}/edit"): 403,
            ("inspector", f"/assets/{shown.tag}/calibrations/new"): 403,
            ("stranger", f"/assets/{shown.tag}/edit"): 404,
            ("technician", "/labs/new"): 403,
            ("stranger", f"/labs/{shown.lab}/edit"): 403,
            ("technician", f"/calibrations/{shown.draft}/approve"): 403,
            ("stranger", f"/calibrations/{shown.draft}/void"): 404,
            ("keeper", "/people/new"): 403,
            ("keeper", "/organisations/new"): 403,
            ("keeper", f"/plan/{shown.plan}/{shown.indicator}"): 403,
            ("stranger", f"/plan/{shown.plan}/{shown.indicator}"): 404,
        }
        said = ASSET | LAB | BODY | PERSON | {"certificate_no": "1", "reason": "r", "state": "counted"}
        said |= {"record_type": "asset", "record_id": shown.tag}
        found = {}
        for name, path in forbidden:
            fields = (
                {"certificate_no": "1", "password": PASSWORD}
                if path.endswith("approve")
                else {"reason": "r"}
                if path.endswith("void")
                else said
            )
            if "/plan/" in path:
                fields = {
                    "record_type": "asset",
                    "record_id": shown.tag,
                    "state": "excluded",
                    "reason": "r",
                    "version": "1",
                }
            found[name, path] = getattr(people, name).pages.post(path, data=fields).status_code
        assert found == forbidden
        assert entries(arrange) == before + len({name for name, _path in forbidden})  # each signed in once
