"""What is recalled, doubted or contradicts itself is plainly good nowhere: lists, searches, heads, pickers, scans."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from registry.assets.models import Asset
from registry.assets.rules import Doubt, Kind
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets, labs
from tests.make import chain as make

GREEN = re.compile(r'class="badge tone-ok[^"]*"><svg.*?</svg>([^<]*)<', re.DOTALL)


@pytest.fixture
def tags(people, arrange) -> tuple[str, str]:
    """The tags of a standard, valid by its dates, and of an item it was used on last."""
    with arrange():
        labs.lab()
        weight = assets.asset(name="Quả cân", schedules=[assets.schedule()])
        make.used(weight, TODAY - timedelta(days=9))
        item = assets.asset(name="Cân bàn", kind=Kind.INSTRUMENT)
        make.used(item, TODAY - timedelta(days=5), weight)
        return weight.tag, item.tag


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"doubt": Doubt.RECALL}, "Bị triệu hồi"),
        ({"doubt": Doubt.IN_DOUBT}, "Đang nghi ngờ"),
        ({"contradicted": True}, "Hồ sơ mâu thuẫn"),
    ],
)
def test_what_is_doubted_is_nowhere_plainly_good(technician, arrange, tags, said, word):
    standard, item = tags
    pages = ("/assets", "/assets?q=qua+can", f"/assets/{standard}", f"/s/{standard}")
    pages = (*pages, f"/assets/{item}/calibrations/new", f"/assets/{item}/calibrations/new/standards?on={TODAY}")
    for mended in (True, False):
        if not mended:
            with arrange():
                db.session.execute(update(Asset).where(Asset.tag == standard).values(said))
        for address in pages:
            page = technician.pages.get(address).text
            greens = [text for text in GREEN.findall(page) if "òn hiệu lực" in text]
            assert (bool(greens), f"</svg>{word}</span>" in page) == (mended, not mended), address


def test_a_scan_leads_to_the_case_whoever_may_read_it(technician, client, arrange, tags):
    standard, item = tags
    with arrange():
        weight = db.session.scalars(select(Asset).where(Asset.tag == standard)).one()
        make.failed(weight, TODAY, make.point("1000", "0.7", limit="0.1"))
    leads = re.compile(r'<a href="/cases/\d+(/concerned)?">')
    assert leads.search(technician.pages.get(f"/s/{item}").text)
    shown = client.get(f"/s/{item}").text
    assert ("verdict-doubt" in shown, "/cases/" in shown) == (True, False)
