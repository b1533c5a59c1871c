"""Rows that were there before a migration: what becomes of them, up and down."""

import pytest
from sqlalchemy import text

from registry.kernel import migrate
from registry.kernel.db import db

# SQLite's reflection skips an index over an expression and says so when a table is rebuilt.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")

BEFORE_RESULTS = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO lab (id, code, name, organisation_id, iso17025_status, search, version, address)
  VALUES (1, 'L', 'L', 1, 'none', 'l', 1, '');
INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, search, due_order, name_order, created_at, version)
  VALUES (1, '1', 'standard', 'S', 1, 'in_service', 'good', 's', '9999-12-31', 's', '2026-01-01', 1),
         (2, '2', 'instrument', 'I', 1, 'in_service', 'good', 'i', '9999-12-31', 'i', '2026-01-01', 1);
INSERT INTO calibration (id, asset_id, kind, performed_on, lab_id, certificate_no, outcome, status, note, recorded_at,
  moved, search) VALUES
  (1, 1, 'calibration', '2025-01-01', 1, 'GCN  Đ/1', 'pass', 'issued', '', '2025-01-02', {yes}, ''),
  (2, 1, 'verification', '2025-06-01', 1, 'KĐ-2', 'pass', 'issued', '', '2025-06-02', {yes}, ''),
  (3, 1, 'calibration', '2026-01-01', 1, 'GCN 3', 'pass', 'issued', '', '2026-01-02', {yes}, ''),
  (4, 2, 'verification', '2025-06-01', 1, NULL, 'pass', 'draft', '', '2025-06-03', {no}, ''),
  (5, 2, 'testing', '2024-06-01', 1, 'T-1', 'pass', 'issued', '', '2025-06-03', {no}, '');
INSERT INTO calibration_standard (id, calibration_id, asset_id, was_valid)
  VALUES (1, 4, 1, {yes}), (2, 5, 1, {no});
"""


def test_records_made_before_are_found_by_number_and_know_what_they_relied_on(unmigrated):
    migrate.upgrade("0011")
    yes, no = ("1", "0") if db.engine.dialect.name == "sqlite" else ("true", "false")
    for statement in BEFORE_RESULTS.format(yes=yes, no=no).split(";"):
        if statement.strip():
            db.session.execute(text(statement))
    db.session.commit()
    migrate.upgrade("0012")
    keys = db.session.execute(text("SELECT id, certificate_key, verification_kind FROM calibration ORDER BY id")).all()
    assert [tuple(row) for row in keys] == [
        (1, "gcn đ/1", None),
        (2, "kđ-2", "periodic"),
        (3, "gcn 3", None),
        (4, None, "periodic"),
        (5, "t-1", None),
    ]
    relied = db.session.scalars(text("SELECT relied_on_id FROM calibration_standard ORDER BY id")).all()
    assert list(relied) == [2, None]
    db.session.execute(text("UPDATE calibration SET status = 'submitted' WHERE id = 4"))
    db.session.commit()
    migrate.downgrade("0011")
    assert db.session.scalar(text("SELECT status FROM calibration WHERE id = 4")) == "draft"


BEFORE_DUE_DATES = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO lab (id, code, name, organisation_id, iso17025_status, search, version, address)
  VALUES (1, 'L', 'L', 1, 'none', 'l', 1, '');
INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, due_on, expires_on, search, due_order, name_order,
  created_at, version) VALUES
  (1, '1', 'standard', 'S', 1, 'in_service', 'good', '2026-03-01', NULL, 's', '2026-03-01', 's', '2026-01-01', 1),
  (2, '2', 'standard', 'T', 1, 'in_service', 'good', '2026-03-01', '2026-12-31', 't', '2026-03-01', 't', '2026-01-01',
   1);
INSERT INTO schedule (id, asset_id, kind, interval_months, proof, due_on) VALUES
  (1, 1, 'calibration', 12, 'good', '2026-03-01'), (2, 2, 'calibration', 12, 'good', '2026-03-01'),
  (3, 2, 'testing', 6, 'missing', NULL);
INSERT INTO overdue_turn (id, schedule_id, asset_id, due_on, since_on, flagged_at)
  VALUES (1, 1, 1, '2026-03-01', '2026-03-02', '2026-03-02');
INSERT INTO calibration (id, asset_id, kind, performed_on, lab_id, certificate_no, certificate_key, outcome, status,
  note, recorded_at, moved, search, environment, due_on) VALUES
  (1, 1, 'calibration', '2025-03-01', 1, '1', '1', 'pass', 'issued', '', '2025-03-02', {yes}, '', '[]', '2026-03-01'),
  (2, 2, 'calibration', '2025-03-01', 1, '2', '2', 'pass', 'issued', '', '2025-03-02', {yes}, '', '[]', '2026-03-01'),
  (3, 2, 'testing', '2025-03-01', 1, '3', '3', 'none', 'issued', '', '2025-03-02', {no}, '', '[]', NULL);
"""
EXTENDED = """
INSERT INTO due_extension (id, schedule_id, calibration_id, due_on, until, reason, evidence, asked_at, asked_by)
  VALUES (1, 1, 1, '2026-03-01', '2026-09-01', 'r', 'e', '2026-02-01', 'A'),
         (2, 2, 2, '2026-03-01', '2027-09-01', 'r', 'e', '2026-02-01', 'A');
UPDATE calibration SET due_on = '2026-09-01' WHERE id = 1;
UPDATE calibration SET due_on = '2027-09-01' WHERE id = 2;
UPDATE schedule SET due_on = '2026-09-01', planned_on = '2026-08-01', interval = 90, interval_unit = 'days'
  WHERE id = 1;
UPDATE schedule SET due_on = '2027-09-01', interval = 2, interval_unit = 'years' WHERE id = 2;
UPDATE asset SET due_on = '2026-09-01', due_order = '2026-09-01' WHERE id = 1;
UPDATE asset SET due_on = '2026-12-31', due_order = '2026-12-31' WHERE id = 2;
"""


