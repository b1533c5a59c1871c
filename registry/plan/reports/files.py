"""A report as a file: DOCX and PDF, and its tables as XLSX; the same document is the same bytes."""

from collections.abc import Callable, Mapping
from typing import Final

from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.papers import docx, pdf
from registry.kernel.papers.paper import Paper
from registry.sheets import papers

MEDIA_TYPES: Final = {
    "docx": docx.MEDIA_TYPE,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
WRITERS: Final[Mapping[str, Callable[[Paper], bytes]]] = {
    "docx": docx.document,
    "xlsx": papers.workbook,
    "pdf": pdf.document,
}


def written(paper: Paper, form: str) -> bytes:
    """The file; raises NotFound for a form there is none of."""
    if form not in WRITERS:
        raise NotFound(_("There are reports as docx, xlsx and pdf."))
    return WRITERS[form](paper)
