"""The log on pages of assets, labels, laboratories, calibrations and counts: no stored word, no day of a machine."""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from registry.assets import actions as editing
from registry.assets.custody import actions as custody
from registry.assets.labels import actions as labels
from registry.assets.labels.rules import Revocation
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.rules import CheckKind, CheckResult, FaultKind, UpkeepKind
from registry.assets.materials import actions as materials
from registry.assets.materials.rules import TimeUnit
from registry.assets.rules import Kind, Proof, ScheduleKind, Status
from registry.assets.software import actions as software
from registry.assets.software.rules import SoftwareKind
from registry.assets.stocktake import actions as counting
from registry.calibration import actions as calibrating
from registry.calibration.models import Calibration
from registry.web.history import deed
from registry.web.history_words import DEEDS
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import labs as make_labs
from tests.people import CENTRE, DEPARTMENT, PASSWORD
from tests.sources import calls_in, modules, tree_of

MACHINES_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
STORED_WORD = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[a-z]+\.[a-z_]+\b")
SOON = TODAY + timedelta(days=30)


def logged(page: str) -> str:
    """What the log on a page says, as text with a line for each field."""
    log = page.partition('id="history"')[2].partition("</details>")[0]
    lines = re.sub(r"</?(?:li|p|div|dt)[^>]*>", "\n", re.sub(r"<time[^>]*>", "", log))
    text = html.unescape(re.sub(r"<[^>]+>", "", lines))
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


@pytest.fixture
def asset(technician, keeper, people, arrange) -> str:
    """The tag of an asset to which everything happened."""
    said = {
        "kind": "instrument",
        "location": "Phòng 7",
        "serial_no": "2026-01-02",
        "commissioned_on": "2025-02-03",
        "characteristics": [{"quantity": "Khối lượng", "unit": "kg", "range_high": "1234.50", "mpe": "0.010"}],
        "schedules": [{"kind": "calibration", "interval_months": 12}],
    }
    tag = technician.post("/api/v1/assets", json=make.said(**said)).json["tag"]
    for act in (_edited, _cared_for, _handed, _relabelled):
        with arrange():
            act(calibrating.queries.asset_field(tag, "asset"), people.keeper.person())
    found: str = keeper.get(f"/api/v1/assets/{tag}").json["current_tag"]
    return found


def _edited(asset, by):
    editing.edit(asset, name="Cân khác", characteristics=[{"quantity": "Khối lượng", "unit": "kg"}], by=by)
    editing.prove(asset, ScheduleKind.CALIBRATION, proof=Proof.GOOD, due_on=SOON, performed_on=TODAY, by=by)


def _cared_for(asset, by):
    software.install(asset, kind=SoftwareKind.FIRMWARE, version="2.10", by=by)
    lifecycle.report_fault(asset, kind=FaultKind.OVERLOAD, description="Quá tải", by=by)
    passed = {"kind": CheckKind.RETURN, "requirement": "Về 0", "result": CheckResult.PASS}
    lifecycle.check(asset, **passed, by=by)
    lifecycle.change_status(asset, status=Status.LIMITED_USE, reason="Lệch", restriction="đến 100 kg", by=by)
    lifecycle.record_upkeep(asset, kind=UpkeepKind.ADJUSTMENT, description="Thay kim", by=by)
    line = lifecycle.plan_maintenance(asset, what="Tra dầu", interval_months=6, last_on=TODAY, by=by)
    lifecycle.end_maintenance(asset, line, by=by)


def _handed(asset, by):
    custody.check_out(asset, holder="An", expected_back_on=SOON, by=by)
    custody.check_in(asset, by=by)
    custody.move(asset, location="Kho", by=by)
    custody.offer(asset, to=DEPARTMENT, by=by)
    custody.withdraw(asset, by=by)


def _relabelled(asset, by):
    labels.revoke(asset, because=Revocation.DAMAGED, by=by)


def test_of_an_asset_says_all_that_happened_in_the_readers_language(keeper, asset):
    text = logged(keeper.pages.get(f"/assets/{asset}?lang=vi").text)
    serial = "Số chế tạo\n2026-01-02"
    assert serial in text
    assert MACHINES_DAY.findall(text.replace(serial, "")) == STORED_WORD.findall(text) == []
    for said in (
        "Tình trạng\nCách ly → Sử dụng hạn chế",
        "Đưa vào sử dụng từ\n03/02/2025",
        "Dự kiến nhận lại\n15/07/2026",
        "Hiệu chuẩn: Ngày đến hạn\n15/07/2026",
        "Lý do\nbị hỏng",
        "Chu kỳ hiệu chuẩn (tháng)\n12",
        "1.234,50",
    ):
        assert said in text, (said, text)
    text = logged(keeper.pages.get(f"/assets/{asset}?lang=en").text)
    for said in (
        "Fault reported · Keeper",
        "Status\nQuarantined → Limited use",
        "In service since\n3 Feb 2025",
        "Calibration: Newest result\nNo record → Pass",
        "Kind\nOverload",
        "Kind\nMeasuring instrument",
        "Range to 1\n1,234.50 → (empty)",
    ):
        assert said in text, (said, text)


