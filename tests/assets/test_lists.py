"""Finding: every word in any order, filters with counts, and plans that never read a whole table."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from registry.accounts import actions as accounts
from registry.assets import actions
from registry.assets.custody import actions as custody
from registry.assets.custody.rules import HoldingKind
from registry.assets.lists import queries as lists
from registry.assets.lists import statements
from registry.assets.lists.conditions import named
from registry.assets.lists.counts import Counted, counts
from registry.assets.lists.rules import Filters
from registry.assets.lists.schemas import LINE_OUT
from registry.assets.lists.search import found_by
from registry.assets.lists.statements import Ask
from registry.assets.models import Asset, Characteristic
from registry.assets.rules import Kind, Proof, ScheduleKind, StandardClass, Status, Use, Validity
from registry.assets.schemas import AssetOut, AssetQuery
from registry.kernel import trigrams
from registry.kernel.db import db
from registry.kernel.reads import ON_HOT_PATHS, Read
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE


def names(person: Any, **said: Any) -> list[str]:
    db.session.commit()
    return [line.name for line in lists.asset_page(person, today=TODAY, **said).items]


@pytest.fixture
def reader(people, session):
    return people.inspector.person()


class TestWords:
    @pytest.fixture
    def stored(self, session, reader):
        for name, said in (
            ("Đồng hồ nước lạnh", {"serial_no": "SN-0042", "manufacturer": "Sensus", "location": "Kho số 2"}),
            ("Đồng hồ điện", {"serial_no": "0042-B", "owner": DEPARTMENT}),
            ("Cân bàn 100%", {"serial_no": "a_c", "asset_no": "K7"}),
        ):
            make.asset(name=name, **said)
        session.commit()
        return reader

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("dong ho nuoc", ["Đồng hồ nước lạnh"]),
            ("nước ĐỒNG", ["Đồng hồ nước lạnh"]),
            ("sensus đồng", ["Đồng hồ nước lạnh"]),
            ("dong ho", ["Đồng hồ điện", "Đồng hồ nước lạnh"]),
            ("0042", ["Đồng hồ điện", "Đồng hồ nước lạnh"]),
            ("sn-0042", ["Đồng hồ nước lạnh"]),
            ("100%", ["Cân bàn 100%"]),
            ("A_C", ["Cân bàn 100%"]),
            ("a%c", ["Cân bàn 100%"]),
            ('"dong" ho', ["Đồng hồ điện", "Đồng hồ nước lạnh"]),
            ("dong OR can", []),
            ("NEAR(dong)", []),
            ("khong co", []),
        ],
    )
    def test_each_must_be_there_in_any_order_and_any_case(self, stored, typed, found):
        assert names(stored, q=typed) == found

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("khoa hoc", ["Đồng hồ điện"]),
            ("dien cong nghe so", ["Đồng hồ điện"]),
            ("can trung tam", ["Cân bàn 100%"]),
            (CENTRE, ["Cân bàn 100%", "Đồng hồ nước lạnh"]),
            ("nuoc khoa hoc", []),
        ],
    )
    def test_the_owners_name_and_code_count_among_them(self, stored, typed, found):
        assert names(stored, q=typed) == found

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("k7", ["Cân bàn 100%"]),
            ("K7 100", ["Cân bàn 100%"]),
            ("ca", ["Cân bàn 100%"]),
            ("ho", ["Đồng hồ điện", "Đồng hồ nước lạnh"]),
            ("oc", []),
            ("so 2", ["Đồng hồ nước lạnh"]),
            ("so 0", []),
            ("b", ["Đồng hồ điện"]),
            ("c", ["Cân bàn 100%"]),
            ("đ", ["Đồng hồ điện", "Đồng hồ nước lạnh"]),
            ("%", []),
            ("--- %", []),
            ("", ["Cân bàn 100%", "Đồng hồ điện", "Đồng hồ nước lạnh"]),
        ],
    )
    def test_two_letters_begin_a_word_and_one_is_a_whole_word(self, stored, typed, found):
        assert names(stored, q=typed) == found

    @pytest.mark.parametrize("typed", ["sn0042", "SN 0042", "sn-0042", "sn.0042", "nuoc sn0042"])
    def test_numbers_are_found_however_their_parts_are_parted(self, stored, typed):
        assert names(stored, q=typed) == ["Đồng hồ nước lạnh"]

    def test_an_owner_that_is_renamed_is_found_by_its_new_name_at_once(self, stored):
        owner = accounts.queries.organisation_by_code(DEPARTMENT)
        owner.search = "so cong thuong"
        assert names(stored, q="cong thuong") == ["Đồng hồ điện"]
        assert names(stored, q="khoa hoc") == []

    def test_they_page_like_everything_else(self, stored):
        first = lists.asset_page(stored, today=TODAY, q="dong ho", limit=1)
        second = lists.asset_page(stored, today=TODAY, q="dong ho", limit=1, cursor=first.next)
        assert ([row.name for row in first.items], [row.name for row in second.items]) == (
            ["Đồng hồ điện"],
            ["Đồng hồ nước lạnh"],
        )
        assert second.next is None
        assert lists.asset_page(stored, today=TODAY, q="trung tam", limit=1, count="exact").total == 2

    def test_a_change_and_a_deletion_are_followed(self, stored, session):
        made = make.asset(name="Ampe kế")
        assert names(stored, q="ampe") == ["Ampe kế"]
        actions.edit(made, name="Vôn kế", by=None)
        assert (names(stored, q="ampe"), names(stored, q="von ke")) == ([], ["Vôn kế"])
        session.delete(made)
        assert names(stored, q="von ke") == []


@given(st.text(max_size=100))
@settings(max_examples=60)
def test_nothing_that_is_typed_is_more_than_words(typed):
    expression = trigrams.match([word for word in typed.split() if len(word) >= trigrams.LETTERS])
    assert expression.replace('""', "").count('"') % 2 == 0


@pytest.mark.parametrize(
    "typed", ['"', "'", '"""', 'a"b"c', "(((", "dong*", "^dong", "{a b}: c", "đ" * 100, "a b " * 25, "\\"]
)
def test_no_search_breaks_the_index(reader, typed):
    assert names(reader, q=typed) == []


