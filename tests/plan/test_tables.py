"""The plan as text on the command line."""

import csv
import io
from datetime import date

import pytest

from registry.plan import queries, tables
from tests.make import plan as make

ON = date(2026, 6, 15)


@pytest.fixture
def rollup(session):
    return queries.rollup(make.plan(), ON)


def test_a_table_shows_every_target_and_money_the_vietnamese_way(rollup):
    text = tables.rollup_table(rollup)
    lines = text.splitlines()
    assert sum(line.startswith(("B25", "B30")) for line in lines) == 9
    assert lines[-1].split()[-5:] == ["12.940", "8.475", "21.415", "0", "0"]


def test_csv_has_a_line_for_each_indicator_and_period(rollup):
    rows = list(csv.DictReader(io.StringIO(tables.rollup_csv(rollup))))
    assert len(rows) == 46
    assert sum(int(row["planned"] or 0) for row in rows) == 21_415_000_000


@pytest.mark.parametrize(
    ("dong", "text"),
    [(21_415_000_000, "21.415"), (500_000, "0,5"), (-1_250_000, "−1,25"), (0, "0"), (1, "0,000001")],
)
def test_millions_are_written_the_vietnamese_way(dong, text):
    assert tables.millions(dong) == text