def test_due_dates_made_before_are_kept_and_go_back_to_the_calendar(unmigrated):
    migrate.upgrade("0013")
    yes, no = ("1", "0") if db.engine.dialect.name == "sqlite" else ("true", "false")
    run(BEFORE_DUE_DATES.format(yes=yes, no=no))
    migrate.upgrade("0014")
    terms = "SELECT interval, interval_unit, ends, anchor, planned_on FROM schedule ORDER BY id"
    assert [tuple(row) for row in db.session.execute(text(terms))] == [
        (12, "months", "exact", "performed", None),
        (12, "months", "exact", "performed", None),
        (6, "months", "exact", "performed", None),
    ]
    said = db.session.scalars(text("SELECT calendar_due_on FROM calibration ORDER BY id")).all()
    assert [day and str(day) for day in said] == ["2026-03-01", "2026-03-01", None]
    run(EXTENDED)
    migrate.downgrade("0013")
    back = "SELECT interval_months, due_on FROM schedule ORDER BY id"
    assert [(months, day and str(day)) for months, day in db.session.execute(text(back))] == [
        (2, "2026-03-01"),
        (24, "2026-03-01"),
        (6, None),
    ]
    assets = db.session.execute(text("SELECT due_on, due_order FROM asset ORDER BY id")).all()
    assert [(str(day), str(order)) for day, order in assets] == [("2026-03-01", "2026-03-01")] * 2
    assert db.session.scalar(text("SELECT schedule_id FROM overdue_turn")) == 1


BEFORE_TELLINGS = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, search, due_order, name_order, created_at, version)
  VALUES (1, '1', 'standard', 'S', 1, 'in_service', 'good', 's', '9999-12-31', 's', '2026-01-01', 1);
INSERT INTO schedule (id, asset_id, kind, interval, interval_unit, ends, anchor, late_keeps, proof, due_on)
  VALUES (1, 1, 'calibration', 12, 'months', 'exact', 'performed', {no}, 'good', '2026-03-01');
INSERT INTO webhook (id, organisation_id, name, url, secret, offsets, active, made_at, version)
  VALUES (1, 1, 'W', 'https://a.vn', 's', '[]', {yes}, '2026-01-01', 1);
INSERT INTO outbox_message (id, key, message_id, channel, subject, text, name, locale, headers, webhook_id, made_at,
  queued_at, next_at, state, attempts)
  VALUES (1, 'k', 'm', 'webhook', 's', '-', '', 'en', '{{}}', 1, '2026-01-02', '2026-01-02', '2026-01-02', 'sent', 1);
