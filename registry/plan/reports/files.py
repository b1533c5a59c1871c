"""A report as a file: DOCX and PDF, and its tables as XLSX; the same document is the same bytes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from flask import Response

from registry.kernel.errors import NotFound
from registry.kernel.files.rules import disposition
from registry.kernel.i18n import _
from registry.kernel.papers import docx, pdf
from registry.kernel.papers.paper import Paper, Table
from registry.sheets import papers

MEDIA_TYPES: Final = {
    "docx": docx.MEDIA_TYPE,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


class Document(NamedTuple):
    """A document, and the tables that only its workbook has."""

    paper: Paper
    further: Sequence[Table] = ()


WRITERS: Final[Mapping[str, Callable[[Document], bytes]]] = {
    "docx": lambda document: docx.document(document.paper),
    "xlsx": lambda document: papers.workbook(document.paper, document.further),
    "pdf": lambda document: pdf.document(document.paper),
}


def written(document: Document, form: str) -> bytes:
    """The file; raises NotFound for a form there is none of."""
    if form not in WRITERS:
        raise NotFound(_("There are reports as docx, xlsx and pdf."))
    return WRITERS[form](document)


def served(document: Document, name: str, form: str) -> Response:
    """The file as an answer, under a name; raises as `written`."""
    headers = {"Content-Disposition": disposition("attachment", f"{name}.{form}")}
    content = written(document, form)
    return Response(content, content_type=MEDIA_TYPES[form], headers=headers)
