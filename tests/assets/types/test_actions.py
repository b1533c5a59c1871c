"""Types are added, amended and corrected with their history kept, and what people recorded is never overwritten."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.assets import actions as assets
from registry.assets.rules import Kind, ScheduleKind
from registry.assets.types import actions, queries, shipped
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion
from registry.assets.types.rules import ControlGroup, in_force
from registry.kernel import audit
from registry.kernel.errors import Conflict, Forbidden, Invalid
from tests.conftest import TODAY
from tests.make import types as make
from tests.make.types import FIRST, SECOND
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE

DAY = timedelta(days=1)


@pytest.fixture
def admin_(people, session):
    return people.admin.person()


def registered(instrument_type, owner=CENTRE, by=None, **said):
    return assets.register(
        kind=Kind.INSTRUMENT, name="Một phương tiện", owner=owner, instrument_type=instrument_type, by=by, **said
    )


def repeated(asset):
    return [(held.kind, held.interval_months) for held in asset.required_schedules]


# ------------------------------------------------------------------------------------------------------ versions


def test_an_amendment_closes_the_version_before_it_the_day_before(admin_):
    row = make.type_()
    actions.add_version(row, **make.version(SECOND, circular="03/2024/TT-BKHCN", period_months=18), by=admin_)
    old, new = row.versions
    assert (old.valid_to, new.valid_from, new.valid_to) == (SECOND - DAY, SECOND, None)
    assert in_force(row.versions, SECOND - DAY).period_months == 12
    assert in_force(row.versions, SECOND).period_months == 18
    assert (old.made_by_id, new.made_by_id) == (None, admin_.id)
    newest = audit.history("instrument_type", row.code)[0]
    assert newest.action == "instrument_type.version"
    assert newest.changes["closes"][1] == {"valid_to": "2024-10-14"}
    assert newest.changes["version"][1]["period_months"] == 18


def test_a_correction_keeps_what_it_corrects(admin_, session):
    row = make.type_()
    actions.add_version(row, **make.version(period_months=24), by=admin_)
    session.expire_all()
    old, new = row.versions
    assert old.replaced_at is not None
    assert (old.period_months, new.period_months) == (12, 24)
    assert in_force(row.versions, TODAY) is new


def test_a_version_that_reaches_into_the_next_one_is_refused_and_nothing_changes(admin_):
    row = make.type_(versions=[make.version(), make.version(SECOND)])
    with pytest.raises(Invalid) as refused:
        actions.add_version(row, **make.version(FIRST + DAY, valid_to=SECOND), by=admin_)
    assert set(refused.value.errors) == {"valid_to"}
    assert [version.valid_to for version in row.versions] == [SECOND - DAY, None]


def test_a_fault_in_a_version_of_a_new_type_is_named_beside_its_field(admin_):
    with pytest.raises(Invalid) as refused:
        make.type_(versions=[make.version(), make.version(SECOND, circular=None)])
    assert set(refused.value.errors) == {"versions.1.circular"}


# -------------------------------------------------------------------------------------------------- who and what


def test_the_catalogue_is_the_administrators_and_own_types_are_the_managers(people, session):
    keeper, technician, admin = people.keeper.person(), people.technician.person(), people.admin.person()
    own = {"code": "A", "name_vi": "A", "group": ControlGroup.ONE, "owner": CENTRE}
    for who in (technician, people.stranger.person(), people.inspector.person(), people.planner.person()):
        with pytest.raises(Forbidden):
            actions.add(**own, by=who)
    row = actions.add(**own, by=keeper)
    actions.edit(row, name_en="Gauge", by=keeper)
    actions.add_version(row, **make.own_version(), by=keeper)
    with pytest.raises(Forbidden):
        actions.add(code="B", name_vi="B", group=ControlGroup.ONE, by=keeper)
    with pytest.raises(Forbidden):
        actions.add(code="B", name_vi="B", group=ControlGroup.ONE, owner=ELSEWHERE, by=keeper)
    shared = actions.add(code="B", name_vi="B", group=ControlGroup.TWO, by=admin)
    for act in (lambda: actions.edit(shared, name_vi="C", by=keeper), lambda: amended(shared, keeper)):
        with pytest.raises(Forbidden):
            act()


def amended(row, by):
    return actions.add_version(row, **make.version(), by=by)


@pytest.mark.usefixtures("people", "session")
def test_a_code_and_a_name_are_given_once_among_those_who_see_each_other():
    make.type_("A", name_vi="Cân bàn; cân đĩa", name_en="Scale")
    for said, field in [
        ({"code": "A", "name_vi": "Khác"}, "code"),
        ({"code": "B", "name_vi": "CÂN  ĐĨA", "name_en": "Other"}, "name_vi"),
        ({"code": "B", "name_vi": "Khác", "name_en": "scale"}, "name_en"),
        ({"code": "SCALE", "name_vi": "Khác", "name_en": "Other"}, "code"),
    ]:
        with pytest.raises(Conflict) as refused:
            make.type_(**said)
        assert set(refused.value.errors) == {field}
    make.type_("OWN-1", owner=CENTRE)
    make.type_("OWN-2", owner=ELSEWHERE)
    with pytest.raises(Conflict):
        make.type_("OWN-3", owner=CENTRE)


def test_a_renamed_type_is_found_by_its_new_names_only(admin_):
    row = make.type_(name_vi="Cân cũ", name_en="Old")
    actions.edit(row, name_vi="Cân mới", by=admin_)
    assert queries.named(None, "can moi", None) is row
    assert queries.named(None, "old", None) is row
    assert queries.named(None, "can cu", None) is None
    actions.edit(row, name_vi="Cân mới", by=admin_)
    assert [entry.action for entry in audit.history("instrument_type", row.code)].count("instrument_type.edit") == 1


# ---------------------------------------------------------------------------------------------- what ships, loaded


def version_count(session):
    return session.scalar(select(func.count()).select_from(InstrumentTypeVersion))


@pytest.mark.usefixtures("people")
def test_what_ships_is_loaded_once(session):
    wanted = sum(len(one["versions"]) for one in shipped.types())
    assert actions.load_shipped() == wanted > 0
    before = audit.history("instrument_type", "TAXIMET")
    assert actions.load_shipped() == 0
    session.expire_all()
    assert actions.load_shipped() == 0
    assert version_count(session) == wanted
    assert len(audit.history("instrument_type", "TAXIMET")) == len(before) == 2


def test_what_people_recorded_wins_over_what_ships(admin_, session):
    actions.load_shipped()
    taximeter, balance = (by_code(session, code) for code in ("TAXIMET", "CAN-PHAN-TICH"))
    actions.add_version(taximeter, **make.version(SECOND, period_months=9), by=admin_)
    actions.add_version(balance, **make.version(TODAY, period_months=9), by=admin_)
    actions.edit(balance, name_vi="Cân phân tích của tôi", by=admin_)
    session.expire_all()
    assert actions.load_shipped() == 0
    assert in_force(taximeter.versions, TODAY).period_months == 9
    assert balance.name_vi == "Cân phân tích của tôi"


def by_code(session, code):
    return session.scalar(select(InstrumentType).filter_by(code=code))


@pytest.mark.usefixtures("people")
def test_a_newer_release_amends_and_corrects_only_its_own_versions(session, monkeypatch, admin_):
    actions.load_shipped()
    first = [one | {"versions": list(one["versions"])} for one in shipped.types()]
    by = {one["code"]: one for one in first}
    by["TAXIMET"]["versions"].append(make.version(date(2027, 1, 1), circular="01/2027/TT-BKHCN", period_months=24))
    by["CAN-O-TO"]["versions"] = [by["CAN-O-TO"]["versions"][0] | {"period_months": 6}]
    by["THUOC-CUON"]["versions"].append(make.version(date(2027, 1, 1), circular="01/2027/TT-BKHCN"))
    amended(by_code(session, "THUOC-CUON"), admin_)
    actions.add_version(by_code(session, "THUOC-CUON"), **make.version(date(2028, 1, 1)), by=admin_)
    monkeypatch.setattr(shipped, "types", lambda: tuple(first))
    assert actions.load_shipped() == 2
    session.expire_all()
    assert [one.period_months for one in by_code(session, "TAXIMET").versions] == [18, 24]
    assert [one.replaced_at is None for one in by_code(session, "CAN-O-TO").versions] == [False, True]
    assert in_force(by_code(session, "THUOC-CUON").versions, date(2027, 6, 1)).circular == "03/2024/TT-BKHCN"
    assert actions.load_shipped() == 0


@pytest.mark.usefixtures("people")
def test_a_code_or_name_that_people_took_is_left_to_them(session):
    make.type_("TAXIMET", owner=CENTRE)
    make.type_("KHAC", name_vi="Toàn đạc điện tử", name_en="Another")
    actions.load_shipped()
    assert by_code(session, "TAXIMET").owner_id is not None
    assert by_code(session, "TOAN-DAC-DIEN-TU") is None
    assert by_code(session, "CAN-O-TO") is not None
    assert actions.load_shipped() == 0


# ----------------------------------------------------------------------------------------------- assets and types


@pytest.mark.usefixtures("people", "session")
@pytest.mark.parametrize("typed", ["CAN-BAN-CAN-DIA-CAN-TREO", "cân bàn", "CAN DIA", "  platform   scale "])
def test_an_asset_is_linked_by_the_code_or_a_name_and_keeps_the_text(typed):
    actions.load_shipped()
    asset = registered(typed)
    assert asset.instrument_type == typed
    assert asset.instrument_type_id == queries.for_everybody()["CAN-BAN-CAN-DIA-CAN-TREO"].id
    assert repeated(asset) == [(ScheduleKind.VERIFICATION, 12)]


@pytest.mark.usefixtures("people", "session")
@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Taximet", [(ScheduleKind.VERIFICATION, 18)]),
        ("Thước cuộn", []),
        ("Đồng hồ nước lạnh cơ khí", []),
        ("Thiết bị đo điện năng xoay chiều sạc pin xe ô tô điện", [(ScheduleKind.VERIFICATION, 36)]),
        ("Cân bàn hỏng", []),
        (None, []),
    ],
)
def test_a_type_proposes_the_schedules_of_a_new_asset(typed, wanted):
    actions.load_shipped()
    assert repeated(registered(typed)) == wanted


@pytest.mark.usefixtures("people", "session")
def test_the_version_in_force_on_the_day_decides(clock):
    actions.load_shipped()
    clock(date(2024, 10, 14))
    assert repeated(registered("Đồng hồ nước lạnh cơ khí")) == [(ScheduleKind.VERIFICATION, 60)]
    assert repeated(registered("Taximet")) == []
    clock(date(2024, 10, 15))
    assert repeated(registered("Đồng hồ nước lạnh cơ khí")) == []
    assert repeated(registered("Taximet")) == [(ScheduleKind.VERIFICATION, 18)]


@pytest.mark.usefixtures("people", "session")
def test_schedules_that_are_said_are_taken_as_said_even_when_there_are_none():
    actions.load_shipped()
    shorter = [{"kind": ScheduleKind.VERIFICATION, "interval_months": 6}]
    assert repeated(registered("Taximet", schedules=shorter)) == [(ScheduleKind.VERIFICATION, 6)]
    assert repeated(registered("Taximet", schedules=[])) == []


@pytest.mark.usefixtures("session")
def test_own_types_serve_their_organisation_and_what_is_below_it(people):
    below = accounts.add_organisation(
        code="DOI", name_vi="Đội", name_en="Team", kind=OrganisationKind.OTHER, parent=CENTRE, by=None
    )
    own = make.type_("RIENG", name_vi="Nhiệt kế riêng", owner=CENTRE)
    keeper, stranger = people.keeper.person(), people.stranger.person()
    assert registered("nhiet ke rieng", by=keeper).instrument_type_id == own.id
    assert repeated(registered("nhiet ke rieng", by=keeper)) == [(ScheduleKind.CALIBRATION, 6)]
    assert registered("RIENG", owner=below.code, by=keeper).instrument_type_id == own.id
    assert registered("RIENG", owner=DEPARTMENT).instrument_type_id is None
    assert registered("RIENG", owner=ELSEWHERE, by=stranger).instrument_type_id is None


@pytest.mark.usefixtures("people", "session")
def test_a_change_of_the_text_or_of_the_owner_links_anew_and_leaves_the_schedules():
    actions.load_shipped()
    own = make.type_("RIENG", name_vi="Nhiệt kế riêng", owner=CENTRE)
    asset = registered("RIENG")
    assets.edit(asset, name="Tên khác", by=None)
    assert asset.instrument_type_id == own.id
    assets.edit(asset, owner=ELSEWHERE, by=None)
    assert (asset.instrument_type, asset.instrument_type_id) == ("RIENG", None)
    assets.edit(asset, instrument_type="taximet", location="Kho", by=None)
    changes = audit.history("asset", asset.tag)[0].changes
    assert changes == {"instrument_type": ["RIENG", "taximet"], "location": [None, "Kho"]}
    assert asset.instrument_type_id == queries.for_everybody()["TAXIMET"].id
    assert repeated(asset) == [(ScheduleKind.CALIBRATION, 6)]
    assets.edit(asset, instrument_type=None, by=None)
    assert asset.instrument_type_id is None


@pytest.mark.usefixtures("people", "session")
def test_assets_that_were_there_before_their_type_are_linked_when_it_comes():
    early, other, free = registered("CÂN Ô TÔ"), registered("Nhiệt kế riêng", owner=ELSEWHERE), registered(None)
    version = early.version
    actions.load_shipped()
    assert early.instrument_type_id == queries.for_everybody()["CAN-O-TO"].id
    assert (early.version, repeated(early)) == (version, [])
    assert (other.instrument_type_id, free.instrument_type_id) == (None, None)
    mine = registered("Nhiệt kế riêng")
    own = make.type_("RIENG", name_vi="Nhiệt kế", owner=CENTRE)
    assert mine.instrument_type_id is None
    actions.edit(own, name_vi="Nhiệt kế riêng", by=None)
    assert (mine.instrument_type_id, other.instrument_type_id) == (own.id, None)