INSERT INTO notice (id, schedule_id, due_on, kind, offset_days, message_id, webhook_id, made_on) VALUES
  (1, 1, '2026-03-01', 'due', 90, 1, 1, '2026-01-02'), (2, 1, '2026-03-01', 'due', 30, 1, 1, '2026-01-02');
INSERT INTO calibration (id, asset_id, kind, performed_on, outcome, status, certificate_no, certificate_key, note,
  recorded_at, moved, search, environment)
  VALUES (1, 1, 'testing', '2025-03-01', 'pass', 'issued', '1', '1', '', '2025-03-02', {no}, '', '[]');
INSERT INTO impact_case (id, asset_id, "trigger", reason, actor, opened_at, state, version)
  VALUES (1, 1, 'manual', 'r', 'a', '2026-01-01', 'open', 1);
INSERT INTO case_item (id, case_id, calibration_id, asset_id, owner_id, performed_on, depth, bearing, rank, doubt)
  VALUES (1, 1, 1, 1, 1, '2025-03-01', 1, 'within', 2, 'recall');
"""


def test_what_was_told_before_is_in_the_log_and_old_cases_are_not_told_again(unmigrated):
    migrate.upgrade("0015")
    yes, no = ("1", "0") if db.engine.dialect.name == "sqlite" else ("true", "false")
    run(BEFORE_TELLINGS.format(yes=yes, no=no))
    migrate.upgrade("0016")
    log = "SELECT about, organisation_id, person_id, webhook_id, message_id FROM telling"
    assert [tuple(row) for row in db.session.execute(text(log))] == [("due", 1, None, 1, 1)]
    assert db.session.scalar(text("SELECT told FROM case_item")) == "recall"
    db.session.commit()
    migrate.downgrade("0015")
    assert db.session.scalar(text("SELECT doubt FROM case_item")) == "recall"


BEFORE_DECIDED_INTERVALS = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, search, due_order, name_order, created_at, version)
  VALUES (1, '1', 'standard', 'S', 1, 'in_service', 'good', 's', '9999-12-31', 's', '2026-01-01', 1),
    (2, '2', 'standard', 'S', 1, 'in_service', 'good', 's', '9999-12-31', 's', '2026-01-01', 1);
INSERT INTO schedule (id, asset_id, kind, interval, interval_unit, ends, anchor, late_keeps, proof, due_on)
  VALUES (1, 1, 'calibration', 22, 'months', 'exact', 'performed', {no}, 'good', '2026-03-01'),
    (2, 2, 'calibration', 22, 'months', 'exact', 'performed', {no}, 'good', '2026-03-01');
"""
REVIEWED = """
INSERT INTO interval_review (id, schedule_id, scope, method, interval, interval_unit, terms, data, data_hash, numbers,
  reasons, proposed, proposed_unit, made_at, made_by, decision, decided_at, decided_by, reason)
  VALUES ({key}, 1, 'schedule', 'staircase', 12, 'months', '{{}}', '{{"schedules": [1{others}]}}', 'h', '{{}}', '[]',
  {proposed}, 'months', '2026-01-0{day}', 'A', {decision})
"""


def test_old_reviews_say_which_intervals_they_decided_and_what_they_made_pointless(unmigrated):
    migrate.upgrade("0022")
    run(BEFORE_DECIDED_INTERVALS.format(no="0" if db.engine.dialect.name == "sqlite" else "false"))
    accepted, waits = "'accepted', '2026-01-03', 'M', NULL", "NULL, NULL, NULL, NULL"
    for key, day, proposed, others, decision in (
        (1, 1, 22, ", 2", accepted),
        (2, 2, 14, "", waits),  # made before the decision
        (3, 4, 12, "", waits),  # keeps what there was
        (4, 5, 18, "", waits),
    ):
        run(REVIEWED.format(key=key, day=day, proposed=proposed, others=others, decision=decision))
    migrate.upgrade("0023")
    said = "SELECT decision, decided_by FROM interval_review ORDER BY id"
    assert [tuple(row) for row in db.session.execute(text(said))] == [
        ("accepted", "M"),
        ("superseded", "registry"),
        ("kept", "registry"),
        (None, None),
    ]
    assert db.session.scalars(text("SELECT review_id FROM schedule ORDER BY id")).all() == [1, 1]
    db.session.commit()
    migrate.downgrade("0022")
    assert db.session.scalar(text("SELECT count(*) FROM interval_review WHERE decided_at IS NULL")) == 3


