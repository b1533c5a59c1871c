"""Whose report it is, under whom and to whom, and that what only a unit knows of its results is printed."""

from datetime import date

import pytest

from registry.kernel.papers.paper import Paragraph, Section
from registry.plan.reports import actions, campaigns, documents
from registry.plan.reports.rules import CampaignKind
from tests.make import plan as make
from tests.make import reports as make_reports
from tests.people import CENTRE

NOW = "Sở Khoa học và Công nghệ tỉnh Thái Nguyên"


@pytest.fixture
def plan(session, people, clock):
    clock(date(2026, 11, 29))
    return make.plan()


def texts(blocks) -> list[str]:
    """All paragraphs, those in sections as well."""
    found = []
    for block in blocks:
        if isinstance(block, Section):
            found += [block.title, *texts(block.blocks)]
        elif isinstance(block, Paragraph):
            found.append(block.text if isinstance(block.text, str) else "".join(span.text for span in block.text))
    return found


def test_what_is_asked_for_today_is_addressed_to_who_answers_today_whatever_days_it_is_about(plan):
    days = {"start_on": date(2024, 2, 29), "end_on": date(2024, 3, 31), "due_on": date(2026, 12, 31)}
    made = campaigns.ask(plan, title="Báo cáo đột xuất", **days, by=None)
    assert made.kind is CampaignKind.AD_HOC
    campaigns.add_units(made, organisation=CENTRE, by=None)
    shown = documents.unit_paper(next(one for one in made.units if one.organisation.code == CENTRE))
    assert shown.head.superior == NOW
    assert shown.recipients[0] == f"{NOW} (để tổng hợp)"
    assert any(f"báo cáo {NOW} kết quả" in text for text in texts(shown.blocks))


def test_what_was_asked_for_before_a_body_was_taken_over_is_addressed_to_that_body(plan, clock):
    days = {"start_on": date(2024, 1, 1), "end_on": date(2024, 12, 10), "due_on": date(2024, 12, 10)}
    made = campaigns.ask(plan, title="Báo cáo", **days, asked_on=date(2024, 11, 1), by=None)
    assert make_reports.gathered(made).content["plan"]["lead_now"] == plan.lead.name_vi != NOW


def test_a_unit_of_a_body_names_it_above_itself(plan):
    make_reports.campaign()
    heads = {code: documents.unit_paper(make_reports.unit(code)).head for code in (CENTRE, "SKHCN-THAINGUYEN")}
    assert (heads[CENTRE].superior, heads[CENTRE].issuer) == (NOW, "Trung tâm đo lường")
    department = heads["SKHCN-THAINGUYEN"]
    assert (department.superior, department.issuer) == ("Ủy ban nhân dân tỉnh Thái Nguyên", NOW)


def test_other_results_of_a_unit_stand_in_its_report_and_in_the_consolidated_one(plan):
    made = make_reports.campaign()
    unit = make_reports.unit()
    heading = "Kết quả khác theo báo cáo của đơn vị"
    assert heading not in texts(documents.unit_paper(unit).blocks)
    actions.write(unit, results="Đã mua 3 bộ quả cân", by=None)
    make_reports.submitted()
    assert "Đã mua 3 bộ quả cân" in texts(documents.unit_paper(unit).blocks)
    actions.accept(unit, by=None)
    report = make_reports.frozen(made)
    told = texts(documents.report_paper(report).blocks)
    assert told[told.index(heading) + 1] == "Trung tâm đo lường: Đã mua 3 bộ quả cân"
