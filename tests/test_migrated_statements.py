"""Minutes and statements of laboratories that were there before a migration, and what becomes of them."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from registry.kernel import migrate
from registry.kernel.db import db
from registry.labs import queries
from registry.labs.standing import spans
from tests.test_migrated_rows import run

# SQLite's reflection skips an index over an expression and says so when a table is rebuilt.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")

SIGNED_BEFORE = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO inspection (id, authority_id, subject_name, planned_from, planned_to, made_at, state, search, version)
  VALUES (1, 1, 'B', '2026-01-01', '2026-01-01', '2026-01-01', 'signed', '', 1);
"""
MINUTES = """
INSERT INTO inspection_minutes (id, inspection_id, number, content, content_hash, signed_at, refused)
  VALUES (:number, 1, :number, :content, '', '2026-01-01', :refused)
"""


def test_minutes_signed_before_are_found_by_their_number(unmigrated):
    migrate.upgrade("0052")
    run(SIGNED_BEFORE)
    for number, said in enumerate((" 01/BB-KT  Đ", ""), 1):
        content = json.dumps({"head": {"number": said}})
        db.session.execute(text(MINUTES), {"number": number, "content": content, "refused": False})
    db.session.commit()
    migrate.upgrade("0056")
    keys = db.session.scalars(text("SELECT number_key FROM inspection_minutes ORDER BY id")).all()
    assert list(keys) == ["01/bb-kt đ", None]


STATED_BEFORE = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO lab (id, code, name, organisation_id, iso17025_status, search, version, address)
  VALUES (1, 'L', 'L', 1, 'none', 'l', 1, '');
INSERT INTO accreditation (id, lab_id, body, number, standard, granted_on, valid_until, granted_until, status,
  confirmed_at) VALUES
  (1, 1, 'BoA', 'VILAS 1', 'ISO/IEC 17025:2017', '2024-01-01', '2030-12-31', '2026-12-31', 'active', '2024-01-01');
INSERT INTO accreditation_decision (id, accreditation_id, kind, effective_on, decided_on, number, recorded_at,
  valid_until, reason, confirmed_at) VALUES
  (1, 1, 'suspended', '2025-01-01', '2025-01-01', '1', '2025-01-01', NULL, '', '2025-01-01'),
  (2, 1, 'reinstated', '2025-02-01', '2025-02-01', '2', '2025-02-01', NULL, '', NULL),
  (3, 1, 'extended', '2025-03-01', '2025-03-01', '3', '2025-03-01', '2030-12-31', '', NULL);
"""


def test_what_a_laboratory_had_stated_in_its_own_favour_waits_from_now_on(unmigrated):
    migrate.upgrade("0056")
    run(STATED_BEFORE)
    rows = [("in_force", "2024-01-01", "2024-12-31"), ("in_force", "2025-02-01", "9999-12-31")]
    said = "INSERT INTO accreditation_span (accreditation_id, lab_id, standing, first_day, last_day, is_of_competence,"
    said += " confirmed) VALUES (1, 1, :standing, :first, :last, :yes, :yes)"
    for standing, first, last in rows:
        days = {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}
        db.session.execute(text(said), {"standing": standing, "yes": True} | {k: str(v) for k, v in days.items()})
    db.session.commit()
    migrate.upgrade("0056b")
    told = "SELECT standing, first_day, last_day, decision_id, confirmed FROM accreditation_span ORDER BY first_day"
    assert [(one[0], str(one[1]), str(one[2]), one[3], bool(one[4])) for one in db.session.execute(text(told))] == [
        ("in_force", "2024-01-01", "2024-12-31", None, True),
        ("suspended", "2025-01-01", "2026-12-31", 1, True),
        ("expired", "2027-01-01", "9999-12-31", None, True),
    ]
    assert str(db.session.scalar(text("SELECT valid_until FROM accreditation"))) == "2026-12-31"
    db.session.commit()
    migrate.upgrade()
    lab = queries.by_code("L")
    assert [(one.standing, one.first_day, one.last_day) for one in lab.accreditations[0].spans] == [
        (span.standing, span.first_day, span.last_day) for span in spans(lab.accreditations[0])
    ]


FOUND_BEFORE = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, search, due_order, name_order, created_at, version,
  contradicted, doubt) VALUES
  (1, '1', 'instrument', 'A', 1, 'in_service', 'good', 's', '9999-12-31', 's', '2026-01-01', 1, FALSE, NULL),
  (2, '2', 'instrument', 'B', 1, 'in_service', 'good', 's', '9999-12-31', 's', '2026-01-01', 1, FALSE, 'recall'),
  (3, '3', 'instrument', 'C', 1, 'in_service', 'good', 's', '9999-12-31', 's', '2026-01-01', 1, FALSE, 'recall');
INSERT INTO inspection (id, authority_id, subject_name, planned_from, planned_to, made_at, state, search, version)
  VALUES (1, 1, 'B', '2026-01-01', '2026-01-01', '2026-01-01', 'signed', '', 1);
INSERT INTO inspection_check (id, inspection_id, client_key, origin, revision, thing, standing, seen_at, seen_on,
  received_at, name, present, violation, unverified, seal_broken, over_limit, stamp_differs, asset_id, replaces_id,
  error_value, error_limit) VALUES
  (1, 1, 'a', 'a', 0, 'asset 1', TRUE, '2026-01-02', '2026-01-02', '2026-01-02', 'A', TRUE, FALSE, FALSE, FALSE, FALSE,
   FALSE, 1, NULL, '-0.8', '0.5'),
  (2, 1, 'b', 'b', 0, 'asset 3', FALSE, '2026-01-02', '2026-01-02', '2026-01-02', 'B', TRUE, FALSE, FALSE, FALSE, FALSE,
   FALSE, 3, NULL, '0.50', '0.5'),
  (3, 1, 'c', 'b', 1, 'asset 2', TRUE, '2026-01-02', '2026-01-02', '2026-01-02', 'B', TRUE, FALSE, FALSE, FALSE, FALSE,
   FALSE, 2, 2, '0.50', '0.5');
INSERT INTO inspection_measure (id, inspection_id, kind, text, decided_on, made_at, check_id)
  VALUES (1, 1, 'suspension', 'S', '2026-01-03', '2026-01-03', 2);
INSERT INTO inspection_minutes (id, inspection_id, number, content, content_hash, signed_at, refused)
  VALUES (1, 1, 1, '{}', '', '2026-01-03', FALSE);
"""


def test_what_inspections_stopped_before_must_not_be_used_and_back(unmigrated):
    migrate.upgrade("0074")
    run(FOUND_BEFORE)
    migrate.upgrade("0078")
    told = text(
        "SELECT doubt, CAST(error_found_on AS VARCHAR(10)), CAST(stopped_on AS VARCHAR(10)) FROM asset ORDER BY id"
    )
    rows = [tuple(row) for row in db.session.execute(told)]
    assert rows == [("stopped", "2026-01-02", None), ("stopped", None, "2026-01-03"), ("recall", None, None)]
    db.session.commit()
    migrate.downgrade("0074")
    marks = db.session.scalars(text("SELECT doubt FROM asset ORDER BY id")).all()
    assert list(marks) == [None, None, "recall"]  # of what was stopped cases speak again: no case says anything here
