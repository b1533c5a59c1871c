"""The catalogues: every message of sources and templates is said in Vietnamese, with the same values in it."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from tests.sources import PACKAGE, ROOT

VALUE = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
REMEDY = "run `make catalogues` and translate what is empty"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What sources and templates say, in English."""
    collected = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    settings = ["-F", str(ROOT / "pyproject.toml"), "-o", str(collected)]
    CommandLineInterface().run(["pybabel", "-q", "extract", *settings, str(ROOT)])
    return read(collected)


@pytest.fixture(scope="module")
def vietnamese() -> Catalog:
    return read(PACKAGE / "translations/vi/LC_MESSAGES/messages.po")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def forms(said_or_translated: object) -> list[str]:
    """A message's text, or each of its plural forms."""
    return (
        [str(form) for form in said_or_translated]
        if isinstance(said_or_translated, list | tuple)
        else [str(said_or_translated)]
    )


def values_in(texts: list[str]) -> set[str]:
    return {name or place for text in texts for name, place in VALUE.findall(text)}


def messages(catalogue: Catalog) -> dict[object, Message]:
    return {message.id: message for message in catalogue if message.id}


def test_every_message_is_translated(said, vietnamese):
    known = messages(vietnamese)
    untranslated = [
        str(id_) for id_ in messages(said) if id_ not in known or known[id_].fuzzy or not forms(known[id_].string)[0]
    ]
    assert untranslated == [], REMEDY


def test_no_translation_outlives_its_message(said, vietnamese):
    assert sorted(map(str, messages(vietnamese).keys() - messages(said).keys())) == [], REMEDY


def test_translations_hold_the_values_of_their_messages(vietnamese):
    wrong = []
    for id_, message in messages(vietnamese).items():
        translated = [form for form in forms(message.string) if form]
        if translated and values_in(translated) != values_in(forms(id_)[-1:]):
            wrong.append(str(id_))
    assert wrong == []


REPEATED = re.compile(r"(.{3,}?)\s*\1", re.DOTALL)


def repeats_itself(text: str) -> bool:
    """Whether a text, or a sentence in it, stands twice in a row."""
    return REPEATED.fullmatch(text) is not None or re.search(r"(.{25,}[.;?!])\s*\1", text, re.DOTALL) is not None


def test_no_translation_stands_twice_in_its_message(vietnamese):
    assert repeats_itself("Hãy lập lại báo cáo.Hãy lập lại báo cáo.")
    assert repeats_itself("Kế hoạch số 1. Hãy lập lại báo cáo của năm. Hãy lập lại báo cáo của năm.")
    assert not repeats_itself("Xem")
    wrong = [form for id_, one in messages(vietnamese).items() for form in forms(one.string) if repeats_itself(form)]
    assert wrong == []


PEOPLES = "registry/web/templates/inspection/"  # there the certificates are of people (Circular 28/2013/TT-BKHCN)


@pytest.mark.parametrize(
    ("is_wrong", "remedy"),
    [
        (r"[Cc]hứng chỉ", "a certificate of results is a “giấy chứng nhận” (Law on Measurement; ISO/IEC 17025, 7.8)"),
        (r"[Ss]ê-ri", "a serial number is a “số chế tạo”, as the forms of the law call it"),
        (r"[Đđ]ơn vị sở hữu", "an owner is a “chủ sở hữu”, whoever it is"),
        (r"[Kk]hoảng đo", "a measuring range is a “phạm vi đo”"),
        (r"Nhập lịch sử", "what is brought in are records: “nhập hồ sơ”"),
        (r"E_n", "the score is Eₙ"),
        (r"(?<![^\s(“])-\d", "a number below zero has the minus sign −"),
    ],
)
def test_one_word_and_one_sign_for_one_thing(vietnamese, is_wrong, remedy):
    found = [
        str(message.id)
        for message in messages(vietnamese).values()
        if any(re.search(is_wrong, text) for text in [*forms(message.id), *forms(message.string)])
        and not all(file.startswith(PEOPLES) for file, _line in message.locations)
    ]
    assert found == [], remedy
