"""LibreOffice opens a DOCX and prints what the PDF says; where it is missing, python-docx alone has read the file."""

import os
import re
import shutil
import subprocess

import docx as foreign
import pypdfium2
import pytest

from registry.kernel.papers import docx, pdf
from registry.kernel.papers.flow import MM
from tests.make import papers

LONG = "Ặ" * 5000
OFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: no DOCX was opened in it")


def printed(content):
    document = pypdfium2.PdfDocument(content)
    sizes = [tuple(round(side / MM) for side in page.get_size()) for page in document]
    return sizes, [page.get_textpage().get_text_bounded() for page in document]


def test_it_prints_the_same_words_on_the_same_kinds_of_pages(tmp_path):
    made = {"minutes": papers.minutes(), "report": papers.report()}
    for name, paper in made.items():
        (tmp_path / f"{name}.docx").write_bytes(docx.document(paper))
    (tmp_path / "tall.docx").write_bytes(docx.document(papers.paper(papers.table([(1, LONG)], LONG, "b"))))
    files = [str(tmp_path / f"{name}.docx") for name in (*made, "tall")]
    asked = [OFFICE, f"-env:UserInstallation={(tmp_path / 'home').as_uri()}", "--headless", "--convert-to", "pdf"]
    surroundings = os.environ | {"HOME": str(tmp_path)}
    subprocess.run([*asked, "--outdir", str(tmp_path), *files], check=True, capture_output=True, env=surroundings)
    _sizes, tall = printed((tmp_path / "tall.pdf").read_bytes())
    assert squeezed(tall).count("Ặ") == 2 * len(LONG)
    for name, paper in made.items():
        sizes, texts = printed((tmp_path / f"{name}.pdf").read_bytes())
        wanted_sizes, wanted = printed(pdf.document(paper))
        assert set(sizes) == set(wanted_sizes)
        numbers = [text.split()[0] for text in texts[1:]]
        assert numbers == [str(page) for page in range(2, len(texts) + 1)]
        said = squeezed([text.replace(number, "", 1) for text, number in zip(texts, ["", *numbers], strict=True)])
        assert set(said) == set(squeezed(wanted))
        texts_of_docx = (
            one.xpath("string()") for one in foreign.Document(tmp_path / f"{name}.docx").element.xpath("//w:p")
        )
        assert [text for text in texts_of_docx if squeezed([text]) not in said] == []


def squeezed(texts):
    """The letters without spaces: where lines end depends on the fonts there are."""
    return re.sub(r"\s", "", "".join(texts).replace("\x02", "-"))
