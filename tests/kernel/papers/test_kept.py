"""A document that was kept is made again, byte for byte, and its digest is that of what it says."""

import json
from datetime import date
from decimal import Decimal

import pytest

from registry.kernel.canonical import digest_of
from registry.kernel.papers import docx, pdf
from registry.kernel.papers.kept import again, kept, pictures
from registry.kernel.papers.paper import Language, Paragraph
from tests.make import papers


def digest(paper):
    return digest_of(kept(paper))


@pytest.mark.parametrize("make", [papers.minutes, papers.report])
def test_what_was_kept_is_the_same_document(make):
    paper = make()
    found = again(json.loads(json.dumps(kept(paper))), pictures(paper).__getitem__)
    assert docx.document(found) == docx.document(paper)
    assert pdf.document(found) == pdf.document(paper)
    assert digest(found) == digest(paper)


def test_the_digest_is_the_same_on_every_machine():
    paper = papers.paper(papers.table([("a", Decimal("0.10"), date(2024, 2, 29), None, 1)], *"abcde"))
    assert digest(paper) == "e7e76fe4455450fa9b5ed075b40c5a900c6e15c3b2b3f83b7382cc901fb88915"


@pytest.mark.parametrize(
    "other",
    [
        papers.report()._replace(subject="Khác"),
        papers.report()._replace(language=Language.ENGLISH),
        papers.report()._replace(basis=()),
        papers.report()._replace(blocks=(papers.RESULTS._replace(rows=[*papers.RESULTS.rows[:-1], (None,) * 11]),)),
    ],
)
def test_another_document_has_another_digest(other):
    assert digest(other) != digest(papers.report())


def test_a_number_and_a_text_and_the_digits_of_a_number_are_different():
    said = [papers.paper(papers.table([(one,)], "a")) for one in (Decimal("0.1"), Decimal("0.10"), "0.1", 1, "1", True)]
    assert len({digest(one) for one in said}) == len(said)


def test_a_picture_is_kept_by_its_digest():
    ((key, content),) = pictures(papers.minutes()).items()
    assert content == papers.photograph()
    assert key in json.dumps(kept(papers.minutes()))
    assert digest(papers.minutes()) != digest(papers.paper())


@pytest.mark.parametrize(
    "held", [{}, {"kind": "Paragraph", "of": {"text": "x"}}, {"kind": "Path", "of": {}}, [], {"number": "x"}]
)
def test_what_is_no_document_is_refused(held):
    with pytest.raises(ValueError, match="no document"):
        again(held, {}.__getitem__)


def test_a_text_that_looks_like_something_kept_is_a_text():
    paper = papers.paper(Paragraph('{"day": "2026-01-01"}'))
    assert again(kept(paper), {}.__getitem__) == paper
