"""A mail server for tests: real SMTP on a real socket; it keeps what it took, and misbehaves when it is told to."""

import base64
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class Behaviour:
    """How the server answers. `refuse` maps a verb to the line it answers instead of taking it; END is the last dot.

    `drop` names the verb at which it hangs up without a word; GREETING drops a connection as soon as it is accepted.
    """

    refuse: dict[str, str] = field(default_factory=dict)
    drop: str | None = None
    auth: tuple[str, str] | None = None
    on_verb: Callable[[str], None] = lambda _verb: None


class MailServer(socketserver.ThreadingTCPServer):
    """Where tests send mail. It removes no doubles: what is handed over twice is there twice."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.behaviour = Behaviour()
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.conversations = 0
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?from=registry@example.vn"

    @property
    def letters(self) -> list[EmailMessage]:
        """What was taken, as the reader's program sees it."""
        return [message_from_bytes(raw, policy=policy.default) for raw in list(self.raw)]  # type: ignore[misc]

    @property
    def counted(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(letter["Message-ID"]) for letter in self.letters)

    def end(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in mid-sentence is what some tests are about."""


class _Hangup(Exception):
    pass


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.conversations += 1
        self.signed_in = self.server.behaviour.auth is None
        self.sender = self.recipient = ""
        with suppress(_Hangup, ConnectionError):
            self._converse()

    def _converse(self) -> None:
        if not self._answered("GREETING"):
            self._say("220 mail.example.vn ready")
        while line := self.rfile.readline():
            words = line.decode("utf-8", "replace").strip()
            verb = words.partition(" ")[0].upper()
            self.server.behaviour.on_verb(verb)
            if self._answered(verb):
                continue
            if verb == "QUIT":
                self._say("221 bye")
                return
            self._obey(verb, words)

    def _obey(self, verb: str, words: str) -> None:
        if verb == "EHLO":
            self._say("250-mail.example.vn", "250-8BITMIME", "250 AUTH PLAIN LOGIN")
        elif verb == "AUTH":
            self._sign_in(words)
        elif verb == "MAIL" and not self.signed_in:
            self._say("530 5.7.0 sign in first")
        elif verb == "MAIL":
            self.sender = words
            self._say("250 ok")
        elif verb == "RCPT":
            self.recipient = words
            self._say("250 ok")
        elif verb == "DATA":
            self._say("354 go on")
            self._take()
        else:
            self._say("250 ok")

    def _take(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise _Hangup  # the client died before the end: nothing was handed over (RFC 5321, 4.1.1.4)
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.behaviour.on_verb("END")
        if self._answered("END"):
            return
        self.server.raw.append(b"".join(lines))
        self.server.envelopes.append((self.sender, self.recipient))
        self._say("250 taken")

    def _sign_in(self, words: str) -> None:
        given = base64.b64decode(words.split()[2]).decode().split("\0")[1:]
        self.signed_in = tuple(given) == self.server.behaviour.auth
        self._say("235 welcome" if self.signed_in else "535 5.7.8 no")

    def _answered(self, verb: str) -> bool:
        """Whether the server misbehaved at this verb instead of doing what it is asked to."""
        if self.server.behaviour.drop == verb:
            raise _Hangup
        refusal = self.server.behaviour.refuse.get(verb)
        if refusal is not None:
            self._say(refusal)
        return refusal is not None

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
