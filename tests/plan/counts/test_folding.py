"""Folding beside those who decide: nothing is lost, nothing counts twice, and what went wrong is found and mended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from registry.assets.models import Asset
from registry.jobs import counting, runner
from registry.kernel import clock
from registry.kernel.db import db
from registry.plan import progress, tallies
from registry.plan.counts import checking, folding
from registry.plan.counts import queries as counts
from registry.plan.counts.models import ChangedEvidence, CountedMonth
from registry.plan.models import Evidence, EvidenceState, Indicator, RecordType
from registry.plan.rollups.queries import current_version
from tests.conftest import TODAY
from tests.make import activities as make_activities
from tests.make import assets
from tests.make import plan as make
from tests.statements import plans, sent

DAY = date(2026, 1, 2)


def value(code: str) -> int:
    return make.results(TODAY)[code, "P2"][0]


def evidence(code: str, record_id: str, kind: RecordType = RecordType.ACTIVITY) -> Evidence:
    """A decision as it is stored, without the checks that keep others waiting."""
    return Evidence(
        indicator_id=db.session.scalars(select(Indicator.id).where(Indicator.code == code)).one(),
        record_type=kind,
        record_id=record_id,
        counted_on=DAY,
        quantity=1,
        state=EvidenceState.COUNTED,
        reason=None,
        also_counted_in=[],
        decided_by_id=None,
        decided_at=clock.now(),
    )


def test_those_who_decide_at_once_while_it_is_folded_count_each_body_once(people, app: Flask):
    with app.app_context():
        make.plan()
        for code in ("DN-A", "DN-B"):
            make_activities.enterprise(code)
        done = [str(make_activities.criteria(code, DAY).id) for code in ("DN-A", "DN-B") for _again in range(4)]
        db.session.commit()

    def decide(key: str) -> None:
        with app.app_context():
            db.session.add(evidence("II.3.c", key))
            db.session.commit()
            counting.catch_up()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(decide, done))
    with app.app_context():
        assert value("II.3.c") == 2
        counting.catch_up()
        assert (value("II.3.c"), counts.changed(), checking.differences(TODAY)) == (2, set(), [])


def test_what_changes_in_a_transaction_that_ends_after_the_folding_is_folded_later(people, app: Flask):
    with app.app_context():
        make.plan()
        asset = assets.asset(owner="STC", commissioned_on=DAY)
        db.session.commit()
        counting.catch_up()
        changed = update(Asset).where(Asset.id == asset.id).values(status="planned")
        with db.engine.connect() as other:
            other.execute(changed)
            if db.engine.dialect.name == "sqlite":  # where nobody else can write meanwhile
                other.commit()
            db.session.add(evidence("II.2.a", asset.tag, RecordType.ASSET))
            db.session.commit()
            counting.catch_up()
            other.commit()
        assert value("II.2.a") == 0
        counting.catch_up()
        assert (value("II.2.a"), checking.differences(TODAY)) == (0, [])


def test_a_part_that_fails_leaves_everything_to_the_next(people, session, monkeypatch):
    make.plan()
    asset = assets.asset(owner="STC", commissioned_on=DAY)
    counting.catch_up()
    make.evidence("II.2.a", asset.tag)
    db.session.commit()

    def fail(*_given: object) -> None:
        message = "no space left"
        raise OSError(message)

    with monkeypatch.context() as patch:
        patch.setattr(folding, "_add", fail)
        with pytest.raises(OSError, match="no space left"):
            folding.fold()
    db.session.rollback()
    assert value("II.2.a") == 1
    counting.catch_up()
    assert (value("II.2.a"), folding.is_waiting(), checking.differences(TODAY)) == (1, False, [])


def test_a_count_that_is_wrong_is_found_and_made_anew_by_the_nightly_job(people, session):
    make.plan()
    make.evidence("II.2.a", assets.asset(owner="STC", commissioned_on=DAY).tag)
    counting.catch_up()
    db.session.execute(update(CountedMonth).values(whole=7, new=7))
    db.session.commit()
    assert value("II.2.a") == 7
    assert {one.row for one in checking.differences(TODAY)} == {"II.2.a", "B25.1", "B30.2"}
    assert runner.run("check-counts", TODAY).result == {"wrong": 3}
    assert (value("II.2.a"), runner.run("check-counts", TODAY).result) == (1, {"wrong": 0})


def test_a_count_is_read_to_the_day_on_either_side_of_the_end_of_a_month(people, session):
    make.plan()
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    for day in days:
        make.evidence("II.2.a", assets.asset(owner="STC", commissioned_on=day).tag)
    counting.catch_up()
    read = [make.results(day + timedelta(days=later))["II.2.a", "P2"][0] for day in days for later in (-1, 0)]
    assert (read, db.session.scalar(select(func.count(CountedMonth.month.distinct())))) == ([0, 1, 1, 2, 2, 3, 3, 4], 3)
    assert not [one for day in days for one in checking.differences(day)]


def test_more_changes_than_can_be_put_right_have_all_evidence_counted(people, session, monkeypatch):
    make.plan()
    monkeypatch.setattr(counts, "MOST_CHANGED", 2)
    counting.catch_up()
    for number in range(1, 5):
        make.evidence("II.2.a", assets.asset(owner="STC", commissioned_on=DAY).tag)
        assert (counts.changed() is None, value("II.2.a")) == (number > 2, number)


def test_what_is_read_is_found_by_an_index(people, session):
    plan = make.plan()
    make.evidence("II.2.a", assets.asset(owner="STC", commissioned_on=DAY).tag)
    counting.catch_up()
    version = current_version(plan)
    rows, spans = progress.counted_rows(version), progress.spans_of(version)
    with sent() as statements:
        assert counts.present(rows, spans, TODAY) is not None
    assert len(statements) == 2
    if db.engine.dialect.name == "sqlite":
        with plans() as found:
            counts.present(rows, spans, TODAY)
        assert not [plan for plan, _statement in found if "SCAN evidence" in plan or "SCAN counted" in plan]


def test_a_record_that_is_no_evidence_leaves_no_work(people, session):
    make.plan()
    asset = assets.asset()
    counting.catch_up()
    db.session.execute(text("UPDATE asset SET contradicted = NOT contradicted WHERE id = :id"), {"id": asset.id})
    assert db.session.scalars(select(ChangedEvidence.fact_key)).all() == [asset.tag]
    assert (counts.changed(), folding.fold(), tallies.gone([], TODAY)) == (set(), 1, {})
