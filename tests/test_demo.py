"""The demonstration: an empty database becomes the plan with records around it, once, and every page answers."""

import re

import pytest
from sqlalchemy import func, select

from registry import demo, demo_history, demo_people
from registry.accounts import queries as people_queries
from registry.accounts.models import Organisation, Person
from registry.assets.models import Asset
from registry.assets.rules import Doubt, Validity, validity
from registry.calibration.cases.models import Case
from registry.calibration.cases.rules import CaseState
from registry.calibration.models import Calibration
from registry.calibration.review.models import IntervalReview
from registry.calibration.rules import Outcome
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.labs.models import Lab
from registry.plan import queries as plans
from registry.web import history
from tests.conftest import TODAY
from tests.make.demonstration import demonstration


@pytest.fixture
def filled(arrange):
    with arrange():
        demonstration()


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def signed_in(app, email):
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": email, "password": demo_people.PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    return client


@pytest.mark.usefixtures("filled")
def test_a_database_with_people_stays_as_it_is(arrange):
    with arrange():
        before = [count(model) for model in (Person, Organisation, Asset, Lab)]
        assert not demo.fill_if_empty()
        assert [count(model) for model in (Person, Organisation, Asset, Lab)] == before


@pytest.mark.usefixtures("filled")
def test_every_way_an_asset_can_stand_is_there_to_be_seen(arrange):
    with arrange():
        stands = {validity(asset.proof, asset.due_on, TODAY) for asset in db.session.scalars(select(Asset))}
    assert stands >= set(Validity) - {Validity.NOT_REQUIRED}


@pytest.mark.usefixtures("filled")
def test_its_history_is_told_in_words(app):
    """No name or value of a field as it is stored, no day of a machine; years in no groups, nor measured values."""
    with app.test_request_context("/?lang=vi"):
        kept = db.session.scalars(select(AuditEntry).where(AuditEntry.action != "calibration.flag_overdue"))
        told = [(entry.action, line) for entry in kept for line in history.lines(entry)]
    stored = re.compile(r"[a-z]_[a-z]|[0-9]{4}-[0-9]{2}-[0-9]{2}")
    assert [said for said in told if re.fullmatch("[a-z_]+", said[1].name) or stored.search(said[1].new)] == []
    news = {(action, line.name): line.new for action, line in told}
    assert news["money.allocated", "Năm"] == "2021"
    assert news["money.allocated", "Nguồn"] == "Ngân sách Trung ương hỗ trợ"
    assert news["inspection.plan", "Đoàn kiểm tra"] == "Đinh Văn Thanh: Trưởng đoàn (CC-0042)"
    assert any(line.new.startswith("Bước: Đã lựa chọn") for action, line in told if action == "activity.record")
    assert any("Giá trị: 1413," in line.new for action, line in told if action == "material.describe")


@pytest.mark.usefixtures("filled")
def test_the_plan_counts_what_is_counted(arrange):
    with arrange():
        rollup = plans.rollup(plans.by_code(demo.PLAN, None), TODAY)
    values = {line.row.code: sum(period.official.value for period in line.periods) for line in rollup.indicators}
    assert values["II.2.a"] > 0
    assert values["II.3.a.2"] > 0


@pytest.mark.usefixtures("filled")
def test_a_drift_and_a_case_are_there_to_be_seen(arrange):
    with arrange():
        weight = db.session.scalars(select(Asset).filter_by(serial_no="E2-1K-014")).one()
        records = db.session.scalars(select(Calibration).filter_by(asset_id=weight.id)).all()
        assert {record.recomputed for record in records} == {Outcome.PASS}
        assert (len(records), count(IntervalReview)) == (len(demo_history.ERRORS), 1)
        (case,) = db.session.scalars(select(Case))
        assert case.state is CaseState.OPEN
        marks = dict(
            db.session.execute(select(Asset.serial_no, Asset.doubt).where(Asset.serial_no.like("AK10-%"))).all()
        )
    assert marks == {
        "AK10-3307": Doubt.RECALL,
        "AK10-0916": None,
        "AK10-2054": Doubt.IN_DOUBT,
    }


def walked(client, most):
    """The statuses of the first page and of what it leads to, step by step, up to so many addresses."""
    statuses, waiting = {}, ["/"]
    while waiting and len(statuses) < most:
        path = waiting.pop(0)
        answer = client.get(path, buffered=True)
        statuses[path] = answer.status_code
        if answer.mimetype == "text/html":
            links = {link.replace("&amp;", "&") for link in re.findall(r'<a\b[^>]*href="(/[^"#]*)', answer.text)}
            waiting += sorted(link for link in links if "lang=" not in link and link not in {*statuses, *waiting})
    return statuses


@pytest.mark.usefixtures("filled")
def test_everybody_who_is_printed_signs_in_and_every_page_they_are_led_to_answers(app, database):
    near, far = {"sqlite": (20, 80), "postgresql": (6, 30)}[database]  # of the table of pages, both are asked for all
    emails = re.findall(r"\S+@\S+", demo_people.SIGN_INS)
    assert emails == [email for email, *_rest in demo_people.PEOPLE]
    wrong = {}
    for email in emails:
        most = far if email == emails[-1] else near
        statuses = walked(signed_in(app, email), most)
        assert len(statuses) == most
        wrong |= {(email, path): status for path, status in statuses.items() if status not in {200, 302}}
    assert wrong == {}


@pytest.mark.usefixtures("filled")
def test_a_passer_by_sees_each_samples_status(app, arrange):
    with arrange():
        tags = list(db.session.scalars(select(Asset.tag)))
    client = app.test_client()
    assert {client.get(f"/s/{tag}").status_code for tag in tags} == {200}
    answers = [client.get(f"/api/v1/scan/{tag}").json["fit_for_use"] for tag in tags]
    assert {True, False} == set(answers)


@pytest.mark.usefixtures("filled")
def test_a_wrong_password_of_a_sample_person_is_refused(app, arrange):
    answer = app.test_client().post("/sign-in", data={"email": demo_people.PEOPLE[0][0], "password": "wrong"})
    assert answer.status_code == 422
    with arrange():
        assert all(person.active for person in people_queries.people())
