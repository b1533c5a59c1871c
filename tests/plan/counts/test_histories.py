"""The counts that are kept are those of all evidence, whatever happened, in whatever order, folded in or not."""

import random
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from registry.accounts.models import Organisation
from registry.assets.models import Asset
from registry.assets.rules import Doubt, Status
from registry.calibration.models import Calibration
from registry.calibration.rules import Outcome, RecordStatus
from registry.inspection.models import Inspection
from registry.inspection.rules import State
from registry.jobs import counting
from registry.kernel import clock
from registry.kernel.db import db
from registry.labs.models import Accreditation, Lab, ScopeLine
from registry.plan import doubting, progress, tallies, versions
from registry.plan.activities import actions as activities
from registry.plan.activities.models import Activity
from registry.plan.activities.rules import ActivityKind, ParticipantKind, Person, Stage
from registry.plan.counts import folding
from registry.plan.counts import queries as counts
from registry.plan.models import Evidence, EvidenceState, Plan, RecordType
from registry.plan.rollups.queries import current_version
from tests.conftest import TODAY
from tests.make import activities as make_activities
from tests.make import assets, calibration, inspection, labs
from tests.make import plan as make

DAYS = (date(2019, 7, 1), date(2024, 5, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 1), TODAY)
NAMES = "ABCDEF"


def compare(plan: Plan) -> None:
    """What is kept against what is counted anew, as of several days."""
    db.session.flush()
    version = current_version(plan)
    rows, spans = progress.counted_rows(version), progress.spans_of(version)
    for on in (DAYS[4], TODAY):
        kept = counts.present(rows, spans, on)
        assert kept is not None
        slow, fast = tallies.tallies(rows, spans, on), tallies.kept_tallies(rows, spans, on, kept)
        for row in rows:
            for span in spans:
                told = [some.get(row.code, {}).get(span.code, tallies.Tally()) for some in (slow, fast)]
                assert told[0] == told[1], (row.code, span.code, on)
        assert {key: number for key, number in kept.gone.items() if number} == tallies.gone(rows, on)
        assert doubting.in_doubt(rows, on, kept=kept) == doubting.in_doubt(rows, on)


