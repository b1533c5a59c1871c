"""What may be kept is told from its content; everything else is refused by its own name, with a remedy."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.errors import Invalid
from registry.kernel.files.kinds import media_type
from registry.kernel.files.rules import MAX_BYTES
from tests.make import files as make

HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def open_document(kind: str) -> bytes:
    return make.packed(mimetype=f"application/vnd.oasis.opendocument.{kind}".encode(), content_dot_xml=b"<x/>")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (make.photo(), "a.jpg", "image/jpeg"),
        (make.photo(), "a.html", "image/jpeg"),
        (make.written(make.scene(), "PNG"), None, "image/png"),
        (make.written(make.scene(), "WEBP"), "a", "image/webp"),
        (make.PDF, "a.exe", "application/pdf"),
        (make.workbook(), "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            make.packed(**{"[Content_Types]_dot_xml": b"", "word__document_dot_xml": b""}),
            "a.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (open_document("spreadsheet"), "a.ods", "application/vnd.oasis.opendocument.spreadsheet"),
        (open_document("text"), "a.odt", "application/vnd.oasis.opendocument.text"),
        (make.DCC, "a.xml", "application/xml"),
        (make.DCC.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "a.xml", "application/xml"),
        ("Tên;Số\nQuả cân;1\n".encode(), "a.CSV", "text/csv"),
        ("Ghi chú".encode("utf-16"), "a.txt", "text/plain"),
        ("Ghi chú".encode("cp1258", "replace"), "a.txt", "text/plain"),
        (b"BM-01 MZ", None, "text/plain"),
        (b"a < b and 2 > 1", "a.txt", "text/plain"),
    ],
)
def test_what_may_be_kept(content, name, expected):
    assert media_type(content, name) == expected


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "a.jpg", "empty"),
        (b"%PDF-" + bytes(MAX_BYTES), "a.pdf", "15 MB"),
        (HTML, "a.jpg", "web page"),
        (b"\xef\xbb\xbf \n" + HTML, "a.txt", "web page"),
        (b"<html><body>", "a.txt", "web page"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "a.xml", "web page"),
        (SVG, "a.png", "SVG"),
        (b'<?xml version="1.0"?>' + SVG, "a.xml", "SVG"),
        (b"<svg onload=alert(1)><script>alert(1)</script></svg>", "doc.jpg", "SVG"),
        (b"<?xml version='1.0'?><!-- <p> --> <SVG onload=x>", "doc.jpg", "SVG"),
        (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">' + SVG, "a.svg", "SVG"),
        (b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>', "a.xml", "document type"),
        (make.DCC.replace(b"<dcc:administrativeData/>", SVG), "a.xml", "code of a web page"),
        (b"<invoice/>", "a.xml", "another kind, “invoice”"),
        (b"<unfinished", "a.xml", "not well-formed"),
        (b"1,2\n<script src=//x></script>", "a.csv", "code of a web page"),
        (b"GIF89a/*" + HTML, "a.gif", "kind not kept"),
        (b"GIF89a\1\0\1\0\0\0", "a.jpg", "kind not kept"),
        (b"BM\x9a\0\0\0", "a.jpg", "kind not kept"),
        (b"MZ\x90\0\3", "a.pdf", "a program"),
        (b"\x7fELF\2\1\1\0", "a.pdf", "a program"),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "a script"),
        (b"alert(1)", "a.js", "calls itself .js"),
        (b"del *", "a.bat", "calls itself .bat"),
        (b"\0\0\0\x18ftypheic\0\0", "IMG_1.HEIC", "Most compatible"),
        (b"\0\0\0\x18ftypisom\0\0", "a.mp4", "video"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "old Office"),
        (b"{\\rtf1 a}", "a.rtf", "RTF"),
        (make.packed(a_dot_exe=b"MZ"), "a.xlsx", "archive"),
        (make.workbook(xl__vbaProject_dot_bin=b""), "a.xlsx", "macros"),
        (make.workbook()[:-30], "a.xlsx", "damaged"),
        (b"PK\3\4 and nothing", "a.docx", "damaged"),
        (bytes(range(256)), "a", "not known"),
    ],
)
def test_what_is_refused_is_called_by_its_name(content, name, word):
    with pytest.raises(Invalid, match=word) as refused:
        media_type(content, name)
    assert list(refused.value.errors or {}) == ["file"]


@given(
    st.sampled_from([b"", b"<", b"PK\3\4", b"%PDF-", b"\xff\xfe", b"<?xml "]),
    st.binary(max_size=60),
    st.text(max_size=9),
)
def test_whatever_comes_is_kept_or_refused_and_nothing_else(head, rest, name):
    with suppress(Invalid):
        assert media_type(head + rest, name)
