"""Pages of procedures: written, changed in a next version, retired; what was refused is drawn as it was typed."""

import pytest

from registry.calibration.procedures import actions
from tests.make import procedures as make
from tests.people import CENTRE

FORM = {
    "code": "QT-01",
    "kind": "calibration",
    "owner": CENTRE,
    "title_vi": "Hiệu chuẩn cân",
    "limits": "asset_mpe",
    "setpoints-0-quantity": "Khối lượng",
    "setpoints-0-unit": "g",
    "setpoints-0-nominal": "0,50",
    "setpoints-0-repetitions": "3",
    "setpoints-0-stage": "as_found",
    "setpoints-1-repetitions": "1",
    "setpoints-1-stage": "as_found",
    "environment-0-quantity": "Nhiệt độ",
    "environment-0-unit": "°C",
    "environment-0-low": "18,5",
}


def test_one_is_written_and_its_next_version_starts_with_what_it_says(keeper):
    added = keeper.pages.post("/procedures/new?lang=vi", data=FORM)
    assert added.status_code == 302, added.text
    address = added.headers["Location"]
    shown = keeper.pages.get(address).text
    assert ("0,50 g" in shown, "18,5 °C" in shown, "phiên bản 1" in shown) == (True, True, True)
    form = keeper.pages.get(f"{address}/edit").text
    assert ('value="0,50"' in form, 'value="18,5"' in form, 'name="version" value="1"' in form) == (True, True, True)
    changed = {name: said for name, said in FORM.items() if name not in {"code", "kind", "owner"}} | {"version": "1"}
    assert keeper.pages.post(f"{address}/edit", data=changed | {"note": "Mới"}).status_code == 302
    assert "phiên bản 2" in keeper.pages.get(address).text
    stale = keeper.pages.post(f"{address}/edit", data=changed | {"note": "Cũ"})
    assert stale.status_code == 409
    assert "Cũ" in stale.text


def test_what_is_refused_is_drawn_again_beside_the_row_it_is_of(keeper):
    wrong = FORM | {"setpoints-0-percent_of_range": "50", "environment-0-high": "15", "types": "Không có"}
    refused = keeper.pages.post("/procedures/new?lang=vi", data=wrong)
    assert refused.status_code == 422
    for shown in ('id="f-setpoints-0-percent_of_range-fault"', 'value="0,50"', "Không có"):
        assert shown in refused.text
    only_terms = keeper.pages.post("/procedures/new?lang=vi", data=FORM | {"types": "Không có"})
    assert 'id="f-types-fault"' in only_terms.text


@pytest.mark.parametrize(("name", "status"), [("keeper", 302), ("technician", 403), ("stranger", 404)])
def test_who_may_retire_one_and_it_says_why(people, arrange, name, status):
    with arrange():
        key = make.procedure().id
    browser = getattr(people, name).pages
    assert browser.post(f"/procedures/{key}/retire", data={"reason": "Có ĐLVN mới"}).status_code == status
    assert ("Có ĐLVN mới" in people.technician.pages.get(f"/procedures/{key}").text) is (status == 302)


def test_a_retired_one_is_not_changed(keeper, arrange):
    with arrange():
        row = make.procedure()
        actions.retire(row, reason="Cũ", by=None)
        key = row.id
    assert keeper.pages.get(f"/procedures/{key}/edit").status_code == 409
    assert f'href="/procedures/{key}"' in keeper.pages.get("/procedures?state=retired").text
    assert f'href="/procedures/{key}"' not in keeper.pages.get("/procedures").text
