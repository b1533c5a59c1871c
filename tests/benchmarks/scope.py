"""A suspension dated back, over `BENCH_SCOPE` results of its days, against the bare UPDATE that marks the same rows.

A fourth as many results of the days before stay as they are. What is found anew is how the accreditation stands on each
day, and the verdict that follows; both write the same columns of the same table and commit.
"""

import os
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import text

from registry.calibration.competence import actions
from registry.kernel import clock
from registry.kernel.db import db
from registry.labs import actions as labs
from registry.labs import queries
from registry.labs.decisions import actions as decisions
from registry.labs.followers import Change, What
from registry.labs.rules import AccreditationStatus
from registry.labs.standing import DecisionKind
from tests.benchmarks import bulk
from tests.benchmarks.alternating import in_turns
from tests.benchmarks.result import Result

HITS: Final = int(os.environ.get("BENCH_SCOPE", "1000000"))
RUNS: Final = 3
MOST: Final = 1.5
GRANTED, SUSPENDED, LAST = date(2024, 1, 1), date(2025, 1, 1), date(2026, 12, 31)
ASSET: Final = """INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, due_order, name_order, search,
    created_at, version) VALUES (1, 'T1', 'instrument', 'C1', 1, 'in_service', 'good', :today, 'c1', 'c1',
    CURRENT_TIMESTAMP, 1)"""
RECORDS: Final = """INSERT INTO calibration (id, asset_id, kind, performed_on, lab_id, certificate_no, outcome, status,
    note, recorded_at, environment, moved, search) {numbers} SELECT id, 1, 'calibration', {day}, 1, 'C-' || id, 'pass',
    'issued', '', CURRENT_TIMESTAMP, '[]', false, '' FROM number"""
CHECKS: Final = """INSERT INTO competence_check (calibration_id, lab_id, holder_id, kind, performed_on, found_at,
    competence_found, standing_found, coverage_found, findings_found, confirmed_found, scope_confirmed_found,
    competence, standing, coverage, findings, confirmed, scope_confirmed)
    SELECT id, 1, 1, kind, performed_on, recorded_at, 'in_scope', 'in_force', 'in', '[]', true, true, 'in_scope',
    'in_force', 'in', '[]', true, true FROM calibration"""
BARE: Final = """UPDATE competence_check SET standing = 'suspended', competence = 'not_in_force', changed_at = :now,
    changed_since = :since, changed_by = 'Q' WHERE holder_id = 1 AND kind = 'calibration' AND performed_on >= :since"""
BACK: Final = """UPDATE competence_check SET standing = 'in_force', competence = 'in_scope', changed_at = NULL,
    changed_since = NULL, changed_by = NULL WHERE changed_at IS NOT NULL"""
DAYS: Final = f"CASE WHEN id <= {HITS} THEN id % 700 ELSE -1 - id % 300 END"


def results() -> Iterator[Result]:
    """The suspension on both databases."""
    for name in bulk.DATABASES:
        with bulk.database(name):
            _fill()
            bulk.settle()
            change = Change(1, What.STANDING, SUSPENDED, None, "Q")
            assert _ours(change) == HITS
            _back()
            assert _bare() == HITS
            _back()
            found = in_turns(lambda change=change: _ours(change), _bare, runs=RUNS, after=_back)
            yield found.at_most(f"scope.{name}.ms", MOST, f"{HITS} results of a suspension dated back")


def _ours(change: Change) -> int:
    changed = actions.stand_again(queries.by_code("LAB"), change)
    db.session.commit()
    return changed


def _bare() -> int:
    said = {"now": clock.now().replace(tzinfo=None).isoformat(sep=" "), "since": str(SUSPENDED)}
    done: Any = db.session.execute(text(BARE), said)
    db.session.commit()
    return int(done.rowcount)


def _back() -> None:
    db.session.execute(text(BACK))
    db.session.commit()
    db.session.remove()
    bulk.settle()


def _fill() -> None:
    said = {"today": str(SUSPENDED)}
    numbers, day = bulk.numbers(HITS + HITS // 4), bulk.day(DAYS)
    lab = labs.register(
        code="LAB",
        name="Phòng",
        organisation="CSH",
        accreditations=[
            {
                "body": "BoA",
                "number": "VILAS 999",
                "standard": "ISO/IEC 17025:2017",
                "granted_on": GRANTED,
                "valid_until": LAST,
                "status": AccreditationStatus.ACTIVE,
            }
        ],
        by=None,
    )
    decisions.record(
        lab,
        accreditation="VILAS 999",
        kind=DecisionKind.SUSPENDED,
        effective_on=SUSPENDED,
        decided_on=SUSPENDED,
        number="Q",
        by=None,
    )
    db.session.execute(text(ASSET), said)
    db.session.commit()
    with bulk.unindexed("calibration", "competence_check"):
        db.session.execute(text(RECORDS.format(numbers=numbers, day=day)), said)
        db.session.execute(text(CHECKS))
