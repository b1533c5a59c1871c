"""Which version is in force when, codes that change, and what is given up."""

from datetime import date, timedelta

import pytest

from registry.kernel.errors import Invalid
from registry.plan import queries
from registry.plan.adjustments import comparing
from registry.plan.adjustments import queries as adjustments
from registry.plan.adjustments.differences import What, differences
from registry.plan.adjustments.words import sentence
from registry.plan.drafts import rules
from registry.plan.evidence import queries as evidenced
from registry.plan.models import RecordType
from tests.make import adjustments as make
from tests.make import plan as make_plan

pytestmark = pytest.mark.usefixtures("session")
BORN = date(2026, 2, 3)
TWELVE = make.target("II.2.a", "P2", 12, "12 chuẩn đo lường, PTĐ")
ELEVEN = make.target("II.2.a", "P2", 11, "11 chuẩn đo lường, PTĐ")


def numbers(plan, *days):
    """The versions in force, asked for one plan and for several, which must agree."""
    found = [adjustments.version_on(plan, day).number for day in days]
    assert [adjustments.versions_on([plan], day)[plan.id].number for day in days] == found
    return found


def test_the_day_of_the_decision_says_which_version_is_in_force_not_the_order_of_loading():
    plan = make_plan.plan()
    make.load(make.decided("9/QĐ-UBND", "2024-05-01", TWELVE))
    make.load(make.decided("3/QĐ-UBND", "2022-01-15", ELEVEN, in_force_from="2022-02-01"))
    days = date(2018, 1, 1), date(2022, 1, 31), date(2022, 2, 1), date(2024, 4, 30), date(2024, 5, 1)
    assert numbers(plan, *days) == [1, 1, 3, 3, 2]
    assert adjustments.before(adjustments.by_number(plan, 2)).number == 3


def test_a_decision_to_come_is_in_force_from_its_day():
    plan = make_plan.plan()
    make.load(make.decided("9/QĐ-UBND", "2026-06-01", TWELVE, in_force_from="2027-01-01"))
    assert numbers(plan, date(2026, 12, 31), date(2027, 1, 1)) == [1, 2]


def test_a_file_without_a_decision_corrects_the_plan_as_issued_and_no_later_version():
    plan = make_plan.plan()
    make.load(make.decided("9/QĐ-UBND", "2024-05-01", TWELVE))
    corrected = make.load(make_plan.changed(ELEVEN))
    assert (corrected.version.number, corrected.base.number) == (3, 1)
    assert numbers(plan, date(2024, 4, 30), date(2024, 5, 1)) == [3, 2]


def test_loading_an_earlier_file_again_changes_nothing():
    make_plan.plan()
    make.load(make.decided("9/QĐ-UBND", "2024-05-01", TWELVE))
    again = make.load(make_plan.changed(lambda _data: None))
    assert (again.changed, again.version.number) == (False, 1)


def test_what_was_in_force_is_told_as_it_was_known_then(clock):
    plan = make_plan.plan()
    clock(date(2026, 6, 20))
    late = make.load(make.decided("3/QĐ-UBND", "2022-01-15", ELEVEN)).version
    before = late.loaded_at - timedelta(days=1)
    assert adjustments.version_on(plan, date(2023, 1, 1), known_at=before).number == 1
    assert adjustments.version_on(plan, date(2023, 1, 1)).number == 2
    assert adjustments.version_on(plan, date(2023, 1, 1), known_at=before - timedelta(days=999)).number == 1


def test_a_code_that_changes_keeps_its_evidence_its_money_and_both_its_codes(session):
    plan = make_plan.plan()
    make_plan.evidence("II.4.b", "STC", kind=RecordType.ORGANISATION, counted_on=BORN)
    make_plan.money(indicator="II.4.b")
    make_plan.evidence(
        "II.3.c", "STC", kind=RecordType.ORGANISATION, counted_on=BORN, also_counted_in=["II.4.b"], reason="hai việc"
    )
    make.load(make.decided("9/QĐ-UBND", "2026-05-01", make.renamed("II.4.b", "II.4.c")))
    session.expire_all()
    assert make_plan.results(date(2026, 6, 15))["II.4.c", "P2"][0] == make_plan.results(BORN)["II.4.b", "P2"][0] == 1
    assert evidenced.indicator_detail(plan, "II.4.c", BORN, None).progress.row.code == "II.4.b"
    rollup = queries.rollup(plan, date(2026, 6, 15))
    assert next(row.total.allocated for row in rollup.money if row.row.code == "II.4.c") == 500_000_000
    assert (adjustments.code_now(plan, "II.4.b"), adjustments.code_now(plan, "II.4.c")) == ("II.4.c", "II.4.c")
    assert adjustments.former_codes(plan, "II.4.c") == ["II.4.b"]
    also = [line.also_counted_in for line in evidenced.evidence_page(plan, None, indicator="II.3.c").items]
    assert also == [["II.4.c"]]
    old = adjustments.version_on(plan, date(2026, 4, 30))
    assert "II.4.b" in {row.code for row in old.rows}


def test_a_code_changes_once_and_stays_reserved():
    make_plan.plan()
    rename = make.renamed("II.4.b", "II.4.c")
    make.load(make.decided("9/QĐ-UBND", "2026-05-01", rename))
    again = make.load(make.decided("10/QĐ-UBND", "2026-06-01", rename, TWELVE))
    assert again.version.number == 3
    with pytest.raises(Invalid, match=r"rows\.22\.code"):
        make.load(make.decided("11/QĐ-UBND", "2026-06-02", rename, _twin("II.4.c", "II.4.d", was=None, first="II.4.b")))


