"""Names: kept as people wrote them, without what leads elsewhere or deceives, and handed out so that browsers agree."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from registry.kernel.files.rules import EXTENSIONS, clean_name, disposition

PDF = "application/pdf"


@pytest.mark.parametrize(
    ("given_", "media_type", "expected"),
    [
        ('Giấy chứng nhận "số 1".pdf', PDF, 'Giấy chứng nhận "số 1".pdf'),
        (unicodedata.normalize("NFD", "Kiểm định.pdf"), PDF, "Kiểm định.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\Windows\\a.PDF", PDF, "a.PDF"),
        ("..", PDF, "file.pdf"),
        ("", PDF, "file.pdf"),
        (None, "image/jpeg", "file.jpg"),
        (".pdf", PDF, "pdf.pdf"),
        ("ảnh.html", "image/jpeg", "ảnh.html.jpg"),
        ("ảnh.webp", "image/jpeg", "ảnh.jpg"),
        ("ảnh.JPEG", "image/jpeg", "ảnh.JPEG"),
        ("gpj.\u202efdp.exe", PDF, "gpj.fdp.exe.pdf"),
        ("a\r\nSet-Cookie: b=c.pdf", PDF, "aSet-Cookie: b=c.pdf"),
        ("a" * 400 + ".pdf", PDF, "a" * 150 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_what_leads_elsewhere(given_, media_type, expected):
    assert clean_name(given_, media_type) == expected


@given(st.text(max_size=40), st.sampled_from(sorted(EXTENSIONS)))
def test_any_name_becomes_one_that_arrives_as_it_is(typed, media_type):
    name = clean_name(typed, media_type)
    assert 1 < len(name) <= 200
    assert not set(name) & set("/\\\r\n\0")
    header = disposition("attachment", name)
    assert header.isascii()
    assert header.isprintable()
    manner, said = parse_options_header(header)
    assert (manner, said["filename"]) == ("attachment", name)
