"""Components in a stock-take count with their sets, and a label that was replaced counts and is told of."""

import pytest

from registry.accounts.models import Person
from registry.assets import tags
from registry.assets.fitness import told_of
from registry.assets.labels.models import Label
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.models import Asset
from registry.assets.rules import Status
from registry.assets.scanning import scan_facts
from registry.assets.stocktake import actions, queries
from registry.assets.stocktake.models import StockTake
from registry.assets.stocktake.pieces import waiting
from registry.assets.stocktake.rules import Part
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import stocktake as make
from tests.make.stocktake import PLACE, scan
from tests.people import People
from tests.statements import sent

pytestmark = pytest.mark.usefixtures("session", "english")


@pytest.fixture
def technician(people: People, session) -> Person:
    return people.technician.person()


def told(take: StockTake, by: Person, *read: str) -> list[actions.Told]:
    return actions.receive(take, scans=[scan(one) for one in read], by=by)


def component(of: Asset, location: str | None = None, **said) -> Asset:
    return make.at(location, name="Quả cân 1 kg", parent_id=of.id, **said)


def test_a_component_without_a_place_is_where_its_set_is_and_finds_it(technician):
    box = make.at(name="Bộ quả cân")
    weight = component(box)
    take = make.take(by=technician)
    assert queries.component_labels(take) == [[weight.tag, box.tag]]
    first, again, itself = told(take, technician, weight.tag, weight.tag, box.tag)  # the only one it has
    assert (first.verdict, first.tag, first.name, first.component) == ("found", box.tag, "Bộ quả cân", "Quả cân 1 kg")
    assert (again.verdict, itself.verdict, itself.component) == ("already", "already", None)
    assert (take.found, take.missing, take.unexpected, take.elsewhere) == (1, 0, 0, 0)


def test_a_component_of_a_component_counts_with_the_whole(technician):
    box = make.at(name="Bộ quả cân")
    inner = component(component(box))
    take = make.take(by=technician)
    assert [told(take, technician, inner.tag)[0].tag, take.found] == [box.tag, 1]


def test_a_component_is_told_unfit_though_its_set_is_not(technician):
    box = make.at()
    weight = component(box, status=Status.QUARANTINED)
    answer = told(make.take(by=technician), technician, weight.tag)[0]
    assert (answer.verdict, answer.fit_for_use) == ("found", False)


def test_a_component_is_told_unfit_whose_set_is_out_of_use_as_its_scan_says(technician):
    box = make.at()
    weight = component(box)
    take = make.take(by=technician)
    lifecycle.change_status(box, status=Status.QUARANTINED, reason="rơi", by=None)
    answer = told(take, technician, weight.tag)[0]
    db.session.commit()
    scanned = told_of(scan_facts(weight.tag), TODAY)
    assert (answer.verdict, answer.fit_for_use, scanned[2]) == ("found", False, False)


def test_without_a_place_every_component_counts_with_its_set(technician):
    box = make.at(name="Bộ quả cân")
    near, far = component(box), component(box, "Kho 9")
    take = make.take(None, by=technician)
    assert take.expected == 1
    assert [one.verdict for one in told(take, technician, near.tag, far.tag)] == ["part", "found"]


def test_a_component_alone_does_not_find_its_set_which_names_what_it_waits_for(technician):
    box = make.at(name="Bộ quả cân")
    one, other = component(box), make.at(None, name="Quả cân 20 kg", parent_id=box.id)
    take = make.take(by=technician)
    first, again = told(take, technician, one.tag, one.tag)
    assert (first.verdict, first.tag, first.unseen, again.verdict) == ("part", box.tag, ["Quả cân 20 kg"], "already")
    assert (take.found, take.missing, [line.tag for line in db.session.scalars(queries.missing(take))]) == (
        0,
        1,
        [box.tag],
    )
    assert [piece.tag for piece in waiting(take, [box.id])[box.id]] == [other.tag]
    last = told(take, technician, other.tag)[0]
    assert (last.verdict, last.unseen, take.found, take.missing) == ("found", (), 1, 0)
    assert [line.tag for line in queries.part_of(take, state=Part.FOUND).items] == [box.tag]
    assert told(take, technician, one.tag)[0].verdict == "already"


