"""What every page can show, stored once a test: a plan, a laboratory, an asset, its calibration and a draft."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from registry.accounts.models import Person
from registry.assets.exchange import actions as exchange
from registry.assets.files import actions as asset_files
from registry.assets.rules import Kind
from registry.calibration.cases import actions as cases
from registry.calibration.cases.models import Case
from registry.calibration.exchange import actions as history
from registry.calibration.files import actions as calibration_files
from registry.labs.scope.rules import RelativeUnit
from registry.plan.activities import actions as activities
from registry.plan.activities.rules import Ownership
from registry.plan.drafts import actions as drafts
from registry.plan.duties import actions as duties
from registry.plan.focus.rules import Step
from registry.sheets.models import Form
from tests.conftest import TODAY
from tests.make import activities as make_activities
from tests.make import assets as make_assets
from tests.make import calibration as make_calibrations
from tests.make import criteria as make_criteria
from tests.make import duties as make_duties
from tests.make import files as make_files
from tests.make import history as make_history
from tests.make import inspection as make_inspections
from tests.make import labels as make_labels
from tests.make import labs as make_labs
from tests.make import outbox as make_outbox
from tests.make import plan as make_plan
from tests.make import procedures as make_procedures
from tests.make import proficiency as make_proficiency
from tests.make import reports as make_reports
from tests.make import sheets as make_sheets
from tests.make import stocktake as make_stocktakes
from tests.make import types as make_types
from tests.people import CENTRE
from tests.stored import remembered


@pytest.fixture
def database() -> str:
    """What pages do is tried on the embedded database; `test_pages` opens each of them on both."""
    return "sqlite"


@dataclass(frozen=True)
class Shown:
    """Keys of what is stored, as addresses spell them."""

    tag: str
    calibration: int
    draft: int
    version: int
    material: str
    photo: int
    scan: int
    take: int
    blank: str
    batch: str
    run: int
    sheet: int
    export: int
    letter: int
    case: int
    history: int
    procedure: int
    scheme: int
    round: int
    follow_up: int
    visit: int
    year: int
    line: int
    assessment: int
    finding: int
    action: int
    proof: int
    done: int
    activity: int
    report: int
    money: int
    closure: int
    duty: int
    minute: int
    campaign: int
    unit: int
    summary: int
    lab: str = "PTN-1"
    plan: str = make_plan.CODE
    enterprise: str = "DN1"
    indicator: str = "II.2.a"
    type: str = "DONG-HO-THU"
    criteria: str = make_criteria.SET
    criterion: str = "A.1"


def case_about_something(keeper: Person) -> Case:
    """A case of a standard that one record relied on."""
    doubted = make_assets.asset(name="Quả cân ngờ")
    make_calibrations.calibration(make_assets.asset(name="Cân nhờ"), TODAY - timedelta(days=9), standards=[doubted.tag])
    case = cases.open_case(doubted, reason="Rơi", by=keeper)
    cases.gather(case, step=lambda: None)
    return case


def course_with_a_report() -> tuple[int, int]:
    """A course of the centre with people and a file, an enterprise beside it."""
    course = make_activities.course(TODAY, "An", "Bình", organiser=CENTRE)
    said = {"sector": "Nước", "ownership": Ownership.PRIVATE, "commune": "Na Rì"}
    activities.register_enterprise(code="DN1", name_vi="Công ty A", parent="SKHCN", by=None, **said)
    file, _new = activities.attach(course, incoming=make_files.taken(make_files.photo(), "c.jpg"), by=None)
    return course.id, file.id


def duty_with_a_file() -> tuple[int, int]:
    """A duty with a file on it, beside an enterprise on the focus list."""
    make_duties.step("DN1", Step.PROPOSE, TODAY)
    row = make_duties.duty()
    taken = make_files.taken(make_files.photo(), "d.jpg")
    file, _new = duties.attach(make_duties.found_plan(), row, incoming=taken, by=None)
    return row.id, file.id


@pytest.fixture
@remembered
def shown(people, arrange) -> Shown:
    with arrange():
        drafts.open_draft(make_plan.plan(), by=None)
        make_types.type_("DONG-HO-THU", owner=CENTRE)
        asset = make_assets.asset(
            schedules=[make_assets.schedule()], location="Phòng 7", serial_no="SN-0042", commissioned_on=TODAY
        )
        done = make_calibrations.calibration(asset, TODAY - timedelta(days=30))
        draft = make_calibrations.calibration(asset, TODAY, certificate_no=None)
        make_plan.evidence("II.2.a", asset.tag)
        material = make_assets.asset(kind=Kind.REFERENCE_MATERIAL, name="Dung dịch chuẩn pH")
        photo, _new = asset_files.attach(asset, incoming=make_files.taken(make_files.photo(), "a.jpg"), by=None)
        scan, _new = calibration_files.attach(done, incoming=make_files.taken(make_files.photo(), "b.jpg"), by=None)
        take = make_stocktakes.take("Phòng 7")
        batch, run = make_labels.batch(1), make_labels.run(people.keeper.person())
        (blank,) = make_labels.tags_of(batch)
        keeper = people.keeper.person()
        sheet = exchange.upload(
            file_name="a.csv", content=make_sheets.text(make_sheets.HEADINGS), locale="vi", by=keeper
        )
        export = exchange.ask_export(form=Form.CSV, filters={}, locale="vi", by=keeper)
        return Shown(
            asset.tag,
            done.id,
            draft.id,
            asset.version,
            material.tag,
            photo.id,
            scan.id,
            take.id,
            blank,
            batch,
            run,
            sheet.id,
            export.id,
            make_outbox.letter(people.keeper).id,
            case_about_something(keeper).id,
            history.upload(
                file_name="b.csv", content=make_history.text(make_history.row("", "")), locale="vi", by=keeper
            ).id,
            make_procedures.procedure(types=["DONG-HO-THU"], note="Thử").id,
            *make_proficiency.published(),
            make_inspections.visit().id,
            make_inspections.plan().id,
            make_labs.scope_line("PTN-1", cmc_relative=Decimal("0.01"), cmc_relative_unit=RelativeUnit.PERCENT).id,
            *make_criteria.gap(),
            *course_with_a_report(),
            make_plan.money(people.planner.person()).id,
            make_plan.closure().id,
            *duty_with_a_file(),
            *make_reports.ids(),
        )
