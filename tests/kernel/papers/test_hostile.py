"""Whatever is said in it, it is a document: markup is text, what cannot be seen is gone, accents are composed."""

import unicodedata
from datetime import date
from decimal import Decimal
from io import BytesIO

import docx as foreign
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.errors import Invalid
from registry.kernel.papers import docx, pdf
from registry.kernel.papers.letters import letters
from registry.kernel.papers.paper import Annex, Facts, Head, Items, Paper, Paragraph, Picture, Section, Signature, Span
from tests.make import papers

MARKUP = "<w:t>&amp;</w:t> ]]> <b>đậm</b> {{ x }} %(x)s \"'"
LONG = "Ặ" * 10_000
BAD = "a\x00b\x0bc\ud800d\ufffee\u202ef\u200bg\x85h"


def everywhere(text):
    """A document that says a text in every place there is."""
    table = papers.table([(text, text), (None, Decimal(1))], text, text, caption=text)
    grouped = table._replace(columns=tuple(column._replace(group=text) for column in table.columns))
    picture = Picture(papers.photograph(20, 20), text, text)
    blocks = (Paragraph((Span(text, bold=True), Span(text))), Items((text,)), Facts(((text, text),)), table, grouped)
    return Paper(
        Head(text, text, text, text, date(2024, 2, 29)),
        text,
        text,
        (Section(text, (*blocks, Section(text, (picture,)))),),
        basis=(text,),
        signatures=(Signature(text, text, text),) * 2,
        recipients=(text,),
        annexes=(Annex(text, blocks, text, landscape=True),),
    )


def texts(paper):
    found = foreign.Document(BytesIO(docx.document(paper)))
    document = pypdfium2.PdfDocument(pdf.document(paper))
    return [
        "\n".join(found.element.body.xpath(".//w:t/text()")),
        "\n".join(page.get_textpage().get_text_bounded() for page in document),
    ]


@pytest.mark.parametrize("text", [MARKUP, BAD, "", "\n\n", "😀 مرحبا שלום ﷺ 𝔘"])
def test_every_text_is_set_in_every_place(text):
    assert all(texts(everywhere(text)))


def test_markup_is_text():
    assert all(MARKUP in said for said in texts(papers.paper(Paragraph(MARKUP))))


@pytest.mark.parametrize(
    "paper",
    [
        papers.paper(Paragraph(LONG)),
        papers.paper(papers.table([(1, LONG)], "TT", "Nội dung")),
        papers.paper(recipients=(LONG[:3000],)),
    ],
    ids=["paragraph", "cell", "recipients"],
)
def test_a_word_that_is_longer_than_a_page_is_all_there(paper):
    in_docx, in_pdf = texts(paper)
    assert in_docx.count("Ặ") >= 3000
    assert in_pdf.count("Ặ") == in_docx.count("Ặ")


@pytest.mark.parametrize(
    ("given", "set_"),
    [
        (BAD, "ab\ncdefg\nh"),
        (unicodedata.normalize("NFD", "Đường Nguyễn Huệ"), "Đường Nguyễn Huệ"),
        ("  a \t b  \n c ", "a b\nc"),
        ("10\N{NO-BREAK SPACE}kg", "10\N{NO-BREAK SPACE}kg"),
        ("a  b", "a b"),
    ],
)
def test_letters_are_those_that_can_be_printed(given, set_):
    assert letters(given) == set_


@given(st.text())
def test_letters_once_is_enough_and_xml_can_hold_them(text):
    found = letters(text)
    assert letters(found) == found
    assert all(letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs"} for letter in found)


def test_a_picture_that_is_none_is_refused():
    for make in (docx.document, pdf.document):
        with pytest.raises(Invalid):
            make(papers.paper(Picture(b"GIF89a?", "x")))
