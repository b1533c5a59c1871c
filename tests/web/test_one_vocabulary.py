"""What the headings of a sheet say is what the forms, lists and histories say of the same field, in both languages."""

import html
import re

import pytest

from registry.assets.exchange.belonging_words import BELONGINGS
from registry.assets.exchange.columns import vocabulary as of_assets
from registry.assets.exchange.words import CHARACTERISTICS, CLASSES, FIELDS, KINDS, STATUSES
from registry.assets.lists import words as lists
from registry.assets.lists.rules import Column
from registry.assets.lists.words import word
from registry.calibration.exchange.columns import vocabulary as of_records
from registry.kernel.i18n import speaking
from registry.kernel.text import fold
from registry.web.history_words import FIELDS as HISTORY

LABEL = re.compile(r'<label for="f-(?:characteristics-0-)?([a-z_]+)">(.*?)(?: <span|</label>)', re.DOTALL)
NOT_IN_THE_FORM = {"tag", "status_reason", "kind"}  # the kind is a legend


def said(one, locale):
    return one.vi if locale == "vi" else one.en


def labels(caller, address, locale):
    found = caller.pages.get(f"{address}?lang={locale}").text
    return {name: html.unescape(text).strip() for name, text in LABEL.findall(found)}


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_sheet_and_the_form_of_an_asset_call_a_field_the_same(technician, locale):
    shown = labels(technician, "/assets/new", locale)
    asked = [one for one in (*FIELDS, *CHARACTERISTICS) if one.key not in NOT_IN_THE_FORM]
    assert {one.key: said(one, locale) for one in asked} == {one.key: shown[one.key] for one in asked}


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_sheet_calls_fields_and_values_what_lists_and_histories_call_them(app, locale):
    with app.app_context(), speaking(locale):
        known = {one.key: said(one, locale) for one in FIELDS}
        columns = {one.value: lists.heading(one) for one in Column if one.value in known}
        history = {key: str(HISTORY[key]) for key in known}
        values = [(value, vi if locale == "vi" else en) for value, vi, en in (*KINDS, *STATUSES, *CLASSES)]
        assert {key: known[key] for key in columns} == columns
        assert known == history
        assert values == [(value, word(value)) for value, _name in values]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_sheet_calls_what_belongs_to_a_material_as_its_page_does_with_what_it_belongs_to(technician, locale):
    register = {"name": "pH", "owner": "TTDL", "kind": "reference_material", "status": "in_service"}
    tag = technician.pages.post("/assets/new", data=register).headers["Location"].rsplit("/", 1)[1]
    page = technician.pages.get(f"/assets/{tag}/material?lang={locale}").text
    shown = dict(re.findall(r'<label for="f-(?:certified_values-0-)?([a-z_]+)">([^<]+?) ?<', page))
    on_page = [one for one in BELONGINGS if one.key.startswith("material.") and one.key != "material.remaining"]
    for one in on_page:
        assert fold(html.unescape(shown[one.key.rpartition(".")[2]])) in fold(said(one, locale)), one.key


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Số sê-ri / Serial number", "serial_no"),
        ("Số chế tạo", "serial_no"),
        ("Đơn vị sở hữu", "owner"),
        ("Chủ sở hữu / Owner", "owner"),
        ("Khoảng đo từ 1", "characteristics.0.range_low"),
        ("Khoảng đo đến 2", "characteristics.1.range_high"),
    ],
)
def test_a_sheet_under_the_headings_of_before_is_still_understood(heading, key):
    kinds = [of_assets] if key.startswith("characteristics") else [of_assets, of_records]
    assert {kind().meant_by(heading).key for kind in kinds} == {key}
