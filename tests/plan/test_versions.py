"""Loading a plan: the bodies it names, twice, changed, and never over what was counted."""

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from registry.accounts import actions as accounts
from registry.accounts.models import Organisation, OrganisationSuccession
from registry.accounts.queries import organisation_by_code, successor
from registry.accounts.rules import OrganisationKind
from registry.kernel.db import db
from registry.kernel.errors import Forbidden, Invalid
from registry.plan import files, versions
from registry.plan.drafts import rules
from registry.plan.models import Indicator, Period, Plan, PlanRow, PlanVersion, RecordType, Target
from tests.make import assets
from tests.make import plan as make

pytestmark = pytest.mark.usefixtures("session")
BORN = date(2026, 2, 3)


def test_loading_makes_the_plan_and_its_bodies(session):
    loaded = versions.load(files.read(make.CODE), by=None)
    assert (loaded.changed, loaded.version.number) == (True, 1)
    assert loaded.plan.issuer_id == organisation_by_code("UBND-BACKAN").id
    lead = organisation_by_code("SKHCN")
    assert loaded.plan.lead_id == lead.id
    assert successor(lead, date(2025, 6, 30)).code == "SKHCN"
    assert successor(lead, date(2025, 7, 1)).code == "SKHCN-THAINGUYEN"
    districts = select(func.count()).select_from(Organisation).where(Organisation.kind == OrganisationKind.DISTRICT)
    ended = districts.where(Organisation.valid_to == date(2025, 6, 30), Organisation.parent_id == loaded.plan.issuer_id)
    assert session.scalar(ended) == 8


def test_loading_twice_is_loading_once(session):
    make.plan()
    before = [session.scalar(select(func.count()).select_from(table)) for table in (Organisation, PlanRow, Target)]
    again = versions.load(files.read(make.CODE), by=None)
    after = [session.scalar(select(func.count()).select_from(table)) for table in (Organisation, PlanRow, Target)]
    assert (again.changed, again.version.number, after) == (False, 1, before)


def test_loading_at_once_is_loading_once(app):
    together, changed = threading.Barrier(3), []

    def load():
        with app.app_context():
            file = files.read(make.CODE)
            together.wait(10)
            changed.append(versions.load(file, by=None).changed)
            db.session.commit()

    threads = [threading.Thread(target=load) for _loader in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(changed) == [False, False, True]


def test_bodies_that_exist_are_left_as_they_are(session):
    accounts.add_organisation(
        code="SKHCN", name_vi="Sở của chúng ta", name_en="Ours", kind=OrganisationKind.DEPARTMENT, by=None
    )
    make.plan()
    assert organisation_by_code("SKHCN").name_vi == "Sở của chúng ta"
    assert session.scalar(select(func.count()).select_from(OrganisationSuccession)) == 2


def test_a_changed_file_is_a_new_version_and_keeps_what_was_counted(session):
    make.plan()
    tag = assets.asset(owner="STC", commissioned_on=BORN).tag
    make.evidence("II.2.a", tag)
    file = make.changed(
        lambda data: make.row(data, "II.2.a")["targets"]["P2"].update(value=12, raw="12 chuẩn đo lường, PTĐ")
    )
    loaded = versions.load(file, by=None)
    session.expire_all()
    assert (loaded.changed, loaded.version.number) == (True, 2)
    assert make.results(BORN)["II.2.a", "P2"][0] == 1
    wanted = select(Target.value).join(PlanRow, PlanRow.id == Target.row_id).where(PlanRow.code == "II.2.a")
    targets = session.scalars(wanted.join(Target.period).where(Period.code == "P2").order_by(PlanRow.version_id)).all()
    assert targets == [10, 12]
    assert session.scalar(select(func.count()).select_from(Indicator)) == 23


def test_going_back_to_the_first_file_is_a_third_version():
    make.plan()
    versions.load(make.changed(lambda data: data["plan"]["title"].update(vi="Khác")), by=None)
    assert versions.load(files.read(make.CODE), by=None).version.number == 3


def rename(data):
    """The row II.4.b under another code, everywhere."""
    data.update(rules.with_row(data, "II.4.b", {"code": "II.4.c"}))


def test_an_indicator_with_evidence_cannot_be_renamed_away(session):
    make.plan()
    make.evidence("II.4.b", "STC", kind=RecordType.ORGANISATION, counted_on=BORN)
    with pytest.raises(Invalid, match=r"II\.4\.b"):
        versions.load(make.changed(rename), by=None)
    assert session.scalar(select(func.count()).select_from(PlanVersion)) == 1


def test_an_indicator_without_evidence_can():
    make.plan()
    assert versions.load(make.changed(rename), by=None).version.number == 2


def test_periods_cannot_leave_out_what_was_counted():
    make.plan()
    make.evidence("II.4.b", "STC", kind=RecordType.ORGANISATION, counted_on=date(2026, 1, 1))
    with pytest.raises(Invalid, match="periods"):
        versions.load(make.changed(lambda data: data["periods"][1].update(start="2026-01-02")), by=None)


def test_only_a_planner_or_administrator_loads(people):
    for caller in (people.keeper, people.technician, people.inspector, people.stranger):
        with pytest.raises(Forbidden):
            versions.load(files.read(make.CODE), by=caller.person())
    assert versions.load(files.read(make.CODE), by=people.admin.person()).changed


def test_names_stay_after_the_province_ended(session):
    make.plan()
    plan = session.scalars(select(Plan)).one()
    assert plan.issuer.name_vi == "Ủy ban nhân dân tỉnh Bắc Kạn"
