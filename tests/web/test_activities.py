"""Activities in the browser: recorded by their kind, with people that are pasted, and enterprises."""

from datetime import date

import pytest

from tests.make import activities as make
from tests.make import exports
from tests.people import CENTRE, DEPARTMENT


def test_a_course_is_recorded_and_its_people_are_pasted(keeper, arrange):
    pages = keeper.pages
    assert "kind=training" in pages.get("/activities/new").text
    said = {"kind": "training", "title": "Tập huấn", "organiser": CENTRE, "held_from": "2026-03-02", "sessions": "2"}
    made = pages.post("/activities/new", data=said)
    assert made.status_code == 302, made.text
    page = made.headers["Location"]
    text = "Họ và tên\tCơ quan\tĐối tượng\nAn\tCty A\tDoanh nghiệp\nBình;Sở Công Thương;Công chức, viên chức;;1"
    tried = pages.post(f"{page}/people", data={"people": text, "dry_run": "true"})
    assert (tried.status_code, "2 người, 3 lượt người" in tried.text) == (200, True)
    kept = pages.post(f"{page}/people", data={"people": text})
    assert kept.status_code == 302
    shown = pages.get(page).text
    assert "Sở Công Thương" in shown
    assert "2 người" not in pages.get("/activities").text


def test_every_line_that_cannot_be_read_is_named_and_the_text_stays(keeper, arrange):
    with arrange():
        key = make.activity("training", date(2026, 3, 2), organiser=CENTRE).id
    text = "An\tCty A\tGiám đốc\n\tCty B\tKhác\nChi\tCty C\tKhác\t\tbốn"
    answer = keeper.pages.post(f"/activities/{key}/people", data={"people": text})
    assert answer.status_code == 422
    assert all(line in answer.text for line in ("Dòng 1", "Dòng 2", "Dòng 3", "Giám đốc"))


@pytest.mark.parametrize("kind", ["training", "communication", "adoption", "criteria", "project", "purchase"])
def test_a_form_that_is_refused_keeps_what_was_typed(planner, kind):
    answer = planner.pages.post("/activities/new", data={"kind": kind, "title": "Tên đã gõ"})
    assert (answer.status_code, "Tên đã gõ" in answer.text) == (422, True)


def test_a_programme_is_changed_by_its_stages_and_made_void(planner, arrange):
    with arrange():
        make.enterprise("DN1", parent=DEPARTMENT)
        key = make.adoption("DN1", date(2026, 1, 10), stage="selected").id
    pages, page = planner.pages, f"/activities/{key}"
    form = pages.get(f"{page}/edit").text
    assert 'name="steps-0-stage"' in form
    said = {
        "version": "1",
        "title": "Chương trình",
        "organiser": DEPARTMENT,
        "aspect": "public",
        "subject": "DN1",
        "steps-0-stage": "selected",
        "steps-0-on": "2026-01-10",
        "steps-1-stage": "adopted",
        "steps-1-on": "2026-04-30",
        "steps-1-document_no": "9/QĐ",
    }
    assert pages.post(f"{page}/edit", data=said).status_code == 302
    assert pages.post(f"{page}/edit", data=said).status_code == 409
    assert "9/QĐ" in pages.get(page).text
    assert pages.post(f"{page}/void", data={"reason": ""}).status_code == 422
    assert pages.post(f"{page}/void", data={"reason": "Nhập nhầm"}).status_code == 302
    assert "Nhập nhầm" in pages.get(page).text


def test_the_list_is_a_file_as_well(keeper, arrange, app):
    with arrange():
        make.activity("conference", date(2026, 1, 20), title="=Ngày Đo lường", aspect="metrology_day", organiser=CENTRE)
    assert (
        'action="/plan-exports/activities.csv?kind=conference"' in keeper.pages.get("/activities?kind=conference").text
    )
    assert "'=Ngày Đo lường" in exports.file(app, keeper, "activities", kind="conference")
    assert "Ngày" not in exports.file(app, keeper, "activities", kind="training").partition("\n")[2]


def test_a_planner_adds_an_enterprise(planner):
    said = {
        "code": "DN1",
        "name_vi": "Công ty A",
        "parent": "TN",
        "sector": "Xăng dầu",
        "ownership": "state",
        "commune": "Na Rì",
    }
    assert planner.pages.post("/enterprises/new", data=said).status_code == 302
    assert "Xăng dầu" in planner.pages.get("/enterprises?ownership=state").text
    edited = {"version": "1", "sector": "Xăng dầu, khí", "ownership": "state", "commune": "Na Rì"}
    assert planner.pages.post("/enterprises/DN1/edit", data=edited).status_code == 302