BEFORE_ANSWERING = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, parent_id, search, version) VALUES
  (1, 'A', 'A', 'A', 'other', NULL, 'a', 1), (2, 'B', 'B', 'B', 'other', 1, 'b', 1), (3, 'C', 'C', 'C', 'other', NULL,
  'c', 1);
INSERT INTO lab (id, code, name, organisation_id, iso17025_status, search, version, address)
  VALUES (1, 'L', 'L', 2, 'none', 'l', 1, '');
INSERT INTO person (id, email, name, locale, active, made_at) VALUES
  (1, 'above@a.vn', 'A', 'vi', {yes}, '2026-01-01'), (2, 'elsewhere@c.vn', 'C', 'vi', {yes}, '2026-01-01');
INSERT INTO membership (person_id, organisation_id, role) VALUES (1, 1, 'manager'), (2, 3, 'manager');
INSERT INTO asset (id, tag, kind, name, owner_id, status, proof, due_on, search, due_order, name_order, created_at,
  version) VALUES
  (1, '1', 'instrument', 'I', 3, 'in_service', 'good', '2027-01-01', 'i', '2027-01-01', 'i', '2026-01-01', 1),
  (2, '2', 'instrument', 'J', 3, 'in_service', 'good', '2027-01-01', 'j', '2027-01-01', 'j', '2026-01-01', 1);
INSERT INTO schedule (id, asset_id, kind, interval, interval_unit, ends, anchor, late_keeps, proof, due_on,
  last_performed_on) VALUES
  (1, 1, 'verification', 12, 'months', 'exact', 'performed', {no}, 'good', '2027-01-01', '2026-01-01'),
  (2, 2, 'verification', 12, 'months', 'exact', 'performed', {no}, 'good', '2027-01-01', '2026-01-01');
INSERT INTO calibration (id, asset_id, kind, performed_on, lab_id, outcome, status, certificate_no, certificate_key,
  note, recorded_at, recorded_by_id, moved, search, environment, due_on, calendar_due_on) VALUES
  (1, 1, 'verification', '2026-01-01', 1, 'none', 'issued', 'DUP‑1', 'dup‐1', '', '2026-01-02', 1, {yes}, '', '[]',
   '2027-01-01', '2027-01-01'),
  (2, 2, 'verification', '2026-01-01', 1, 'pass', 'issued', 'DUP-1', 'dup-1', '', '2026-01-02', 2, {yes}, '', '[]',
   '2027-01-01', '2027-01-01'),
  (3, 2, 'verification', '2025-01-01', 1, 'none', 'issued', 'DUP–1', 'dup–1', '', '2026-01-02', NULL, {no}, '', '[]',
   NULL, NULL);
"""


def test_who_recorded_before_for_a_laboratory_is_known_and_no_verification_without_a_conclusion_counts(unmigrated):
    migrate.upgrade("0024")
    yes, no = ("1", "0") if db.engine.dialect.name == "sqlite" else ("true", "false")
    run(BEFORE_ANSWERING.format(yes=yes, no=no))
    migrate.upgrade("0025")
    asked = text("SELECT id, certificate_key, recorded_by_lab, due_on FROM calibration ORDER BY id")
    assert [(row[0], row[1], bool(row[2]), row[3] and str(row[3])) for row in db.session.execute(asked)] == [
        (1, "dup-1", True, None),
        (2, "dup-1", False, "2027-01-01"),
        (3, "dup–1", False, None),  # the same number of the same asset stands already
    ]
    schedules = text("SELECT proof, last_performed_on FROM schedule ORDER BY id")
    assert [(row[0], row[1] and str(row[1])) for row in db.session.execute(schedules)] == [
        ("missing", None),
        ("good", "2026-01-01"),
    ]
    db.session.commit()
    migrate.downgrade("0024")
    assert db.session.scalar(text("SELECT count(*) FROM calibration")) == 3


DESIGNATED_BEFORE = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO lab (id, code, name, organisation_id, iso17025_status, search, version, address)
  VALUES (1, 'L', 'L', 1, 'none', 'l', 1, ''), (2, 'M', 'M', 1, 'none', 'm', 1, '');
INSERT INTO recognition (id, lab_id, kind, number, issuer, granted_on) VALUES
  (1, 1, 'designation', '1', 'S', '2024-01-01'), (2, 1, 'designation', '2', 'S', '2024-01-01'),
  (3, 2, 'iso_9001', '3', 'S', '2024-01-01');
"""


