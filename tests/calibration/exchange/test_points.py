"""Points of records from sheets: how their numbers are read, and what they say against what a record declares."""

import re
from decimal import Decimal

from sqlalchemy import select

from registry.calibration.exchange import actions
from registry.calibration.models import Calibration
from registry.calibration.rules import Outcome
from registry.kernel.db import db
from registry.sheets.models import Mode
from registry.sheets.schemas import notes_of
from tests.make import history as make


def records():
    db.session.expire_all()
    return list(db.session.scalars(select(Calibration).order_by(Calibration.performed_on)))


def test_what_is_declared_good_while_its_points_fail_is_in_doubt_until_it_is_taken_back(scale, known):
    bad = {"nominal": "100", "reference": "100", "indication": "100,5", "expanded_uncertainty": "0,001", "unit": "g"}
    found = make.imported(make.text(make.row(scale.tag, "13/03/2026") | bad))
    db.session.refresh(scale)
    assert (records()[0].outcome, records()[0].recomputed, scale.contradicted) == (Outcome.PASS, Outcome.FAIL, True)
    actions.ask_undo(found, by=None)
    actions.undo(found, step=db.session.commit)
    db.session.refresh(scale)
    assert not scale.contradicted


def test_limits_of_points_are_taken_and_what_they_contradict_is_noted_and_recorded_as_declared(scale, known):
    point = {"nominal": "100", "reference": "100", "indication": "100,2", "unit": "g"}
    limits = ({"lower_limit": "-0,5", "upper_limit": "0,5"}, {"lower_limit": "-0,1", "upper_limit": "0,1"})
    rows = [make.row(scale.tag, f"15/03/202{place}") | point | one for place, one in enumerate(limits)]
    rows += [make.row(scale.tag, "15/03/2022", outcome="Không đạt") | point | limits[1]]
    found = make.checked(make.text(*rows))
    good, bad, failed = make.judged(found)
    assert (found.counted, found.unread, good.notes, failed.notes) == ({"new": 3}, [], None, None)
    assert re.match("It declares “Pass”, and its points say “Fail”.", notes_of(bad)[0])
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    actions.apply(found, step=db.session.commit)
    db.session.commit()
    said = [(one.outcome, one.recomputed, one.points[0].upper_limit) for one in records()]
    assert said == [
        (Outcome.PASS, Outcome.PASS, Decimal("0.5")),
        (Outcome.PASS, Outcome.FAIL, Decimal("0.1")),
        (Outcome.FAIL, Outcome.FAIL, Decimal("0.1")),
    ]
    assert [len(one.notes or ()) for one in make.judged(found)] == [0, 1, 0]


def test_limits_around_the_value_of_a_point_are_no_limits_of_its_error(scale, known):
    point = {"nominal": "100", "indication": "100,2", "unit": "g", "lower_limit": "99,9", "upper_limit": "100,1"}
    found = make.checked(make.text(make.row(scale.tag, "15/03/2022") | point))
    assert ["limits of" in why or "of its error" in why for why in make.wrong(found).values()] == [True]
    one_sided = point | {"lower_limit": "0,05", "upper_limit": "0,2"}
    assert make.checked(make.text(make.row(scale.tag, "15/03/2022") | one_sided)).counted == {"new": 1}


def test_a_sheet_that_writes_decimals_in_two_ways_is_read_only_where_they_are_beyond_doubt(scale, known):
    point = {"nominal": "100.1", "reference": "100.1", "indication": "100.1", "unit": "g"}
    doubtful = {"nominal": "1.234", "reference": "1.234", "indication": "1.234,1", "unit": "g"}
    rows = [make.row(scale.tag, "15/03/2024") | point, make.row(scale.tag, "15/03/2025") | doubtful]
    found = make.checked(make.sheets.workbook(*make.lines(*rows)))
    wrong = make.wrong(found)
    assert (found.counted, list(wrong)) == ({"new": 1, "error": 1}, ["points.nominal G3", "points.reference H3"])
    assert all("as 1234 or as 1.234" in why and "both with a comma and with a dot" in why for why in wrong.values())


def test_numbers_and_stages_are_read_as_vietnamese_certificates_and_the_form_write_them(scale, known):
    headings = ["Mã nhãn", "Loại công việc", "Ngày thực hiện", "Tổ chức thực hiện", "Số giấy chứng nhận", "Đơn vị đo"]
    headings += ["Giá trị chuẩn / Reference value", "Số chỉ", "Giai đoạn"]  # as older templates call them
    first = [scale.tag, "Hiệu chuẩn", "15/03/2024", make.labs.LAB, "GCN 1", "g"]
    stages = ("Ban đầu", "Trước hiệu chỉnh", "as_found", "Sau hiệu chỉnh")
    rows = [[*first, "100", f"100,01{place}", stage] for place, stage in enumerate(stages)]
    found = make.imported(make.sheets.text(headings, *rows, separator=";"))
    assert found.counted == {"new": 1}
    points = [(point.indication, point.stage.value) for point in records()[0].points]
    assert points == [
        (Decimal(f"100.01{place}"), stage)
        for place, stage in enumerate(("as_found", "as_found", "as_found", "as_left"))
    ]
