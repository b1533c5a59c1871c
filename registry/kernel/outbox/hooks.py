"""Webhooks: a message as a signed POST to one address, which is looked up once and must be public."""

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from registry.kernel import clock
from registry.kernel.outbox.addresses import public_address
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import NotSent

PATIENCE: Final = 5.0  # seconds for each step
LIMIT: Final = 15.0  # seconds for everything
LARGEST: Final = 256 * 1024
GONE: Final = 410
HTTPS, HTTP = 443, 80


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over `id.timestamp.body`, in base 64: the receiver works it out again and refuses old timestamps."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()


def send(message: Message, *, url: str, secret: str, private: bool) -> None:
    """POST a message's text to an address. Raises NotSent unless the answer is 2xx; nothing of it is kept.

    A receiver tells a repeated message by its `Webhook-Id`, which is the same at every attempt.
    """
    body = message.text.encode()
    if len(body) > LARGEST:
        raise NotSent(f"the message has {len(body)} bytes, more than {LARGEST}", for_good=True)
    parts, at = urlsplit(url), int(clock.now().timestamp())
    name = message.message_id.strip("<>").partition("@")[0]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "registry-webhook",
        "Webhook-Id": name,
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": f"v1,{signature(secret, name, at, body)}",
    }
    secure = parts.scheme == "https"
    if not secure and not private:
        raise NotSent("the address does not begin with https://")
    port = parts.port or (HTTPS if secure else HTTP)
    _family, address = public_address(parts.hostname or "", port, private=private)
    line = _Pinned(parts.hostname or "", port, address, secure=secure)
    path = parts.path or "/"
    status = _status(line, f"{path}?{parts.query}" if parts.query else path, body, headers)
    if status == GONE:
        raise NotSent("the receiver answered 410 Gone", for_good=True)
    if not http.client.OK <= status < http.client.MULTIPLE_CHOICES:
        raise NotSent(f"the receiver answered {status}")


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged, whose certificate must be that of the host's name."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self.default_port = HTTPS if secure else HTTP
        self._address, self._secure = address, secure

    def connect(self) -> None:
        """Connect to the address, never to the name."""
        opened = socket.create_connection((self._address, self.port), timeout=PATIENCE)
        try:
            self.sock = self._wrapped(opened)
        except BaseException:
            opened.close()
            raise

    def _wrapped(self, opened: socket.socket) -> socket.socket:
        if not self._secure:
            return opened
        return ssl.create_default_context().wrap_socket(opened, server_hostname=self.host)


def _status(line: _Pinned, path: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer, whose body nobody reads. A receiver that drips is cut off at the limit."""
    guard = threading.Timer(LIMIT, _cut, [line])
    guard.daemon = True
    guard.start()
    try:
        line.request("POST", path, body, headers)
        return line.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"the receiver cannot be reached: {str(error) or type(error).__name__}") from error
    finally:
        guard.cancel()
        line.close()


def _cut(line: _Pinned) -> None:
    if line.sock is not None:
        with suppress(OSError):
            line.sock.shutdown(socket.SHUT_RDWR)