@pytest.mark.usefixtures("session")
class TestFilters:
    def test_more_of_them(self, reader):
        here = make.asset(name="A", location="Kho 1", instrument_type="Cân", standard_class=StandardClass.WORKING)
        soon = make.asset(name="B", due_on=TODAY + timedelta(days=7))
        make.asset(name="C", due_on=TODAY - timedelta(days=1))
        part = make.asset(name="D")
        part.parent_id = here.id
        assert names(reader, location="Kho 1") == names(reader, instrument_type="Cân") == ["A"]
        assert names(reader, standard_class=StandardClass.WORKING) == ["A"]
        assert names(reader, due_within=7) == [soon.name]
        assert names(reader, due_within=6) == names(reader, due_within=0) == []
        assert names(reader, **AssetQuery().load({"parent": here.tag.lower()})) == ["D"]
        with pytest.raises(ValidationError):
            AssetQuery().load({"parent": "no tag"})

    def test_what_is_out_and_in_which_way(self, people, reader):
        out, offered, _here = make.asset(name="A"), make.asset(name="B"), make.asset(name="C")
        keeper = people.keeper.person()
        custody.check_out(out, holder="An", expected_back_on=TODAY, by=keeper)
        custody.offer(offered, to=DEPARTMENT, by=keeper)
        assert names(reader, custody=HoldingKind.CHECK_OUT, q="a") == ["A"]
        assert names(reader, custody=HoldingKind.OFFER, kind=Kind.STANDARD) == ["B"]
        assert names(reader, custody=HoldingKind.SHIPMENT) == names(people.stranger.person(), custody="offer") == []
        found = counts(reader, today=TODAY, custody=HoldingKind.CHECK_OUT)
        assert found["kind"] == [Counted("standard", 1)]

    def test_who_reads_few_organisations_reads_no_others(self, people):
        make.asset(name="A", owner=CENTRE)
        make.asset(name="B", owner=ELSEWHERE)
        assert names(people.keeper.person()) == names(people.inspector.person()) == ["A"]
        assert names(people.stranger.person(), q="quan") == []
        assert names(people.admin.person()) == ["A", "B"]

    @pytest.mark.parametrize("limits", [(0, 0, 0), (0, 0, 10_000), (1, 1, 0), (10_000, 10_000, 10_000)])
    @pytest.mark.parametrize("sort", ["name", "-name", "due_on", "-due_on", "tag"])
    def test_whichever_way_is_taken_the_page_is_the_same(self, session, reader, monkeypatch, sort, limits):
        for place in range(12):
            due_on = TODAY + timedelta(days=place) if place % 4 else None
            make.asset(name=f"Cân {place % 5}", location=f"Kho {place % 2}", due_on=due_on)
        session.commit()
        said = {"location": "Kho 1", "q": "can", "sort": sort, "limit": 2}
        wanted = [line.tag for line in everything(reader, said)]
        for name, value in zip(("NEAR", "FAR", "FEW"), limits, strict=True):
            monkeypatch.setattr(lists, name, value)
        assert [line.tag for line in everything(reader, said)] == wanted
        assert len(wanted) == 6


