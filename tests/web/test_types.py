"""The pages of instrument types: read by those who may, kept by those who may, and what they say on an asset."""

import re

import pytest
from sqlalchemy import select

from registry.accounts.queries import organisation_by_code
from registry.assets.models import Asset
from registry.assets.types import actions, queries
from registry.assets.types.rules import ControlGroup
from registry.kernel.db import db
from tests.make import assets as make_assets
from tests.make import types as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE

OWN = "/types/DONG-HO-THU"
ASSET = {"kind": "instrument", "status": "in_service", "name": "Taxi 12", "owner": CENTRE}


@pytest.fixture
def types(people, arrange):
    with arrange():
        actions.load_shipped()
        make.type_("DONG-HO-THU", owner=CENTRE)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def versions(code):
    return queries.for_everybody()[code].versions


@pytest.mark.usefixtures("types")
def test_the_list_says_what_is_in_force_today_or_on_another_day(keeper):
    today = text_of(keeper.pages.get("/types?lang=en&q=taximet"))
    assert "Verification, every 18 months · 03/2024/TT-BKHCN" in today
    assert "Mechanical" not in today
    assert "nothing in force" in text_of(keeper.pages.get("/types?lang=en&q=dong ho nuoc"))
    before = text_of(keeper.pages.get("/types?lang=en&in_force_on=2024-10-14"))
    assert "Verification, every 60 months · 07/2019/TT-BKHCN" in before
    assert "Taximeter" not in before
    assert keeper.pages.get("/types?group=3").status_code == 422


@pytest.mark.usefixtures("types")
def test_a_type_shows_its_versions_with_document_and_source(keeper):
    shown = text_of(keeper.pages.get("/types/SAC-O-TO-DIEN-AC?lang=en"))
    assert shown.count("not known") == 4
    assert "03/2024/TT-BKHCN" in shown
    assert 'rel="noreferrer noopener">www.lawnet.vn</a>' in keeper.pages.get("/types/SAC-O-TO-DIEN-AC").text
    shown = text_of(keeper.pages.get("/types/DONG-HO-NUOC-LANH-CO-KHI?lang=en"))
    assert shown.index("14 Oct 2024") < shown.index("31 Dec 2019")
    assert "No version is in force today" in shown


def test_a_period_that_is_not_recorded_says_where_it_stands_or_who_sets_it(keeper, arrange):
    with arrange():
        for code, group, said in (
            ("OWNED", "1", {}),
            ("AGAIN", "2", {"periodic": True, "circular": "03/2024/TT-BKHCN"}),
            ("BLANK", "2", {}),
            ("NEVER", "2", {"periodic": False, "initial": False}),
        ):
            blank = dict.fromkeys(
                ("type_approval", "initial", "periodic", "after_repair", "period_months", "calibration_interval_months")
            )
            make.type_(
                code, name_vi=code, name_en=code, group=ControlGroup(group), versions=[make.version(**blank | said)]
            )
    for code, words in {
        "OWNED": "Calibration at the interval its owner sets",
        "AGAIN": "Periodic verification; the period is not recorded here, see 03/2024/TT-BKHCN",
        "BLANK": "Verification; the period is not recorded here, see 07/2019/TT-BKHCN",
        "NEVER": "No verification is needed",
    }.items():
        assert f"Nothing is proposed. {words}." in text_of(keeper.pages.get(f"/types/{code}?lang=en"))
        assert words in text_of(keeper.pages.get(f"/types?lang=en&q={code}"))


def test_a_source_is_a_link_only_when_it_is_an_address(admin, arrange):
    with arrange():
        make.type_("A", versions=[make.version(source="javascript:alert(1)")])
    assert 'href="javascript' not in admin.pages.get("/types/A").text


@pytest.mark.usefixtures("types")
@pytest.mark.parametrize(
    ("name", "status"),
    [("keeper", 200), ("technician", 200), ("inspector", 200), ("planner", 200), ("admin", 200), ("stranger", 404)],
)
def test_own_types_are_shown_to_those_who_read_the_organisation(people, name, status):
    pages = getattr(people, name).pages
    assert pages.get(OWN).status_code == status
    assert ("DONG-HO-THU" in pages.get("/types").text) == (status == 200)


