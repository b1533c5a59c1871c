"""What is adjusted at each calibration: before and after are two lines, which one method knows and another does not."""

from datetime import date

from registry.calibration.rules import Stage
from tests.make import assets as make_assets
from tests.make.calibration import calibration, values


def point(shown, stage=Stage.AS_FOUND):
    return values(nominal="100", indication=shown, lower_limit="-1", upper_limit="1") | {"stage": stage}


def test_a_control_chart_of_what_is_adjusted_each_time_is_refused_with_the_method_that_knows_more(people, arrange):
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()])
        for year in range(2020, 2026):
            both = [point("100.4"), point("100", Stage.AS_LEFT)]
            calibration(made, date(year, 6, 1), adjusted=True, points=both)
        tag = made.tag
    address = f"/api/v1/assets/{tag}/schedules/calibration/reviews"
    refused = people.technician.post(address, json={"method": "control_chart"})
    assert refused.status_code == 409
    assert "Hãy dùng phương pháp biến đổi đo được" in refused.json["detail"]
    assert people.technician.post(address, json={"method": "variables"}).json["numbers"]["changes"] == 5
