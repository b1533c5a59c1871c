"""A message as e-mail: Vietnamese in every header, nothing smuggled into one, the text as it was."""

from email import message_from_bytes, policy

import pytest

from registry.kernel.outbox import mail
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.posting import plain_line
from registry.kernel.outbox.rules import Channel, NotSent

SUBJECT = "Sổ đăng ký đo lường: 12 quá hạn, 3 sắp đến hạn – Trung tâm Kỹ thuật Tiêu chuẩn Đo lường Chất lượng"


def message(**said):
    usual = {
        "key": "k",
        "message_id": "<0123@example.vn>",
        "channel": Channel.EMAIL,
        "subject": SUBJECT,
        "text": "Kính gửi Nguyễn Thị Ánh,\n.\n..hai chấm\n" + "dài " * 400 + "\n",
        "html": "<p>Quả cân F1</p>",
        "address": "anh@example.vn",
        "name": "Nguyễn Thị Ánh",
        "headers": {"List-Unsubscribe": "<https://example.vn/account/notices>"},
    }
    return Message(**usual | said)


def read(made):
    return message_from_bytes(made.as_bytes(), policy=policy.default)


def test_vietnamese_arrives_in_subject_name_and_both_texts(clock):
    raw = mail.written(message(), "Sổ đăng ký <registry@example.vn>").as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    found = message_from_bytes(raw, policy=policy.default)
    assert (found["Subject"], found["To"].addresses[0].display_name) == (SUBJECT, "Nguyễn Thị Ánh")
    assert found["From"].addresses[0].addr_spec == "registry@example.vn"
    assert found["From"].addresses[0].display_name == "Sổ đăng ký"
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain.get_content().replace("\r\n", "\n") == message().text
    assert html.get_content().strip() == "<p>Quả cân F1</p>"
    assert found["List-Unsubscribe"] == "<https://example.vn/account/notices>"
    assert found["Message-ID"] == "<0123@example.vn>"
    assert found["Auto-Submitted"] == "auto-generated"


def test_every_attempt_writes_the_same_bytes(clock):
    one = message()
    assert mail.written(one, "a@example.vn").as_bytes() == mail.written(one, "a@example.vn").as_bytes()


@pytest.mark.parametrize(
    "name", ["Ánh\r\nBcc: all@example.vn", "Ánh\nX: y", "Ánh\x00\x0b", '"Ánh" <other@example.vn>,', "Ánh\u2028X: y"]
)
def test_a_name_stays_a_name(clock, name):
    found = read(mail.written(message(name=name), "a@example.vn"))
    assert [address.addr_spec for address in found["To"].addresses] == ["anh@example.vn"]
    assert found["Bcc"] is None
    assert found["X"] is None


def test_a_subject_stays_on_its_line():
    assert plain_line("một\r\nBcc: all@example.vn\x00") == "một Bcc: all@example.vn"


@pytest.mark.parametrize(
    "address",
    ["tên@example.vn", "", "no at", "@example.vn", "a@example.vn\r\nBcc: x", "a@" + "x" * 99],
)
def test_an_address_no_server_takes_is_refused_for_good(clock, address):
    with pytest.raises(NotSent) as refusal:
        mail.written(message(address=address), "a@example.vn")
    assert refusal.value.for_good


def test_a_host_with_vietnamese_letters_has_its_ascii_form(clock):
    found = read(mail.written(message(address="anh@đo-lường.vn"), "a@example.vn"))
    assert found["To"].addresses[0].addr_spec.isascii()


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (b"a\r\n", b"a\r\n"),
        (b"a", b"a\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"a\r\n.\r\n.b\r\n", b"a\r\n..\r\n..b\r\n"),
        (b"a.\r\n", b"a.\r\n"),
    ],
)
def test_a_line_that_begins_with_a_dot_has_another(text, sent):
    assert mail._stuffed(text) == sent  # noqa: SLF001 — RFC 5321, 4.5.2, to the byte
