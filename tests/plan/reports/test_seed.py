"""Every number of the plan's body and annex stands in the report, equal to the file's."""

import json
from pathlib import Path

import pytest

from registry.kernel.papers.paper import tables
from registry.plan.reports import documents
from tests.make import plan as make

SEED = Path("/work/shared/domain/plan436.json")
MILLION = 1_000_000
PERIODS = ("2019-2025", "2025-2030")


@pytest.fixture
def paper(session):
    return documents.annual(make.plan(), 2026).document.paper


def promised(paper):
    """The two tables of annex I, each row by its code."""
    captions = ("Mục tiêu cụ thể của Kế hoạch", "Nhiệm vụ và kinh phí theo Phụ lục của Kế hoạch")
    goals, annex = (next(one for one in tables(paper) if one.caption == said) for said in captions)
    return {row[0]: row for row in goals.rows}, {row[0]: list(row) for row in annex.rows}


def test_every_number_of_the_plans_file_is_in_the_report(paper):
    data = make.read(make.CODE).data
    goals, annex = promised(paper)
    for goal in data["indicators"]:
        (cell,) = goal["targets"].values()
        assert goals[goal["code"]][2] == cell["raw"]
        assert str(cell["value"]) in cell["raw"]
    for row in data["rows"]:
        line = annex[row["code"]]
        budget, targets = row.get("budget") or {}, row.get("targets") or {}
        assert line[2:4] == [targets.get(code, {}).get("raw") for code in ("P1", "P2")], row["code"]
        assert line[4:6] == [printed(budget.get(code)) for code in ("P1", "P2")], row["code"]
        assert line[6] == (row.get("total") or budget["total"])["value"], row["code"]
        assert line[7] == (row.get("cooperating") or {}).get("raw")
    total = annex[""]
    assert total[4:7] == [*data["money"]["period_totals"].values(), data["money"]["total"]["value"]]


def printed(cell):
    """What a cell of money holds: its number, or what is printed instead."""
    if cell is None:
        return None
    return cell["value"] if cell["value"] is not None else cell["raw"] or None


@pytest.mark.skipif(not SEED.exists(), reason="the seed that the plan's file was made from is not on this machine")
def test_every_number_of_the_seed_is_in_the_report(paper):
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    goals, annex = promised(paper)
    assert {goal["id"]: goal["value"] for goal in seed["indicators_body"]} == {
        code: int(row[2].removeprefix("ít nhất ")) for code, row in goals.items()
    }
    for row in (row for row in seed["annex"] if row["code"] != "TOTAL"):
        line, budget = annex[row["code"]], row["budget_mVND"]
        assert line[6] == budget["total"], row["code"]
        if row["kind"] == "leaf":
            assert [cell if isinstance(cell, int) else None for cell in line[4:6]] == [budget.get(p) for p in PERIODS]
            assert [cell or None for cell in line[2:4]] == [row["targets_raw"].get(p) or None for p in PERIODS]
            assert line[7] == row["cooperating_vi"]
    assert annex[""][6] * MILLION == seed["body_total_VND"]
    assert annex[""][4:6] == list(seed["computed_period_totals_mVND"].values())