def _twin(code, new, *, was, first):
    """The row that is left and a new one under the code that was given up."""

    def change(data):
        row = make_plan.row(data, code)
        row.update(was=was)
        twin = {**row, "code": first, "budget": {name: {"value": 0, "raw": "0"} for name in ("P1", "P2", "total")}}
        data["rows"].append(twin)

    return change


def _unknown_before(data):
    make.renamed("I.1", "I.8")(data)
    make_plan.row(data, "I.8").update(was="I.9")


def _left_out(data):
    """Without the row, whose money another one has now."""
    cells = make_plan.row(data, "II.4.a")["budget"]
    for period, cell in make_plan.row(data, "II.4.b")["budget"].items():
        value = cells[period]["value"] + cell["value"]
        cells[period].update(value=value, raw=str(value))
    data.update(rules.without_row(data, "II.4.b"))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_unknown_before, "rows.1.was"),
        (make.given_up("II.4.b", "2025-12-31", None), "rows.19.ended.continues_in"),
        (_left_out, "rows"),
    ],
)
def test_a_file_that_breaks_with_what_is_there_is_refused_at_its_place(change, place):
    make_plan.plan()
    make_plan.evidence("II.4.b", "STC", kind=RecordType.ORGANISATION, counted_on=BORN)
    with pytest.raises(Invalid) as refused:
        make.load(make.decided("9/QĐ-UBND", "2026-05-01", change))
    assert next(iter(refused.value.errors)) == place


def test_a_code_does_not_change_before_its_decision_is_in_force():
    make_plan.plan()
    rename = make.renamed("II.4.b", "II.4.c")
    with pytest.raises(Invalid, match=r"rows\.19\.was"):
        make.load(make.decided("9/QĐ-UBND", "2026-05-01", rename, in_force_from="2027-01-01"))


def test_what_is_given_up_keeps_its_row_and_its_evidence_counts_where_it_goes_on(session):
    plan = make_plan.plan()
    make_plan.evidence("II.4.b", "STC", kind=RecordType.ORGANISATION, counted_on=date(2024, 3, 1))
    make.load(make.decided("9/QĐ-UBND", "2025-12-01", make.given_up("II.4.b", "2025-12-31", "II.3.c")))
    session.expire_all()
    results = make_plan.results(date(2026, 2, 1))
    assert (results["II.4.b", "P1"][0], results["II.3.c", "P1"][0]) == (1, 1)
    assert results["II.4.b", "P2"][1] == "not_applicable"
    assert plan.code == make_plan.CODE


def test_two_versions_are_compared_in_words():
    plan = make_plan.plan()
    changes = TWELVE, make.renamed("II.4.b", "II.4.c"), _moved_day, _new_title
    make.load(make.decided("9/QĐ-UBND", "2026-05-01", *changes))
    found = comparing.between(adjustments.by_number(plan, 1), adjustments.by_number(plan, 2))
    assert {(change.what, change.code) for change in found} == {
        (What.TITLE, ""),
        (What.PERIOD_DAYS, "P2"),
        (What.PERIOD_DAYS, "P1"),
        (What.TARGET, "II.2.a"),
        (What.RENAMED, "II.4.c"),
        (What.OTHER, ""),
    }
    said = " ".join(sentence(change) for change in found)
    assert "10" in said
    assert "12" in said
    assert "II.4.b" in said
    assert comparing.between(adjustments.by_number(plan, 2), adjustments.by_number(plan, 2)) == []


def _moved_day(data):
    data["periods"][0].update(end="2025-06-30")
    data["periods"][1].update(start="2025-07-01")


def _new_title(data):
    data["plan"]["title"].update(vi="Kế hoạch mới", en="A new plan")


def test_a_file_that_differs_always_shows_a_difference():
    """Whatever one value of the file is changed to."""
    base = make_plan.read(make_plan.CODE)
    probes = [
        lambda data: data["report"].update(carry_over=False),
        lambda data: data["bodies"][0]["name"].update(en="Another"),
        lambda data: data["rows"][1]["notes"].append({"vi": "a", "en": "a"}),
        lambda data: data["rows"][1]["funding"].update(raw="Khác"),
        lambda data: data["inspection_bodies"].pop(),
        lambda data: data["indicators"].insert(0, data["indicators"].pop(1)),
        lambda data: data["indicators"][0]["reading"]["reason"].update(en="x"),
        lambda data: data["rows"][1]["reading"].update(ambiguities=[]),
        lambda data: data["rows"][1]["cooperating"].update(bodies=[]),
        lambda data: data["indicators"][3]["not_applicable_until"]["document"].update(en="x"),
        lambda data: data["indicators"][0].update(related=["II.2.a"]),
        lambda data: data["money"]["unit"].update(en="x"),
        lambda data: data["rows"][1].update(label="1a"),
        lambda data: data["plan"].update(number="436a"),
    ]
    silent = [
        at for at, probe in enumerate(probes) if not differences(base.document, make_plan.changed(probe).document, {})
    ]
    assert silent == []


def test_what_is_decided_today_goes_by_the_version_in_force_today_not_by_the_one_loaded_last(clock):
    plan = make_plan.plan()
    make.load(make.decided("9/QĐ-UBND", "2024-05-01", TWELVE, _new_title))
    make.load(make.decided("3/QĐ-UBND", "2022-01-15", ELEVEN))
    make.load(make.decided("11/QĐ-UBND", "2026-06-01", ELEVEN, in_force_from="2027-01-01"))
    assert queries.current_version(plan).number == 2
    assert queries.document(plan)["plan"]["title"]["en"] == "A new plan"
    clock(date(2027, 1, 1))
    assert queries.current_version(plan).number == 4
    assert queries.document(plan)["plan"]["title"]["en"] != "A new plan"
