"""Who did the work: a person is known however their name is written, and nobody else is."""

import pytest

from registry.calibration.doers import names


@pytest.mark.parametrize(
    ("said", "same"),
    [
        (None, False),
        ("", False),
        ("Nguyễn Văn An", True),
        ("nguyen van an", True),
        ("Trần Bình và Nguyễn Văn An", True),
        ("Trần Bình / Nguyễn Văn An (KĐV)", True),
        ("AN@example.vn", True),
        ("An Nguyễn Văn", True),
        ("An, Nguyễn Văn", True),
        ("Ông Nguyễn Văn An (KĐV)", True),
        ("TS. Nguyễn Văn An – kiểm định viên", True),
        ("PGS.TS Nguyễn Văn An", True),
        ("KĐV: Nguyễn-Văn-An", True),
        ("Kiểm định viên Nguyễn Văn An, số thẻ 123", True),
        ("Nguyễn Văn\u200b An KTV", True),
        ("[Nguyễn Văn An]", True),
        ("Nguyễn Văn Anh", False),
        ("Trần Bình", False),
        ("Nguyễn An", False),
        ("Nguyễn Văn An Bình", False),
        ("Nguyễn Văn Bình, Trần An", False),
        ("(), / –", False),
    ],
)
def test_a_person_is_known_by_name_or_address_among_those_who_did_the_work(said, same):
    assert names(said, "Nguyễn Văn An", "an@example.vn") is same


@pytest.mark.parametrize(
    ("said", "name", "same"),
    [
        ("Quản Hà Thị", "Hà Thị Quản", True),
        ("Bà Hà Thị Quản (KĐV)", "Hà Thị Quản", True),
        ("Hà Thị Quản", "TS. Hà Thị Quản", True),
        ("Anh Trần Hoàng Anh", "Trần Hoàng Anh", True),
        ("Trần Hoàng", "Trần Hoàng Anh", False),
        ("Trần Hoàng Anh", "Trần Hoàng", False),
    ],
)
def test_titles_are_no_part_of_a_name_but_what_sounds_like_one_at_its_end_is(said, name, same):
    assert names(said, name, "somebody@example.vn") is same
