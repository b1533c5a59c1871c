"""The picture of a chain: no box is in order that a broken step leads to; numbers are written as the reader's are."""

from datetime import date
from decimal import Decimal

import pytest

from registry.assets.rules import Kind
from registry.calibration.traceability.comparing import Check, Code, Verdict, uncertainty_check
from registry.calibration.traceability.drawing import WIDE, drawn
from registry.calibration.traceability.measured import Point
from registry.calibration.traceability.rules import AssetFacts, Chain, Edge, Node, NodeKind
from registry.calibration.traceability.words import check_text
from registry.kernel.i18n import speaking

DAY = date(2026, 6, 15)


def node(key, depth):
    return Node(key, NodeKind.STANDARD, Verdict.GOOD, depth, asset=AssetFacts(depth, key, key, Kind.STANDARD))


def step(child, parent, verdict):
    return Edge(child, parent, DAY, verdict, [Check(Code.STANDARD_NOT_VALID, verdict, DAY, parent)])


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_box_is_no_better_than_the_worst_step_to_it(verdict):
    steps = [
        step("item", "standard", Verdict.GOOD),
        step("other", "standard", verdict),
        step("standard", "top", Verdict.GOOD),
    ]
    nodes = [node("item", 0), node("other", 0), node("standard", 1), node("top", 2)]
    boxes = {" ".join(box.title): box.verdict for box in drawn(Chain(verdict, nodes, steps), WIDE).boxes}
    good = dict.fromkeys(("item", "other", "top"), Verdict.GOOD)
    assert boxes == good | {"standard": verdict}


@pytest.mark.parametrize(("locale", "said"), [("vi", "0,020 g"), ("en", "0.020 g")])
def test_numbers_are_written_in_the_readers_language(app, locale, said):
    result, standard = (
        Point("khối lượng", "g", Decimal("1000.0"), uncertainty=Decimal(u), factor=Decimal(2))
        for u in ("0.010", "0.020")
    )
    with app.app_context(), speaking(locale):
        text = check_text(uncertainty_check([result], [standard], DAY))
    assert said in text
    assert {"vi": "1.000,0 g", "en": "1,000.0 g"}[locale] in text
