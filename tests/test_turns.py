"""The longest tests stand at the head of what each worker is given."""

from pathlib import Path

import pytest

from tests import turns


@pytest.mark.parametrize(
    ("hands", "order"), [(1, "ABCabcdef"), (2, "ACab" + "Bcdef"), (3, "Aab" + "Bcd" + "Cef"), (9, "ABCabcdef")]
)
def test_each_hand_begins_with_its_share_of_the_longest(hands, order):
    longest = {"A": 0, "B": 1, "C": 1}
    assert "".join(turns.dealt("aBbCcdAef", hands, longest.get)) == order


def test_every_name_is_that_of_a_test():
    written = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    names = [name.removesuffix("[") for name in turns.LONGEST]
    assert [name for name in names if f"def {name}" not in written] == []