def test_what_laboratories_with_a_designation_verified_before_is_looked_at_anew(unmigrated):
    migrate.upgrade("0034")
    run(DESIGNATED_BEFORE)
    migrate.upgrade("0035")
    asked = text("SELECT kind, key FROM task WHERE kind LIKE 'judge-competence%'")
    assert db.session.execute(asked).all() == [("judge-competence-again", "1 designation - - –")]
    db.session.commit()
    migrate.downgrade("0034")
    assert db.session.execute(asked).all() == []


STATED_BEFORE = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO lab (id, code, name, organisation_id, iso17025_status, search, version, address)
  VALUES (1, 'L', 'L', 1, 'none', 'l', 1, ''), (2, 'M', 'M', 1, 'none', 'm', 1, '');
INSERT INTO accreditation (id, lab_id, body, number, standard, granted_on, valid_until, status) VALUES
  (1, 1, 'BoA', '1', 'TCVN ISO/IEC 17025:2017', '2024-01-01', '2026-12-31', 'active'),
  (2, 2, 'BoA', '2', 'ISO 15189:2022', '2024-01-01', '2026-12-31', 'active');
INSERT INTO accreditation_decision (id, accreditation_id, kind, effective_on, decided_on, number, recorded_at, reason)
  VALUES (1, 1, 'suspended', '2025-01-01', '2025-01-01', '1', '2025-01-01', '');
INSERT INTO accreditation_span (id, accreditation_id, lab_id, standing, first_day, last_day) VALUES
  (1, 1, 1, 'in_force', '2024-01-01', '9999-12-31'), (2, 2, 2, 'in_force', '2024-01-01', '9999-12-31');
INSERT INTO recognition (id, lab_id, kind, number, issuer, granted_on) VALUES
  (1, 1, 'designation', '1', 'S', '2024-01-01')
"""


def test_what_laboratories_stated_before_is_not_confirmed_and_another_standard_is_looked_at_again(unmigrated):
    migrate.upgrade("0035")
    run(STATED_BEFORE)
    migrate.upgrade("0043")
    spans = db.session.execute(text("SELECT is_of_competence, confirmed FROM accreditation_span ORDER BY id")).all()
    assert [tuple(map(bool, row)) for row in spans] == [(True, False), (False, False)]
    for name in ("accreditation", "accreditation_decision", "recognition"):
        assert set(db.session.scalars(text(f"SELECT confirmed_at FROM {name}"))) == {None}  # noqa: S608 — words above
    asked = text("SELECT key FROM task WHERE kind = 'judge-competence-again' AND key LIKE '% standing %'")
    assert db.session.scalars(asked).all() == ["2 standing - - –"]
    db.session.commit()
    migrate.downgrade("0035")
    assert db.session.scalars(asked).all() == []
    assert db.session.scalar(text("SELECT count(*) FROM accreditation_decision")) == 1


DECIDED_BEFORE = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO plan (id, code, number, title_vi, title_en, issuer_id, lead_id, issued_on, search)
  VALUES (1, 'KH', 'KH', 'K', 'P', 1, 1, '2019-01-01', '');
INSERT INTO indicator (id, plan_id, code) VALUES (1, 1, 'II.2.a');
INSERT INTO evidence (id, indicator_id, record_type, record_id, counted_on, quantity, state, reason, also_counted_in,
  decided_by_id, decided_at, sole_key, version)
  VALUES (1, 1, 'asset', 'T1', '2025-03-01', 1, 'excluded', 'r', '[]', NULL, '2025-12-20 08:00:00+00', NULL, 2),
         (2, 1, 'asset', 'T2', '2025-04-01', 3, 'counted', NULL, '[]', NULL, '2025-11-01 08:00:00+00', NULL, 1);
INSERT INTO audit_entry (at, person_id, actor, action, subject_type, subject_key, changes)
  VALUES ('2025-11-01 08:00:00+00', NULL, 'registry', 'evidence.counted', 'indicator', 'KH/II.2.a',
    '{"indicator_id": [null, 1], "record_type": [null, "asset"], "record_id": [null, "T1"],
    "counted_on": [null, "2025-02-01"], "quantity": [null, 1], "state": [null, "counted"],
    "also_counted_in": [null, []]}'),
  ('2025-12-01 08:00:00+00', NULL, 'registry', 'evidence.counted', 'indicator', 'KH/II.2.a', '{"counted_on":
    ["2025-02-01", "2025-03-01"], "record_type": ["asset", "asset"], "record_id": ["T1", "T1"]}'),
  ('2025-12-20 08:00:00+00', NULL, 'registry', 'evidence.excluded', 'indicator', 'KH/II.2.a', '{"state": ["counted",
    "excluded"], "reason": [null, "r"], "record_type": ["asset", "asset"], "record_id": ["T1", "T1"]}'),
  ('2025-12-21 08:00:00+00', NULL, 'registry', 'evidence.counted', 'indicator', 'GONE/1', '{"record_type": [null,
    "asset"], "record_id": [null, "T9"]}');
"""


