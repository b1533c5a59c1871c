"""E-mail: a message as RFC 5322 writes it, handed to a mail server as RFC 5321 says."""

import base64
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final

from registry.config import MailServer, is_loopback
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.posting import plain_line
from registry.kernel.outbox.rules import NotSent

PATIENCE: Final = 60.0  # seconds for each answer
PATIENCE_AT_THE_END: Final = 600.0  # RFC 5321, 4.5.3.2.6: whoever gives up sooner makes doubles
END: Final = b".\r\n"
READY_FOR_TEXT, TAKEN, SIGNED_IN = 354, 250, 235
LASTING = range(500, 600)
OVER: Final = 421


def written(message: Message, sender: str) -> EmailMessage:
    """A message with its headers; the same bytes at every attempt. Raises NotSent for an address nothing can reach."""
    made = EmailMessage(policy=policy.SMTP)
    try:
        made["From"] = _address(*parseaddr(sender))
        made["To"] = _address(message.name, message.address or "")
        made["Subject"] = message.subject
        made["Date"] = format_datetime(message.made_at)
        made["Message-ID"] = message.message_id
        made["Content-Language"] = message.locale
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence note answers it
        for name, value in message.headers.items():
            made[name] = value
    except (ValueError, IndexError, MessageError, UnicodeError) as error:
        raise NotSent(f"this cannot be written as an e-mail: {error}", for_good=True) from error
    made.set_content(message.text, cte="quoted-printable")
    if message.html is not None:
        made.add_alternative(message.html, subtype="html", cte="quoted-printable")
        made.set_boundary(f"=_{message.message_id.strip('<>').partition('@')[0]}")
    return made


def _address(name: str, address: str) -> Address:
    """An address with a name; a host with Vietnamese letters in its ASCII form. Raises ValueError."""
    local, _at, host = address.rpartition("@")
    if not local or not local.isascii():
        raise ValueError(f"{plain_line(address)} is no address that every mail server takes")
    return Address(plain_line(name), username=local, domain=host.encode("idna").decode())


class Line:
    """A conversation with a mail server, for several messages."""

    def __init__(self, server: MailServer, smtp: smtplib.SMTP) -> None:
        self.server, self._smtp = server, smtp
        self.is_open = True

    def send(self, message: Message, handing_over: Callable[[], None]) -> None:
        """Hand one message over; `handing_over` is called right before the bytes that end it. Raises NotSent.

        A connection that breaks before the server's answer leaves the message ours to send again (RFC 5321, 4.2.5).
        """
        made = written(message, self.server.sender)
        text = made.as_bytes()
        try:
            self._command("mail", f"FROM:<{_bare(made['From'])}>")
            self._command("rcpt", f"TO:<{_bare(made['To'])}>")
            self._command("data", "", wanted=READY_FOR_TEXT)
            self._smtp.send(_stuffed(text))
            handing_over()
            self._smtp.send(END)
            self._hear_the_end()
        except (OSError, smtplib.SMTPException) as error:
            self._break_off()
            raise NotSent(f"the connection to the mail server broke: {_said(error)}", unreachable=True) from error
        except NotSent:
            self._reset()
            raise
        except BaseException:
            self._break_off()
            raise

    def close(self) -> None:
        """End the conversation, politely where that is still possible."""
        self.is_open = False
        with suppress(OSError, smtplib.SMTPException):
            self._smtp.quit()
        self._smtp.close()

    def _break_off(self) -> None:
        """Hang up without a word: in the middle of a text there is none that would not be part of it."""
        self.is_open = False
        self._smtp.close()

    def _command(self, verb: str, words: str, *, wanted: int = TAKEN) -> None:
        code, answer = self._smtp.docmd(verb, words)
        if code != wanted and not (wanted == TAKEN and code // 100 == TAKEN // 100):
            raise _refused(code, answer)

    def _hear_the_end(self) -> None:
        sock = self._smtp.sock
        if sock is not None:
            sock.settimeout(PATIENCE_AT_THE_END)
        code, answer = self._smtp.getreply()
        if sock is not None:
            sock.settimeout(PATIENCE)
        if code // 100 != TAKEN // 100:
            raise _refused(code, answer)

    def _reset(self) -> None:
        """Forget what was begun, so that the next message starts afresh."""
        try:
            if self._smtp.rset()[0] != TAKEN:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()


@contextmanager
def line(server: MailServer) -> Iterator[Line]:
    """A conversation with the mail server. Raises NotSent when it cannot be begun."""
    try:
        opened = Line(server, _connected(server))
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise NotSent(f"the mail server does not answer: {_said(error)}", unreachable=True) from error
    try:
        yield opened
    finally:
        if opened.is_open:
            opened.close()


def _connected(server: MailServer) -> smtplib.SMTP:
    """A greeted and, where there is a password, signed-in connection; a password never travels in the clear."""
    safe = ssl.create_default_context()
    if server.tls_from_the_start:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=safe)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the end of a text is its own packet
        smtp.ehlo_or_helo_if_needed()
        if not server.tls_from_the_start and smtp.has_extn("starttls"):
            smtp.starttls(context=safe)
            smtp.ehlo()
        if server.user is not None and server.password is not None:
            _sign_in(smtp, server, server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _sign_in(smtp: smtplib.SMTP, server: MailServer, user: str, password: str) -> None:
    """Sign in; with PLAIN where it is offered, whose words are UTF-8 (RFC 4616), unlike smtplib's."""
    if not isinstance(smtp.sock, ssl.SSLSocket) and not is_loopback(server.host):
        raise smtplib.SMTPException("it offers no TLS, and the password is not sent in the clear")
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").upper().split():
        smtp.login(user, password)
        return
    words = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, answer = smtp.docmd("AUTH", f"PLAIN {words}")
    if code != SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _refused(code: int, answer: bytes) -> NotSent:
    """What a server's refusal means: 5yz is for good, 4yz for now (RFC 5321, 4.2.1); after 421 it hangs up."""
    words = plain_line(answer.decode("utf-8", "replace"))
    broke = code == OVER or code < 0
    return NotSent(f"the mail server answered {code} {words}", for_good=code in LASTING, unreachable=broke)


def _stuffed(text: bytes) -> bytes:
    """A text with every line that begins with a dot given another (RFC 5321, 4.5.2), without the end."""
    lines = text if text.endswith(b"\r\n") else text + b"\r\n"
    doubled = lines.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled


def _bare(header: object) -> str:
    (found,) = header.addresses  # type: ignore[attr-defined]  # the header of one address
    return str(found.addr_spec)


def _said(error: BaseException) -> str:
    """What went wrong in words; smtplib's own hold the server's answer as bytes."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        return f"{error.smtp_code} {plain_line(words)}"
    return plain_line(str(error)) or type(error).__name__
