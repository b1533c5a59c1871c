"""A report of a day says what was true on it: its version of the plan, the states of its day, all of its evidence."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from python_calamine import load_workbook

from registry.assets import actions as assets
from registry.assets.rules import Kind, Status
from registry.calibration.rules import CalibrationKind, Outcome, VerificationKind
from registry.kernel.canonical import digest_of
from registry.kernel.errors import Invalid
from registry.kernel.papers.paper import Paragraph, tables
from registry.plan.models import RecordType
from registry.plan.reports import actions, campaigns, documents, files, paper, results
from registry.plan.reports.paper import Issue
from tests.make import activities as make_activities
from tests.make import adjustments as make_adjustments
from tests.make import assets as make_assets
from tests.make import calibration as make_calibration
from tests.make import labs as make_labs
from tests.make import plan as make
from tests.make import reports as make_reports
from tests.make import types as make_types

DAY = timedelta(days=1)


def test_a_report_uses_the_version_in_force_on_its_day(session, people, clock):
    clock(date(2026, 3, 1))
    plan = make.plan()
    change = make_adjustments.target("II.2.a", "P2", 12, "12")
    make_adjustments.load(make_adjustments.decided("9/QĐ-UBND", "2026-02-01", change))
    found = {}
    for year in (2025, 2026):
        campaign = campaigns.open_annual(plan, year=year, by=None)
        content = make_reports.gathered(campaign).content
        (reached,) = (one for one in content["indicators"] if one["code"] == "II.2.a")
        (says,) = (one for one in content["plan_says"]["annex"] if one["code"] == "II.2.a")
        target = next(one for one in reached["periods"] if one["code"] == "P2")["official"]["target"]
        found[year] = (
            content["plan"]["version"],
            content["plan"]["decision"],
            target,
            says["targets"]["P2"]["raw"][:2],
        )
    assert found == {2025: (1, None, 10, "10"), 2026: (2, "9/QĐ-UBND", 12, "12")}


def test_a_standard_is_counted_as_it_stood_on_the_day(session, people, clock):
    clock(date(2025, 6, 1))
    plan = make.plan()
    make_labs.lab(organisation="STC")
    said = {"owner": "STC", "kind": Kind.STANDARD, "commissioned_on": date(2025, 2, 1)}
    gone, kept, early = (make_assets.asset(serial_no=name, **said) for name in ("gone", "kept", "early"))
    make_assets.asset(serial_no="later", **said | {"commissioned_on": date(2026, 2, 1)})
    for one in (gone, kept):
        make_calibration.calibration(one, date(2025, 5, 1), certificate_no=one.tag)
    retire(early)
    clock(date(2026, 3, 1))
    retire(gone)
    counts = []
    for year in (2025, 2026):
        content = make_reports.gathered(campaigns.open_annual(plan, year=year, by=None)).content
        counts.append({state: number for state, number in content["standards"]["counts"].items() if number})
    assert counts == [{"valid": 2, "withdrawn": 1}, {"valid": 1, "never": 1, "withdrawn": 2}]


def test_standards_that_failed_are_told_from_those_that_were_never_calibrated(session, people, clock):
    clock(date(2026, 5, 1))
    plan = make.plan()
    make_labs.lab(organisation="STC")
    names = ("only failed", "failed after a pass", "never", "good again")
    said = {"owner": "STC", "commissioned_on": date(2025, 2, 1)}
    failed, later, _never, again = (make_assets.asset(serial_no=name, **said) for name in names)
    bad = Outcome.FAIL
    for asset, day, outcome in (
        (failed, date(2026, 1, 5), bad),
        (later, date(2025, 10, 1), Outcome.PASS),
        (later, date(2026, 2, 1), bad),
        (again, date(2026, 2, 1), bad),
        (again, date(2026, 3, 1), Outcome.PASS),
    ):
        make_calibration.calibration(asset, day, certificate_no=f"{asset.tag}-{day}", outcome=outcome)
    content = make_reports.gathered(campaigns.open_annual(plan, year=2026, by=None)).content
    counts = {state: number for state, number in content["standards"]["counts"].items() if number}
    assert counts == {"valid": 1, "overdue": 2, "never": 1}
    (table,) = (
        table for table in tables(paper.paper(content, Issue())) if "chưa bảo đảm liên kết chuẩn" in table.caption
    )
    assert {row[2]: row[-1] for row in table.rows} == {
        "only failed": "Không đạt",
        "failed after a pass": "Không đạt",
        "never": "Chưa có kết quả",
    }


def test_verifications_of_instruments_without_a_type_are_a_line_of_their_own(session, people, clock):
    clock(date(2026, 5, 1))
    plan = make.plan()
    make_labs.lab(organisation="STC")
    ours, others = make_types.type_("TYPE"), make_types.type_("OWN", owner="STC")
    kinds = {"typed": ours.id, "one": None, "two": None, "of group 1": others.id}
    for name, type_id in kinds.items():
        said = {"kind": Kind.INSTRUMENT, "commissioned_on": date(2025, 2, 1)}
        instrument = make_assets.asset(owner="STC", serial_no=name, **said)
        instrument.instrument_type_id = type_id
        verified(instrument)
    verified(make_assets.asset(owner="STC", serial_no="standard", commissioned_on=date(2025, 2, 1)))
    content = make_reports.gathered(campaigns.open_annual(plan, year=2026, by=None)).content
    (table,) = (table for table in tables(paper.paper(content, Issue())) if "nhóm 2" in table.caption)
    assert [(row[0], row[4]) for row in table.rows] == [
        ("Taximet thử", 1),
        ("Chưa rõ loại phương tiện đo", 2),
        ("Cộng", 3),
    ]


def verified(asset) -> None:
    said = {"kind": CalibrationKind.VERIFICATION, "verification_kind": VerificationKind.PERIODIC}
    make_calibration.calibration(asset, date(2026, 3, 1), certificate_no=asset.tag, **said)


def retire(asset) -> None:
    assets.edit(asset, status=Status.OUT_OF_SERVICE, status_reason="hỏng", by=None)
    assets.edit(asset, status=Status.RETIRED, status_reason="thanh lý", by=None)


def test_what_is_reported_stands_in_the_period_it_belongs_to(session, people, clock):
    clock(make_reports.DECEMBER)
    plan = make.plan()
    for day in (date(2025, 12, 20), date(2026, 2, 1), date(2026, 3, 1)):
        make.evidence("II.2.a", make_assets.asset(owner="STC", commissioned_on=day).tag)
    for day in (date(2025, 12, 21), date(2026, 2, 2)):
        course = make_activities.course(day, "An")
        make.evidence("II.2.c", str(course.id), kind=RecordType.ACTIVITY)
    content = make_reports.gathered(campaigns.open_annual(plan, year=2026, by=None)).content
    told = {
        one["code"]: (one["reported"], *(part["reported"] for part in one["periods"])) for one in content["indicators"]
    }
    assert (told["II.2.a"], told["B25.1"], told["B30.2"]) == ((3, 1, 2),) * 3
    assert told["II.2.c"] == (1, 1, 1)  # somebody who came in both periods is one in the year
    table = next(one for one in tables(paper.paper(content, Issue())) if "hai cách hiểu" in one.caption)
    rows = {(row[0], row[2]): row[4:6] for row in table.rows}
    assert rows["II.2.a", "2019–2025"] == rows["II.2.c", "2019–2025"] == [1, 1]
    assert rows["II.2.a", "2026–2030"] == [2, 2]


def test_what_comes_after_the_numbers_were_frozen_is_in_the_next_report(session, people, clock):
    clock(date(2026, 11, 28))
    plan = make.plan()
    make_reports.frozen(campaigns.open_annual(plan, year=2026, by=None))
    clock(date(2027, 11, 5))
    assert campaigns.open_annual(plan, year=2027, by=None).start_on == date(2026, 11, 29)


def test_a_report_is_not_signed_before_its_numbers_are_known(session, people, clock):
    clock(date(2026, 11, 28))
    report = make_reports.gathered(campaigns.open_annual(make.plan(), year=2026, by=None))
    clock(date(2026, 11, 30))
    for day in (date(2026, 11, 27), date(2019, 1, 1), date(2026, 12, 1)):
        with pytest.raises(Invalid, match="signed_on"):
            actions.freeze(report, **make_reports.SIGNED, signed_on=day, by=None)
    assert actions.freeze(report, **make_reports.SIGNED, signed_on=date(2026, 11, 28), by=None).report_no


@pytest.fixture
def long(session, people, clock, monkeypatch):
    """A frozen report with five lines of evidence of one indicator, of which a document names two."""
    monkeypatch.setattr(results, "NAMED", 2)
    clock(make_reports.DECEMBER)
    make.plan()
    for day in range(1, 6):
        asset = make_assets.asset(owner="STC", name=f"Cân {day}", commissioned_on=date(2026, 2, day))
        make.evidence("II.2.a", asset.tag)
    return make_reports.frozen(campaigns.open_annual(make.queries.by_code(make.CODE, None), year=2026, by=None))


def test_every_line_of_evidence_is_in_the_workbook_and_under_the_hash(long):
    document = documents.report_document(long)
    named = [row[3] for table in tables(document.paper) if "Minh chứng" in table.caption for row in table.rows]
    book = load_workbook(BytesIO(files.written(document, "xlsx")))
    last = book.get_sheet_by_name(book.sheet_names[-1]).to_python()
    assert (named, [row[3] for row in last[2:]]) == (["Cân 1", "Cân 2"], ["Cân 3", "Cân 4", "Cân 5"])
    (annex,) = (one for one in document.paper.annexes if one.title == "Danh mục minh chứng")
    said = next(block.text for block in annex.blocks if isinstance(block, Paragraph) and "XLSX" in str(block.text))
    assert "II.2.a: 5 hồ sơ, 2 hồ sơ đầu ghi ở trên, 3 hồ sơ tiếp theo" in said
    changed = dict(long.content)
    changed["evidence"]["indicators"][0]["more"][2]["title"] = "Khác"
    assert digest_of(changed) != long.content_hash


def test_a_report_lists_no_more_than_it_may_and_says_how_many_there_are(session, people, clock, monkeypatch):
    monkeypatch.setattr(results, "LISTED", 3)
    clock(make_reports.DECEMBER)
    monkeypatch.setattr(results, "NAMED", 2)
    plan = make.plan()
    for day in range(1, 6):
        make.evidence("II.2.a", make_assets.asset(owner="STC", commissioned_on=date(2026, 2, day)).tag)
    (found,) = make_reports.gathered(campaigns.open_annual(plan, year=2026, by=None)).content["evidence"]["indicators"]
    assert (found["records"], len(found["lines"]), len(found["more"])) == (5, 2, 1)
