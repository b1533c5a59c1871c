"""Nothing on a label overlaps, leaves it or touches the quiet zone, whatever it says and whatever it is printed on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.assets import tags
from registry.assets.labels import codes, layout, media
from registry.assets.labels.layout import Box, Content
from registry.kernel import fonts
from registry.kernel.errors import Invalid
from registry.kernel.fonts import Face

BASES = ("http://a.vn", "https://registry.example.vn", "https://so-dang-ky-do-luong.thainguyen.example.gov.vn")
NEARLY = 1e-6
VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyÁẰỆỖỮỴ 0123456789-()ΩαµΔ漢\N{GRINNING FACE}"
words = st.text(VIETNAMESE, min_size=1, max_size=120).map(fonts.clean).filter(bool)
contents = st.builds(
    Content,
    tag=st.text(tags.ALPHABET, min_size=10, max_size=10).map(lambda body: body + tags.check_character(body)),
    name=st.none() | words | st.just("Nghiêng" * 30),
    others=st.lists(words, max_size=3).map(tuple),
)
any_medium = pytest.mark.parametrize("medium", media.MEDIA.values(), ids=media.MEDIA)


def inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x - NEARLY
        and inner.y >= outer.y - NEARLY
        and inner.x + inner.width <= outer.x + outer.width + NEARLY
        and inner.y + inner.height <= outer.y + outer.height + NEARLY
    )


def overlap(one: Box, other: Box) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > NEARLY and down > NEARLY


def three_mm(text: str) -> float:
    return layout.ems(text, Face.REGULAR, 3)


def whole(medium: media.Medium) -> Box:
    edge = medium.margin
    return Box(edge, edge, medium.width - 2 * edge, medium.height - 2 * edge)


def drawn(line: layout.Line) -> Box:
    top = line.y - layout.ASCENT * line.size
    return Box(line.x, top, layout.ems(line.text, line.face, line.size), (layout.ASCENT + layout.DESCENT) * line.size)


@any_medium
@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("wanted", range(6))
def test_a_code_can_be_read_and_keeps_its_quiet_zone_inside_the_label(medium, base, wanted):
    arrangement = layout.arrange(medium, base, wanted)
    modules = arrangement.codes.side + 2 * arrangement.codes.quiet
    assert arrangement.module >= layout.SMALLEST_MODULE
    assert arrangement.module / medium.dot == pytest.approx(round(arrangement.module / medium.dot))
    assert arrangement.code.width >= modules * arrangement.module - NEARLY
    assert inside(arrangement.code, whole(medium))
    assert arrangement.codes.quiet == (4 if isinstance(arrangement.codes, codes.QrCodes) else 1)


@any_medium
@settings(max_examples=30)
@given(content=contents)
def test_texts_stay_in_their_place(medium, content):
    arrangement = layout.arrange(medium, BASES[1], 5)
    boxes = [drawn(line) for line in layout.lines(arrangement, content, layout.ems)]
    assert all(inside(box, whole(medium)) for box in boxes)
    assert not any(overlap(box, arrangement.code) for box in boxes)
    assert not any(overlap(one, other) for place, one in enumerate(boxes) for other in boxes[place + 1 :])


@any_medium
def test_the_tag_stands_on_every_label_that_has_room_for_letters(medium):
    arrangement = layout.arrange(medium, BASES[1], 5)
    said = "".join(line.text for line in layout.lines(arrangement, Content("7KQ2M3XA9RP", "Cân"), layout.ems))
    assert ("7KQ2-M3XA-9RP" in said) is (medium.height > 10 or medium.width > 10)


def test_only_tiny_labels_have_a_data_matrix():
    kinds = {name: type(layout.arrange(medium, BASES[1], 5).codes) for name, medium in media.MEDIA.items()}
    tiny = {name for name, kind in kinds.items() if kind is codes.DataMatrixCodes}
    assert tiny == {name for name, medium in media.MEDIA.items() if medium.height <= 10}


def test_what_is_least_important_is_left_out_first():
    arrangement = layout.arrange(media.medium("thermal-25x10-203"), BASES[1], 5)
    content = Content("7KQ2M3XA9RP", "Cân", ("Hạn 31/12/2027", "SN 1", "Trung tâm"))
    said = [line.text for line in layout.lines(arrangement, content, layout.ems)]
    assert arrangement.rows < 5
    assert said[:3] == ["7KQ2-M3XA-9RP", "Cân", "Hạn 31/12/2027"]
    assert "Trung tâm" not in said


def test_a_name_is_broken_between_words_and_ends_in_an_ellipsis():
    found = layout.wrapped("Đồng hồ nước lạnh DN15 cấp chính xác 2", 30, 2, three_mm)
    assert found[0] == "Đồng hồ nước lạnh"
    assert found[1].endswith("…")
    assert all(three_mm(line) <= 30 for line in found)


@pytest.mark.parametrize("width", [0.1, 1, 5])
def test_a_word_without_room_is_broken_without_end(width):
    assert len(layout.wrapped("X" * 50, width, 3, three_mm)) <= 3


@any_medium
def test_labels_do_not_overlap_and_lie_on_the_page(medium):
    width, height = medium.page
    places = [Box(*medium.place(number), medium.width, medium.height) for number in range(medium.per_page)]
    assert all(inside(place, Box(0, 0, width, height)) for place in places)
    assert not any(overlap(one, other) for number, one in enumerate(places) for other in places[number + 1 :])


def test_a_tape_is_cut_to_a_length_and_nothing_else_is():
    assert media.medium("tape-62", 120).page == (120, 62)
    for name, length in (("tape-62", 5), ("tape-62", 5000), ("a4-3x8", 60), ("thermal-50x30-203", 60)):
        with pytest.raises(Invalid):
            media.medium(name, length)
    with pytest.raises(Invalid, match="a4-3x8"):
        media.medium("a5")


def test_letters_that_no_font_has_are_shown_as_such():
    assert [run.file for run in fonts.runs("10 kΩ 漢", Face.REGULAR)] == [
        "BeVietnamPro-Regular",
        "DejaVuSans",
        "BeVietnamPro-Regular",
        "DejaVuSans",
    ]
    assert fonts.runs("漢", Face.BOLD)[0].text == fonts.UNKNOWN
    assert fonts.runs("", Face.BOLD) == []
    assert fonts.clean(" De\u0302\u0301m \n hai ") == "Dếm hai"


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("name", "share"), [("a4-2x4", 0.6), ("tape-62", 0.6), ("tape-50", 0.6), ("thermal-100x50-203", 0.6)]
)
def test_a_large_label_has_a_large_code_and_large_letters(name, share, base):
    medium = media.medium(name)
    arrangement = layout.arrange(medium, base, 5)
    assert arrangement.code.height >= share * medium.height
    assert arrangement.body_size >= 3
    assert arrangement.rows == 5


def test_an_owner_too_long_for_a_line_takes_more_where_there_is_room():
    arrangement = layout.arrange(media.medium("a4-2x4"), BASES[1], 5)
    owner = "Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng"
    content = Content("7KQ2M3XA9RP", "Cân", ("Hạn 31/12/2027", "SN 1", owner))
    said = [line.text for line in layout.lines(arrangement, content, layout.ems)]
    assert " ".join(said).endswith(owner)
    assert said[-1] != owner


def test_a_name_takes_the_lines_that_are_free_before_it_is_cut():
    arrangement = layout.arrange(media.medium("a4-2x4"), BASES[1], 5)
    name = "Bộ quả cân chuẩn F1 (1 mg đến 500 mg) trong hộp gỗ, thẻ kho số 0142"
    content = Content("7KQ2M3XA9RP", name, ("Hạn 31/12/2027", "Số 1", "Trung tâm"))
    said = [line.text for line in layout.lines(arrangement, content, layout.ems)]
    assert name in " ".join(said)
    assert said[-3:] == ["Hạn 31/12/2027", "Số 1", "Trung tâm"]
    assert len(said) > 1 + 2 + 3


@pytest.mark.parametrize("name", ["a4-3x8", "a4-4x12", "a4-5x13", "tape-24", "thermal-40x20-203"])
def test_text_is_set_smaller_before_a_name_or_an_owner_is_cut(name):
    arrangement = layout.arrange(media.medium(name, 60 if name == "tape-24" else None), BASES[1], 5)
    said = ("Bộ quả cân chuẩn F1 (1 mg đến 200 g)", "Hạn 27/07/2027", "Số F1-0287", "Trung tâm Kỹ thuật Đo lường (mẫu)")
    _tag, *body = layout.lines(arrangement, Content("7KQ2M3XA9RP", said[0], said[1:]), layout.ems)
    assert " ".join(line.text for line in body) == " ".join(said)
    (size,) = {line.size for line in body}
    assert layout.LEAST_SHARE * arrangement.body_size <= size <= arrangement.body_size


def test_what_is_too_long_at_any_size_keeps_the_arranged_one_and_is_cut():
    arrangement = layout.arrange(media.medium("a4-3x8"), BASES[1], 5)
    content = Content("7KQ2M3XA9RP", "Máy đo " * 60, ("Hạn 27/07/2027", "Số 1", "Trung tâm"))
    _tag, *body = layout.lines(arrangement, content, layout.ems)
    assert ({line.size for line in body}, body[-4].text[-1]) == ({arrangement.body_size}, "…")
    assert [line.text for line in body[-3:]] == ["Hạn 27/07/2027", "Số 1", "Trung tâm"]