class World:
    """Records of every kind, and a hand that changes something of them or of what was decided about them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 — chance that can be repeated
        self.plan = make.plan()
        for code in ("DN-A", "DN-B"):
            make_activities.enterprise(code)
        self.assets = [assets.asset(owner="STC", commissioned_on=day) for day in DAYS[:4]]
        self.calibrations = [calibration.calibration(asset, DAYS[4]) for asset in self.assets[:2]]
        courses = [make_activities.course(day, *NAMES[at : at + 2]) for at, day in enumerate(DAYS[1:4])]
        unlisted = make_activities.course(DAYS[3], persons=4)
        about = [make_activities.criteria(code, day) for code in ("DN-A", "DN-A", "DN-B") for day in DAYS[3:4]]
        adopted = make_activities.adoption("DN-A", DAYS[3])
        self.activities = [*courses, unlisted, *about, adopted]
        for code in ("PTN-8", "PTN-9"):
            labs.lab(code, accreditations=[labs.accreditation(number=code)])
            labs.scope_line(code)
        self.visit = inspection.visit(on=DAYS[4])
        db.session.flush()
        self.labs = db.session.scalars(select(Lab)).all()
        lines = [
            *db.session.scalars(select(Accreditation)),
            *db.session.scalars(select(ScopeLine)),
        ]
        kinds = {Accreditation: RecordType.ACCREDITATION, ScopeLine: RecordType.SCOPE_LINE}
        self.records = [
            *((RecordType.ASSET, asset.tag) for asset in self.assets),
            *((RecordType.ACTIVITY, str(activity.id)) for activity in self.activities),
            *((RecordType.CALIBRATION, str(record.id)) for record in self.calibrations),
            *((RecordType.LAB, lab.code) for lab in self.labs),
            *((kinds[type(line)], str(line.id)) for line in lines),
            (RecordType.INSPECTION, str(self.visit.id)),
            (RecordType.ORGANISATION, "DN-B"),
        ]
        rows = progress.counted_rows(current_version(self.plan))
        self.indicators = [row.indicator_id for row in rows if row.indicator_id is not None]
        self.hands: list[Callable[[], object]] = [
            *(self.decide,) * 8,
            *(self.change_asset,) * 3,
            *(self.change_activity,) * 3,
            self.change_calibration,
            self.change_list,
            self.change_lab,
            self.change_visit,
            self.take_back,
        ]

    def turn(self) -> None:
        self.chance.choice(self.hands)()
        db.session.flush()

    def decide(self) -> None:
        chance = self.chance
        kind, key = chance.choice(self.records)
        found = {"indicator_id": chance.choice(self.indicators), "record_type": kind, "record_id": key}
        row = db.session.scalar(select(Evidence).filter_by(**found))
        state = chance.choice([EvidenceState.COUNTED] * 4 + [EvidenceState.EXCLUDED, EvidenceState.PROPOSED])
        said = {"counted_on": chance.choice(DAYS), "quantity": chance.randint(1, 3), "state": state}
        if row is not None:
            for name, value in said.items():
                setattr(row, name, value)
            return
        told = {"reason": None, "also_counted_in": [], "decided_by_id": None, "decided_at": clock.now()}
        db.session.add(Evidence(**found, **said, **told))

    def take_back(self) -> None:
        rows = db.session.scalars(select(Evidence).order_by(Evidence.id)).all()
        if rows:
            db.session.delete(self.chance.choice(rows))

    def change_asset(self) -> None:
        asset: Asset = self.chance.choice(self.assets)
        change = self.chance.choice(["status", "set", "day", "doubt", "contradicted"])
        if change == "status":
            asset.status = self.chance.choice([Status.IN_SERVICE, Status.DISPOSED, Status.RETIRED, Status.QUARANTINED])
        elif change == "set":
            asset.parent_id = self.chance.choice([None, self.assets[0].id if asset is not self.assets[0] else None])
        elif change == "day":
            asset.commissioned_on = self.chance.choice([None, DAYS[3]])
        elif change == "doubt":
            asset.doubt = self.chance.choice([None, Doubt.IN_DOUBT])
        else:
            asset.contradicted = not asset.contradicted

    def change_activity(self) -> None:
        activity: Activity = self.chance.choice(self.activities)
        change = self.chance.choice(["void", "subject", "stage"])
        if change == "void":
            activity.voided_at = None if activity.voided_at else clock.now()
        elif change == "subject":
            bodies = db.session.scalars(select(Organisation.id).where(Organisation.code.in_(["DN-A", "DN-B"]))).all()
            activity.subject_id = self.chance.choice([None, *bodies])
        elif activity.kind is ActivityKind.ADOPTION:
            activity.steps[0].stage = self.chance.choice([Stage.ADOPTED, Stage.SELECTED])

    def change_calibration(self) -> None:
        record: Calibration = self.chance.choice(self.calibrations)
        record.status = self.chance.choice([RecordStatus.ISSUED, RecordStatus.VOID, RecordStatus.AMENDED])
        record.recomputed = self.chance.choice([None, Outcome.FAIL])

    def change_list(self) -> None:
        course = self.chance.choice([one for one in self.activities if one.kind is ActivityKind.TRAINING])
        names = self.chance.sample(NAMES, self.chance.randint(1, 4))
        people = [Person(name, "Doanh nghiệp", ParticipantKind.ENTERPRISE) for name in names]
        if course.voided_at is None:
            activities.list_people(course, people=people, by=None)

    def change_lab(self) -> None:
        line = self.chance.choice(db.session.scalars(select(ScopeLine).order_by(ScopeLine.id)).all())
        line.correction_reason = None if line.corrected_at else "Nhầm dải đo"
        line.corrected_at = None if line.corrected_at else clock.now()

    def change_visit(self) -> None:
        visit = db.session.get_one(Inspection, self.visit.id)
        visit.state = self.chance.choice([State.SIGNED, State.CANCELLED, State.IN_PROGRESS])


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_the_counts_are_those_of_all_evidence(people, session, seed):
    world = World(seed)
    counting.catch_up()
    compare(world.plan)
    for turn in range(40):
        world.turn()
        if turn % 20 == 19:
            compare(world.plan)
        if world.chance.random() < 0.1:
            folding.fold(world.chance.randint(1, 4))
    counting.catch_up()
    assert counts.changed() == set()
    compare(world.plan)


def test_another_version_of_the_plan_has_its_own_counts(people, session):
    world = World(7)
    for _turn in range(30):
        world.turn()
    outside = select(Evidence).where(Evidence.counted_on < DAYS[1])
    for row in db.session.scalars(outside):
        db.session.delete(row)
    counting.catch_up()
    changed = make.changed(lambda data: make.row(data, "B30.3").update(annex_rows=["II.2.c", "I.1"]))
    versions.load(changed, by=None)
    version = current_version(world.plan)
    assert counts.present(progress.counted_rows(version), progress.spans_of(version), TODAY) is None
    counting.catch_up()
    compare(world.plan)


def test_what_changes_whose_a_laboratory_is_has_everything_counted_anew(people, session):
    world = World(8)
    for _turn in range(40):
        world.turn()
    counting.catch_up()
    world.labs[0].organisation_id = db.session.scalar(select(Organisation.id).where(Organisation.code == "DN-A"))
    db.session.flush()
    assert counts.changed() is None
    counting.catch_up()
    compare(world.plan)
