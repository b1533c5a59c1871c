"""Pages of proficiency tests: set up, give results on a phone, lead on, read scores, correct."""

import pytest

from registry.kernel.db import db
from registry.labs.proficiency import actions, entering, queries
from registry.labs.proficiency.models import PtResult
from tests.make import labs as make_labs
from tests.make import proficiency as make
from tests.people import CENTRE


def post(caller, address, **said):
    return caller.pages.post(address, data=said)


@pytest.fixture
def open_round(people, arrange) -> str:
    with arrange():
        make_labs.lab()
        row = make.round_of(make.scheme(organisation=CENTRE), make.measured(), make.measured(name="Quả cân 2 kg"))
        actions.invite(row, lab="PTN-1", code="31", by=None)
        return f"/proficiency/rounds/{row.id}"


def test_a_scheme_and_a_round_are_set_up_by_their_forms(people, arrange, keeper):
    with arrange():
        make_labs.lab()
    said = {"organisation": CENTRE, "name": "VMI", "kind": "comparison", "provider": "VMI", "quantity": "Khối lượng"}
    refused = post(keeper, "/proficiency/schemes/new", **said, unit="quả", range_low="1,5")
    assert refused.status_code == 422
    assert 'value="1,5"' in refused.text
    made = post(keeper, "/proficiency/schemes/new", **said, unit="kg", range_low="1,5", range_high="20")
    scheme = int(made.headers["Location"].rpartition("/")[2])
    round_said = {"scheme": scheme, "code": "A", "item": "Quả cân", "opens_on": "2026-06-01", "due_on": "2026-06-30"}
    line = {"name": "1 kg", "unit": "kg", "judged_by": "en", "source": "reference", "assigned_factor": "2"}
    rows = {f"measurands-0-{name}": value for name, value in line.items()}
    rows |= {"measurands-1-judged_by": "z", "measurands-1-source": "reference", "measurands-1-assigned_factor": "2"}
    made = post(keeper, "/proficiency/rounds/new", **round_said, **rows)
    assert made.status_code == 302, made.text
    assert "1 kg" in keeper.pages.get(made.headers["Location"]).text


def test_results_of_all_measurands_are_given_at_once_or_none_is(open_round, technician, app):
    page = technician.pages.get(f"{open_round}/result")
    assert "Quả cân 2 kg" in page.text
    said = {"lab": "PTN-1", "results-0-measurand": "1", "results-0-value": "1000,0021"}
    said |= {"results-0-expanded_uncertainty": "0,0010", "results-0-coverage_factor": "2", "results-0-unit": "g"}
    said |= {"results-1-measurand": "2", "results-1-value": "2000", "results-1-unit": "g"}
    said |= {"results-1-coverage_factor": "2"}
    refused = post(technician, f"{open_round}/result", **said, **{"results-1-expanded_uncertainty": "0"})
    assert refused.status_code == 422
    assert 'value="1000,0021"' in refused.text
    with app.app_context():
        assert db.session.query(PtResult).count() == 0
    given = post(technician, f"{open_round}/result", **said, **{"results-1-expanded_uncertainty": "0,1"})
    assert (given.status_code, given.headers["Location"]) == (302, open_round)
    text = technician.pages.get(open_round).text
    assert "1000,0021 ± 0,0010 g" in text
    assert "1000,0010" not in text  # the assigned value
    again = post(technician, f"{open_round}/result", **said, **{"results-1-expanded_uncertainty": "0,2"})
    assert (again.status_code, 'name="reason"' in again.text) == (422, True)
    assert technician.pages.get(f"{open_round}/result").text.count('value="2000"') == 1


def test_a_round_is_led_on_from_its_page_and_its_scores_are_drawn(open_round, keeper, technician, arrange):
    assert post(keeper, f"{open_round}/turn", to="published").status_code == 409
    with arrange():
        row = queries.round_by_id(keeper.person(), int(open_round.rpartition("/")[2]))
        for number in (1, 2):
            said = make.said_result(measurand=number)
            entering.enter(row, **make.numbers(said), by=None)
    assert post(keeper, f"{open_round}/turn", to="closed").status_code == 302
    assert post(keeper, f"{open_round}/evaluate").status_code == 302
    assert "plot" not in technician.pages.get(open_round).text.partition("<main")[2]
    assert post(keeper, f"{open_round}/turn", to="published").status_code == 302
    text = technician.pages.get(open_round).text
    assert text.count('class="plot"') == 4
    assert "0,943" in text
    assert technician.pages.get(f"{open_round}?version=7").status_code == 404
    assert technician.pages.get(f"{open_round}?version=x").status_code == 404
    refused = post(keeper, f"{open_round}/evaluate")
    assert (refused.status_code, 'id="f-reason-fault"' in refused.text) == (422, True)
    again = {"source": "reference", "judged_by": "en", "assigned_value": "1000,25", "assigned_uncertainty": "0,0006"}
    again |= {"assigned_factor": "2", "reason": "Sai"}
    assert post(keeper, f"{open_round}/measurands/1", **again).status_code == 302
    assert post(keeper, f"{open_round}/evaluate", reason="Sửa giá trị").status_code == 302
    assert "Sửa giá trị" in keeper.pages.get(f"{open_round}?version=1").text
    assert "0,943" in keeper.pages.get(f"{open_round}/report?version=1").text