def everything(person: Any, said: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while True:
        page = lists.asset_page(person, today=TODAY, cursor=cursor, **said)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


class TestCounts:
    @pytest.fixture
    def stored(self, session, reader):
        for place in range(6):
            make.asset(
                kind=Kind.STANDARD if place % 2 else Kind.INSTRUMENT,
                status=Status.QUARANTINED if place == 0 else Status.IN_SERVICE,
                due_on=TODAY - timedelta(days=1) if place < 2 else TODAY + timedelta(days=300),
                location="Kho",
                owner=DEPARTMENT if place == 5 else CENTRE,
            )
        make.asset(owner=ELSEWHERE)
        session.commit()
        return reader

    def test_are_of_each_value_under_the_other_filters(self, stored):
        found = counts(stored, today=TODAY, kind=Kind.STANDARD)
        assert found["kind"] == [Counted("standard", 3), Counted("instrument", 3)]
        assert found["status"] == [Counted("in_service", 3)]
        assert found["validity"] == [Counted("valid", 2), Counted("overdue", 1)]
        assert found["location"] == [Counted("Kho", 3)]
        assert [(one.value, one.count) for one in found["owner"]] == [(CENTRE, 2), (DEPARTMENT, 1)]

    def test_are_those_of_a_search_too(self, stored):
        found = counts(stored, today=TODAY, q="khoa hoc qua can")
        assert found["kind"] == [Counted("standard", 1)]
        assert found["owner"] == [Counted(DEPARTMENT, 1, text="Sở Khoa học và Công nghệ")]

    def test_of_a_long_list_say_only_what_is_known(self, stored, monkeypatch):
        monkeypatch.setattr("registry.assets.lists.counts.FEW", 0)
        assert counts(stored, today=TODAY)["status"] == [Counted("in_service", 5), Counted("quarantined", 1)]
        monkeypatch.setattr("registry.assets.lists.counts.LOOKED_AT", 4)
        monkeypatch.setattr("registry.assets.lists.counts.MANY", 2)
        found = counts(stored, today=TODAY, location="Kho")
        assert found["status"] == [Counted("in_service", 2, more=True), Counted("quarantined", 1)]
        assert "owner" not in found

    @pytest.mark.usefixtures("stored")
    def test_leave_out_what_a_stranger_may_not_see(self, people):
        assert counts(people.stranger.person(), today=TODAY)["kind"] == [Counted("standard", 1)]


def test_a_line_says_what_the_schema_says(session, reader):
    whole = make.asset(
        name="Bộ quả cân",
        due_on=TODAY,
        serial_no="1",
        manufacturer="M",
        model="X",
        location="Kho",
        custodian="An",
        commissioned_on=date(2020, 1, 2),
        standard_class=StandardClass.REFERENCE,
        status=Status.LIMITED_USE,
        schedules=[make.schedule(kind, proof=Proof.GOOD, due_on=TODAY) for kind in ScheduleKind],
    )
    whole.characteristics += [
        Characteristic(position=place, quantity="m", unit="g", range_low=Decimal("0.10")) for place in range(2)
    ]
    part = make.asset(name="Quả cân 1 kg", schedules=[make.schedule(proof=Proof.NOT_REQUIRED)], asset_no="K")
    part.parent_id = whole.id
    for proof in Proof:
        make.asset(name=f"Z {proof}", proof=proof)
    session.commit()
    session.expire_all()
    schema = AssetOut()
    said = {line.tag: LINE_OUT(line) for line in everything(reader, {})}
    assert {tuple(one) for one in said.values()} == {(*schema.fields, "lacks")}
    assert [tag for tag, one in said.items() if one.pop("lacks")] == []
    assert said == {row.tag: schema.dump(row) for row in session.query(Asset)}


ASKED: list[dict[str, Any]] = [
    {},
    {"kind": Kind.STANDARD, "status": Status.IN_SERVICE},
    {"kind": Kind.STANDARD, "validity": Validity.VALID},
    {"status": Status.IN_SERVICE, "validity": Validity.OVERDUE},
    {"owner": CENTRE, "validity": Validity.FAILED},
    {"owner": CENTRE, "location": "Kho"},
    {"kind": Kind.STANDARD, "due_before": TODAY},
    {"due_within": 30, "status": Status.IN_SERVICE},
    {"standard_class": StandardClass.WORKING, "instrument_type": "Cân"},
    {"custody": HoldingKind.CHECK_OUT, "kind": Kind.STANDARD},
    {"status": [Status.QUARANTINED, Status.RETIRED]},
    {"status": [Status.QUARANTINED, Status.RETIRED], "kind": Kind.STANDARD},
    {"status": [Status.QUARANTINED, Status.RETIRED], "kind": [Kind.STANDARD, Kind.INSTRUMENT], "owner": CENTRE},
    {"validity": [Validity.OVERDUE, Validity.FAILED]},
    {"validity": [Validity.OVERDUE, Validity.FAILED, Validity.NEVER], "kind": Kind.STANDARD},
    {"use": Use.FORBIDDEN},
    {"use": Use.FORBIDDEN, "owner": CENTRE, "validity": Validity.VALID},
    {"standard_class": [StandardClass.WORKING, StandardClass.NATIONAL], "q": "can"},
    {"custody": [HoldingKind.CHECK_OUT, HoldingKind.SHIPMENT], "kind": Kind.STANDARD},
    {"q": "dong ho"},
    {"q": "k7"},
    {"q": "sn-0777777"},
    {"q": "trung tam can", "kind": Kind.STANDARD},
]


@pytest.mark.parametrize("sort", [None, "name", "-due_on", "tag"])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_no_statement_of_a_list_reads_a_whole_table_or_sorts_it(session, people, asked, sort, monkeypatch):
    """The plans of all that a page may ask: on SQLite as it chooses, on PostgreSQL as hot paths set it."""
    make.asset(name="Cân", location="Kho")
    session.commit()
    plans: list[str] = []
    rows = Read.rows

    def explained(read: Read, **values: object) -> list[tuple[Any, ...]]:
        found = rows(read, **values)
        plans.append(plan_of(read, values))
        return found

    monkeypatch.setattr(Read, "rows", explained)
    monkeypatch.setattr(lists, "NEAR", 0)
    monkeypatch.setattr(lists, "FAR", 0)
    for person in (people.keeper.person(), people.admin.person()):
        for few in (0, 100):
            monkeypatch.setattr(lists, "FEW", few)
            lists.asset_page(person, today=TODAY, sort=sort, **asked)
    assert plans
    wrong = "SCAN asset\n" if db.engine.dialect.name == "sqlite" else "Seq Scan on asset "
    assert [plan for plan in plans if wrong in plan + "\n"] == []


def test_of_the_letters_before_a_number_no_index_is_asked(session, people):
    make.asset(serial_no="SN-0777777")
    session.commit()
    found = found_by("sn-0777777")
    assert found.parts == [("text.0:1/0",)]
    read = statements.narrowness(db.engine.dialect.name, found.parts[0])
    assert read.rows(**found.values, few=9) == [(1,)]
    looked_up = [line for line in plan_of(read, found.values | {"few": 9}).splitlines() if "Index Cond" in line]
    assert found.values["match_0"] == '"077" "777"'
    assert not [line for line in looked_up if " sn" in line]
    assert len(looked_up) == (db.engine.dialect.name == "postgresql")


def plan_of(read: Read, values: dict[str, object]) -> str:
    prepared = read._prepared[db.engine.dialect.name]  # noqa: SLF001 — what is explained is what was sent
    parameters = prepared.parameters(values)
    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if db.engine.dialect.name == "sqlite":
            return "\n".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", parameters))
        raw.execute(ON_HOT_PATHS)
        return "\n".join(row[0] for row in raw.execute(f"EXPLAIN {prepared.sql}", parameters))


@pytest.mark.parametrize("sort", ["name", "due_on", "tag"])
def test_each_index_that_is_named_exists(session, sort):
    for (order, known), index in statements.EXACT.items():
        if order == sort and index:
            ask = Ask(db.engine.dialect.name, tuple(known), order, descending=False, after=False)
            _names, values = named(Filters(), TODAY, None)
            said = dict.fromkeys(("kind", "status", "owner"), "x") | {"due_before": TODAY, "due_within": TODAY}
            said |= {"beginning": "a", "beginning_end": "b", "kind": Kind.STANDARD, "status": Status.IN_SERVICE}
            assert statements.walk(ask, index, bounded=False, whole=True).rows(**values, **said, limit=1) == []


def test_a_search_names_its_ways(session, people):
    assert [part[0].partition(".")[0] for part in found_by("k").parts] == ["beginning", "text"]
    found = found_by("can so khoa 7")
    assert found.parts[0] == ("text.0:0,1,2,3/",)
    assert found.values["match_0"] == '"can" " so" "kho" "hoa" " 7 "'