def test_of_a_material_says_its_days_and_amounts(keeper, people, arrange):
    with arrange():
        material = make.asset(kind=Kind.REFERENCE_MATERIAL, name="Dung dịch pH")
        by = people.keeper.person()
        said = {
            "quantity": Decimal("500.5"),
            "unit": "mL",
            "expires_on": SOON,
            "stable_for": 6,
            "stable_unit": TimeUnit.MONTHS,
        }
        materials.describe(material, **said, by=by)
        materials.draw(material, amount=Decimal("10.25"), by=by)
        tag = material.tag
    text = logged(keeper.pages.get(f"/assets/{tag}?lang=vi").text)
    assert MACHINES_DAY.findall(text) == STORED_WORD.findall(text) == []
    assert "10,25 mL" in text
    assert "15/07/2026" in text


def test_of_a_calibration_and_a_laboratory_say_words_and_days(keeper, technician, arrange, people):
    with arrange():
        lab = make_labs.lab("PTN-2")
        item, standard = make.asset(), make.asset(name="Quả cân chuẩn")
        by = people.keeper.person()
        made: Calibration = calibrating.record(
            asset=item.tag,
            kind="verification",
            performed_on=TODAY,
            lab=lab.code,
            outcome="conditional_pass",
            decision_rule="guard_band",
            certificate_no="GCN-1",
            valid_until=SOON,
            standards=[standard.tag],
            by=by,
        )
        calibrating.void(made, reason="Nhầm", password=PASSWORD, by=by)
        key = made.id
    text = logged(keeper.pages.get(f"/calibrations/{key}?lang=en").text)
    assert MACHINES_DAY.findall(text) == STORED_WORD.findall(text) == []
    for said in ("Kind\nVerification", "Result\nConditional pass", "Status\nIssued → Void", "Valid until\n15 Jul 2026"):
        assert said in text, (said, text)
    page = keeper.pages.get("/labs/PTN-2").text
    etag = keeper.get("/api/v1/labs/PTN-2").headers["ETag"]
    granted = {"body": "BoA", "number": "VILAS 1", "granted_on": "2026-01-02", "valid_until": "2029-01-01"}
    said = {"accreditations": [granted | {"standard": "ISO/IEC 17025", "status": "active"}]}
    said["iso17025_status"] = "accredited"
    changed = keeper.patch("/api/v1/labs/PTN-2", json=said, headers={"If-Match": etag})
    assert changed.status_code == 200, changed.text
    page = logged(keeper.pages.get("/labs/PTN-2?lang=vi").text)
    assert MACHINES_DAY.findall(page) == STORED_WORD.findall(page) == []
    assert "02/01/2026" in page
    assert "→ Được công nhận theo ISO/IEC 17025" in page


def test_of_a_count_says_what_was_counted(keeper, arrange, people):
    with arrange():
        make.asset(location="Kho")
        by = people.keeper.person()
        take = counting.begin(organisation=CENTRE, location="Kho", only_kind="standard", by=by)
        counting.close(take, note="Xong", by=by)
        key = take.id
    text = logged(keeper.pages.get(f"/stocktakes/{key}?lang=en").text)
    assert STORED_WORD.findall(text) == []
    assert "Only this kind\nMeasurement standard" in text


def test_every_action_that_is_written_down_about_a_page_has_a_word():
    pages = ("asset", "material", "label", "calibration", "lab", "instrument_type", "stock_take", "inspection")
    pages += ("inspection_plan", "organisation", "person", "token")
    written = set()
    for path in modules():
        for called, call in calls_in(tree_of(path)):
            if called.rpartition(".")[2] in {"record", "record_all", "record_each", "_kept", "_saved", "put"}:
                said = [argument.value for argument in call.args if hasattr(argument, "value")]
                written |= {one for one in said if isinstance(one, str) and one.partition(".")[0] in pages}
    of_no_page = {"label.make", "label.discard", "label.print", "calibration.flag_overdue", "calibration.discard"}
    assert {one for one in written if "." in one} - DEEDS.keys() == of_no_page


def test_what_has_no_word_is_shown_as_it_is_stored(app):
    class Entry:
        action = "thing.turn"

    with app.app_context():
        assert deed(Entry()) == "thing.turn"