def test_a_plan_and_a_follow_up_are_written_and_closed_by_their_pages(people, arrange, keeper, admin, technician):
    with arrange():
        make_labs.lab()
        _scheme, _round, follow_up = make.published()
        row = make.round_of(make.scheme(name="Khác"), code="B")
        actions.invite(row, lab="PTN-1", code="77", by=None)
    text = technician.pages.get("/proficiency").text
    assert f"/proficiency/follow-ups/{follow_up}" in text
    assert f"/proficiency/rounds/{row.id}/result?lab=PTN-1" in text
    here = f"/proficiency/follow-ups/{follow_up}"
    said = {"cause": "Trôi", "corrective_action": "Hiệu chuẩn", "owner": "", "evidence": "GCN", "due_on": "2026-07-01"}
    assert post(technician, here, **said, version=99).status_code == 409
    assert post(technician, here, **said, version=1).status_code == 302
    assert post(technician, f"{here}/close", conclusion="Đủ").status_code == 403
    refused = post(keeper, f"{here}/close")
    assert (refused.status_code, f'action="{here}"' in refused.text) == (422, True)
    assert post(keeper, f"{here}/close", conclusion="Đủ").status_code == 302
    assert "Đủ" in admin.pages.get(here).text
    plan = "/labs/PTN-1/proficiency"
    refused = post(keeper, plan, quantity="Khối lượng", due_on="2026-06-01")
    assert (refused.status_code, 'value="Khối lượng"' in refused.text) == (422, True)
    assert post(keeper, plan, quantity="Độ dài", due_on="2026-12-01", scheme_name="VMI").status_code == 302
    page = keeper.pages.get(plan).text
    key = page.partition("/cancel")[0].rpartition("/")[2]
    assert post(technician, f"{plan}/{key}/cancel", reason="x").status_code == 403
    assert post(keeper, f"/labs/PTN-9/proficiency/{key}/cancel", reason="x").status_code == 404
    assert post(keeper, f"{plan}/{key}/cancel", reason="Thôi").status_code == 302
    assert "/cancel" not in keeper.pages.get(plan).text


def test_results_of_many_are_pasted_all_or_none(people, arrange, keeper, app):
    with arrange():
        make_labs.lab("PTN-1")
        make_labs.lab("PTN-2", name="Phòng hai")
        row = make.round_of(make.scheme(organisation=CENTRE))
        actions.invite(row, lab="PTN-1", code="31", by=None)
        actions.invite(row, lab="PTN-2", code="52", by=None)
        here = f"/proficiency/rounds/{row.id}/paste"
    wrong = "31\t1000,0021\t0,0010\nPTN-2; 1000,25; 0\n77;1;1\n31;1;1\n31;hai;1\n31;1"
    refused = post(keeper, here, measurand="1", lines=wrong.replace("\n31;hai;1\n31;1", ""))
    assert refused.status_code == 422
    assert "Dòng 2, cột 3: " in refused.text
    assert "“77”" in refused.text
    assert "Dòng 4, cột 1: “31”" in refused.text
    assert "1000,0021\t0,0010" in refused.text
    unread = post(keeper, here, measurand="1", lines=wrong)
    assert (unread.status_code, "Dòng 5, cột 2: “hai”" in unread.text, "Dòng 6: " in unread.text) == (422, True, True)
    assert post(keeper, here, measurand="1", lines=" \n").status_code == 422
    with app.app_context():
        assert db.session.query(PtResult).count() == 0
    saved = post(keeper, here, measurand="1", lines="31\t1000,0021\t0,0010\t\t\nPTN-2;1,00025;0,0002;2,1;kg")
    assert saved.status_code == 302
    with app.app_context():
        found = {(str(one.value), one.unit, str(one.coverage_factor)) for one in db.session.query(PtResult)}
        assert found == {("1000.0021", "g", "2"), ("1.00025", "kg", "2.1")}


def test_a_code_that_may_mean_two_is_refused_with_its_cell_and_what_to_write_instead(people, arrange, keeper):
    with arrange():
        make_labs.lab("31", name="Phòng một")
        make_labs.lab("PTN-2", name="Phòng hai")
        row = make.round_of(make.scheme(organisation=CENTRE))
        actions.invite(row, lab="31", code="52", by=None)
        actions.invite(row, lab="PTN-2", code="31", by=None)
        here = f"/proficiency/rounds/{row.id}/paste"
    refused = post(keeper, here, measurand="1", lines="52;1000,0021;0,0010\n31;1000,0021;0,0010")
    assert refused.status_code == 422
    assert "Dòng 2, cột 1: “31”" in refused.text
    assert "Phòng một" in refused.text
    assert all(f"hãy ghi {code}" in refused.text or f"hoặc {code}" in refused.text for code in ("PTN-2", "52"))
    assert post(keeper, here, measurand="1", lines="52;1000,0021;0,0010\nPTN-2;1000,0021;0,0010").status_code == 302


def test_rounds_results_and_follow_ups_are_tables_too(people, arrange, keeper, stranger):
    with arrange():
        make_labs.lab("PTN-1")
        _scheme, key, _followed = make.published()
    for path, holds in (
        ("/proficiency/rounds/export.csv", "SSLP của trung tâm"),
        (f"/proficiency/rounds/{key}/export.csv", "1000.25"),
        ("/proficiency/follow-ups/export.csv", "Không đạt"),
    ):
        assert holds in keeper.pages.get(path).get_data(as_text=True)
        assert keeper.pages.get(path.replace("csv", "xlsx")).data[:2] == b"PK"
        assert keeper.pages.get(path.replace("csv", "pdf")).status_code == 404
    assert "1000.25" not in stranger.pages.get(f"/proficiency/rounds/{key}/export.csv").get_data(as_text=True)