def test_a_set_that_was_scanned_itself_waits_for_nothing(technician):
    box = make.at()
    weights = [component(box) for _number in range(2)]
    take = make.take(by=technician)
    answers = told(take, technician, weights[0].tag, box.tag, weights[1].tag)
    assert ([one.verdict for one in answers], take.found) == (["part", "found", "already"], 1)


def test_a_component_that_is_gone_is_not_waited_for_and_finds_nothing(technician):
    box = make.at()
    weight, gone = component(box), component(box, status=Status.RETIRED)
    take = make.take(by=technician)
    assert (told(take, technician, gone.tag)[0].verdict, take.found) == ("part", 0)
    assert (told(take, technician, weight.tag)[0].verdict, take.found) == ("found", 1)


@pytest.mark.parametrize("place", [PLACE, None])
def test_a_tray_of_a_box_is_seen_with_its_label_or_with_all_that_lies_in_it(technician, place):
    box = make.at(name="Hộp")
    by_label, by_pieces = component(box), component(box)
    hidden, inner = component(by_label), [component(by_pieces) for _number in range(2)]
    take = make.take(place, by=technician)
    read = [by_label.tag, inner[0].tag, inner[1].tag]
    assert [one.verdict for one in told(take, technician, *read)] == ["part", "part", "found"]
    assert told(take, technician, hidden.tag)[0].verdict == "already"


def test_a_scan_of_a_component_that_is_sent_again_is_told_the_same(technician):
    box = make.at()
    sent_twice = [scan(component(box).tag, "k1"), scan(component(box).tag, "k2")]
    take = make.take(by=technician)
    first = actions.receive(take, scans=sent_twice[:1], by=technician)
    assert actions.receive(take, scans=sent_twice[:1], by=technician) == first
    assert [one.verdict for one in actions.receive(take, scans=sent_twice, by=technician)] == ["part", "found"]


def test_a_component_whose_set_stands_elsewhere_is_from_there(technician):
    weight = component(make.at("Kho 3"))
    take = make.take(by=technician)
    answer = told(take, technician, weight.tag)[0]
    assert (take.expected, answer.verdict, answer.location, answer.component) == (0, "elsewhere", "Kho 3", None)


def test_a_component_that_has_its_own_place_here_counts_by_itself_where_its_set_does_not(technician):
    weight = component(make.at("Kho 3"), PLACE)
    take = make.take(by=technician)
    assert [line.tag for line in queries.part_of(take, state=Part.MISSING).items] == [weight.tag]
    assert (told(take, technician, weight.tag)[0].verdict, take.found) == ("found", 1)


def test_a_component_that_has_another_place_is_from_there_though_its_set_is_here(technician):
    weight = component(make.at(), "Kho 9")
    take = make.take(by=technician)
    assert queries.component_labels(take) == []
    assert told(take, technician, weight.tag)[0].verdict == "elsewhere"


def test_many_components_cost_as_many_statements_as_one(technician, session):
    box = make.at()
    read = [component(box).tag for _number in range(30)]
    take = make.take(by=technician)
    counted = []
    for part in (read[:1], read[1:]):
        with sent() as statements:
            told(take, technician, *part)
        counted.append(len(statements))
    assert counted[1] <= counted[0] + 1


def test_a_label_that_was_replaced_counts_and_is_told_of(session, technician):
    asset, between = make.at(), tags.new()
    asset.label_tag = tags.new()
    session.add(Label(tag=between, organisation_id=asset.owner_id, asset_id=asset.id))
    take = make.take(by=technician)
    old, older, now = told(take, technician, asset.tag, between, asset.label_tag)
    assert [one.verdict for one in (old, older, now)] == ["found", "already", "already"]
    assert [one.revoked for one in (old, older, now)] == [True, True, False]
    assert {one.label for one in (old, older, now)} == {asset.label_tag}
