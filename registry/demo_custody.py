"""Sample custody and care: one thing is checked out, one at a laboratory, one offered, one overloaded."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from registry.accounts.models import Person
from registry.assets.custody import actions as custody
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.rules import FaultKind
from registry.assets.models import Asset
from registry.kernel import clock

CHECKED_OUT, SHIPPED, OFFERED, OVERLOADED = "BC20-09", "0015-88", "BC05-17", "CK3-002"


def hand_out(samples: Sequence[Asset], receiver: str, by: Person) -> None:
    """Let something happen to some of the samples, found by their serial numbers."""
    today = clock.today()
    found: Mapping[str | None, Asset] = {sample.serial_no: sample for sample in samples}
    custody.move(found[CHECKED_OUT], location="Phòng dung tích", custodian=by.name, by=by)
    custody.check_out(found[CHECKED_OUT], holder=by.name, expected_back_on=today, note="Kiểm tra tại Chợ Mới", by=by)
    custody.ship(found[SHIPPED], lab="Viện Đo lường Việt Nam", expected_back_on=today + timedelta(days=20), by=by)
    custody.offer(found[OFFERED], to=receiver, note="Dùng cho thanh tra xăng dầu", by=by)
    lifecycle.plan_maintenance(found[OVERLOADED], what="Vệ sinh, chỉnh thăng bằng", interval_months=3, by=by)
    text = "Đặt nhầm 5 kg lên cân 3 kg, kim không về 0"
    lifecycle.report_fault(found[OVERLOADED], kind=FaultKind.OVERLOAD, description=text, by=by)