@pytest.mark.usefixtures("types")
@pytest.mark.parametrize("path", ["/types", "/types/TAXIMET", "/types/new", "/assets/new/proposal?type=taximet"])
def test_nobody_reads_without_signing_in(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


@pytest.mark.usefixtures("types")
@pytest.mark.parametrize(
    ("name", "new", "own", "shared"),
    [
        ("keeper", 200, 200, 403),
        ("admin", 200, 200, 200),
        ("technician", 403, 403, 403),
        ("inspector", 403, 403, 403),
        ("stranger", 403, 404, 403),
    ],
)
def test_forms_open_for_those_who_may_send_them(people, name, new, own, shared):
    pages = getattr(people, name).pages
    assert pages.get("/types/new").status_code == new
    for form in ("edit", "versions/new"):
        assert pages.get(f"{OWN}/{form}").status_code == own
        assert pages.get(f"/types/TAXIMET/{form}").status_code == shared
    assert ("/types/TAXIMET/edit" in pages.get("/types/TAXIMET").text) == (shared == 200)


def test_a_manager_adds_an_own_type(keeper, arrange):
    said = {
        "name_vi": "Nhiệt kế lò",
        "code": "NHIET-KE-LO",
        "group": "1",
        "owner": CENTRE,
        "versions-0-valid_from": "2026-01-01",
        "versions-0-calibration_interval_months": "6",
    }
    page = keeper.pages.get("/types/new").text
    assert "versions-0-period_months" not in page
    answer = keeper.pages.post("/types/new", data=said)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/types/NHIET-KE-LO")
    with arrange():
        row = queries.named(None, "nhiet ke lo", organisation_by_code(CENTRE).id)
        assert (row.name_en, row.versions[0].calibration_interval_months) == ("Nhiệt kế lò", 6)


@pytest.mark.usefixtures("people")
def test_an_administrator_adds_a_type_of_group_2_and_what_is_not_known_stays_so(admin, arrange):
    said = {
        "name_vi": "Đồng hồ khí",
        "code": "DONG-HO-KHI",
        "group": "2",
        "owner": "",
        "versions-0-valid_from": "2026-01-01",
        "versions-0-circular": "01/2026/TT-BKHCN",
        "versions-0-source": "https://congbao.example/1",
        "versions-0-initial": "true",
        "versions-0-type_approval": "false",
        "versions-0-periodic": "",
        "versions-0-period_months": "36",
    }
    assert admin.pages.post("/types/new", data=said).status_code == 302
    with arrange():
        (held,) = versions("DONG-HO-KHI")
        assert (held.type_approval, held.initial, held.periodic, held.after_repair) == (False, True, None, None)
        assert held.period_months == 36


@pytest.mark.usefixtures("types")
def test_a_refused_form_is_drawn_again_as_it_was_typed(admin):
    said = {"valid_from": "2026-01-01", "circular": "“<b>”", "source": "", "periodic": "false", "period_months": "12"}
    answer = admin.pages.post("/types/TAXIMET/versions/new", data=said)
    assert answer.status_code == 422
    assert "“&lt;b&gt;”" in answer.text
    assert 'href="#f-period_months"' in answer.text
    assert 'href="#f-source"' in answer.text
    assert '<option value="false" selected>' in answer.text
    again = admin.pages.post("/types/new", data={"name_vi": "Taximet", "code": "T2", "group": "2"})
    assert (again.status_code, 'href="#f-name_vi"' in again.text) == (409, True)


@pytest.mark.usefixtures("types")
def test_an_amendment_starts_with_what_is_asked_today_and_ends_it(admin, arrange):
    page = admin.pages.get("/types/TAXIMET/versions/new").text
    assert 'name="period_months" value="18"' in page
    assert page.count('<option value="true" selected>') == 4
    assert "calibration_interval_months" not in page
    said = {"valid_from": "2026-07-01", "circular": "01/2026/TT-BKHCN", "source": "x", "period_months": "24"}
    assert admin.pages.post("/types/TAXIMET/versions/new", data=said).status_code == 302
    with arrange():
        old, new = versions("TAXIMET")
        assert (old.valid_to.isoformat(), new.valid_to) == ("2026-06-30", None)
    shown = text_of(admin.pages.get("/types/TAXIMET?lang=en"))
    assert "Coming" in shown
    assert "Recorded by Admin" in shown
    assert "Shipped with the registry" in shown


@pytest.mark.usefixtures("types")
def test_of_two_people_who_change_the_names_the_second_is_told(admin):
    names = {"name_vi": "Đồng hồ tắc xi", "name_en": "Taximeter"}
    version = re.search(r'name="version" value="(\d+)"', admin.pages.get("/types/TAXIMET/edit").text)[1]
    assert admin.pages.post("/types/TAXIMET/edit", data=names | {"version": version}).status_code == 302
    assert admin.pages.post("/types/TAXIMET/edit", data=names | {"version": version}).status_code == 409


# --------------------------------------------------------------------------------------------------------- assets


@pytest.mark.usefixtures("types")
def test_the_form_of_an_asset_is_told_what_a_type_proposes(keeper, stranger):
    def told(caller, **said):
        answer = caller.pages.get("/assets/new/proposal", query_string={"lang": "en"} | said)
        assert answer.status_code == 200
        return text_of(answer)

    assert "Verification, every 18 months (03/2024/TT-BKHCN)" in told(keeper, type="TAXIMÉT")
    assert "Initial verification only" in told(keeper, type="Tape measure")
    assert "No version of this type is in force today" in told(keeper, type="Huyet-ap-ke")
    assert "No type has this name" in told(keeper, type="Không có")
    assert "Calibration, every 6 months" in told(keeper, type="DONG-HO-THU", owner=CENTRE)
    assert "No type has this name" in told(keeper, type="DONG-HO-THU")
    assert "whether the law has it verified. Do you mean “Taximeter”?" in told(keeper, type="Taximeterr")
    assert "whether the law" not in told(keeper, type="Taximeterr", kind="standard")
    assert "No type has this name" in told(stranger, type="DONG-HO-THU", owner=CENTRE)
    assert keeper.pages.get("/assets/new/proposal").status_code == 422


@pytest.mark.usefixtures("types")
def test_an_asset_registered_without_schedules_takes_over_what_its_type_proposes(technician):
    blank = {"schedules-0-kind": "", "schedules-0-interval": ""}
    page = technician.pages.get("/assets/new")
    assert '<option value="Taximet"></option>' in page.text
    answer = technician.pages.post("/assets/new?lang=en", data=ASSET | blank | {"instrument_type": "taximet"})
    shown = technician.pages.get(answer.headers["Location"])
    assert '<a href="/types/TAXIMET">Taximeter</a>' in shown.text
    assert "Verification , every 18 months" in text_of(shown)
    assert "taken over from its type" in text_of(shown)


@pytest.mark.usefixtures("types")
def test_a_schedule_that_was_typed_stays_and_one_that_is_longer_than_the_law_is_refused(technician):
    typed = {"schedules-0-kind": "verification", "schedules-0-interval": "12", "instrument_type": "Taximet"}
    answer = technician.pages.post("/assets/new?lang=en", data=ASSET | typed)
    assert "every 12 months" in text_of(technician.pages.get(answer.headers["Location"]))
    refused = technician.pages.post("/assets/new?lang=en", data=ASSET | typed | {"schedules-0-interval": "30"})
    assert (refused.status_code, "18 months" in text_of(refused)) == (422, True)


def test_a_type_that_may_not_be_seen_is_only_its_text(people, arrange):
    with arrange():
        own = make.type_("CUA-SO", name_vi="Của sở", owner=DEPARTMENT)
        asset = make_assets.asset(instrument_type="Của sở")
        asset.instrument_type_id = own.id
        elsewhere = make_assets.asset(owner=ELSEWHERE, instrument_type="Của sở")
        tags = asset.tag, elsewhere.tag
    shown = people.keeper.pages.get(f"/assets/{tags[0]}").text
    assert "Của sở" in shown
    assert "/types/CUA-SO" not in shown
    assert '<a href="/types/CUA-SO">' in people.inspector.pages.get(f"/assets/{tags[0]}").text
    assert "/types/CUA-SO" not in people.stranger.pages.get(f"/assets/{tags[1]}").text
    with arrange():
        assert db.session.scalar(select(Asset.instrument_type_id).where(Asset.tag == tags[1])) is None


@pytest.mark.parametrize(
    ("locale", "headline", "badge"),
    [
        ("vi", "Chưa rõ có phải kiểm định", "Không yêu cầu"),
        ("en", "Requirement not known", "Not required"),
    ],
)
@pytest.mark.usefixtures("types")
def test_an_instrument_of_an_unknown_type_is_amber_wherever_it_is_shown(keeper, client, locale, headline, badge):
    body = make_assets.said(kind="instrument", name="Cân 60 t", instrument_type="Taximett", schedules=[])
    tag = keeper.post("/api/v1/assets", json=body).json["tag"]
    scanned = client.get(f"/s/{tag}?lang={locale}").text
    assert ('class="verdict verdict-unstated"' in scanned, 'data-code="unclassified"' in scanned) == (True, True)
    assert re.search(r"<h1[^>]*>(.*?)</h1>", scanned)[1] == headline
    for page in (scanned, *(keeper.pages.get(f"{path}?lang={locale}").text for path in (f"/assets/{tag}", "/assets"))):
        assert (f"</svg>{headline}</span>" in page, f"</svg>{badge}</span>" in page) == (True, False)
    page = keeper.pages.get(f"/assets/{tag}?lang=en").text
    assert ("“Taximeter”" in page, "or check is required" in page) == (True, False)