def test_decisions_of_before_are_kept_as_the_log_tells_them_and_as_they_stand(unmigrated):
    migrate.upgrade("0035")
    for statement in filter(str.strip, DECIDED_BEFORE.split(";")):
        db.session.connection().exec_driver_sql(statement)
    db.session.commit()
    migrate.upgrade("0036")
    told = "SELECT record_id, counted_on, quantity, state, reason FROM evidence_decision ORDER BY id"
    assert [(key, str(day), *rest) for key, day, *rest in db.session.execute(text(told))] == [
        ("T1", "2025-02-01", 1, "counted", None),
        ("T1", "2025-03-01", 1, "counted", None),
        ("T1", "2025-03-01", 1, "excluded", "r"),
        ("T2", "2025-04-01", 3, "counted", None),
    ]
    at = db.session.scalars(text("SELECT decided_at FROM evidence_decision ORDER BY id")).all()
    assert [str(instant)[:10] for instant in at] == ["2025-11-01", "2025-12-01", "2025-12-20", "2025-11-01"]
    db.session.commit()
    migrate.downgrade("0035")
    assert db.session.scalar(text("SELECT count(*) FROM evidence")) == 2


def run(statements: str) -> None:
    for statement in filter(str.strip, statements.split(";")):
        db.session.execute(text(statement))
    db.session.commit()


AT_FIRST = """
INSERT INTO organisation (id, code, name_vi, name_en, kind, search, version) VALUES (1, 'A', 'A', 'A', 'other', 'a', 1);
INSERT INTO asset (id, tag, kind, name, owner_id, status, serial_no, proof, search, due_order, name_order, created_at,
  version)
  VALUES (1, '1', 'standard', 'Cân Đ', 1, 'in_service', 'SN-7', 'good', 's', '9999-12-31', 's', '2026-01-01', 1);
INSERT INTO schedule (id, asset_id, kind, interval_months, proof) VALUES (1, 1, 'calibration', 12, 'missing');
INSERT INTO characteristic (id, asset_id, position, quantity, unit) VALUES (1, 1, 0, 'Khối lượng', 'kg');
"""


def test_what_was_recorded_at_first_is_there_at_the_newest_schema_and_back(unmigrated):
    migrate.upgrade("0001")
    for statement in filter(str.strip, AT_FIRST.split(";")):
        db.session.execute(text(statement))
    db.session.commit()
    migrate.upgrade()
    assert db.session.scalar(text("SELECT search FROM asset")) == " can d 1 sn 7 sn7 "
    db.session.commit()
    migrate.downgrade("0001")
    kept = "SELECT asset.serial_no, schedule.interval_months, characteristic.unit FROM asset, schedule, characteristic"
    assert [tuple(row) for row in db.session.execute(text(kept))] == [("SN-7", 12, "kg")]
