"""A webhook against a real receiver: signed, not redirected, not waited for for ever."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from registry.kernel import clock as kernel_clock
from registry.kernel.outbox import hooks
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import Channel, NotSent

SECRET = "whsec_bí mật"


class Receiver(BaseHTTPRequestHandler):
    server: "ThreadingHTTPServer"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.server.answer(self)

    def log_message(self, *_said):
        pass


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads, server.block_on_close = True, False
    server.got, server.answer = [], answering(204)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def answering(status, **headers):
    def answer(request):
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def message(text='{"type": "ping"}'):
    return Message(
        key="k", message_id="<0123@example.vn>", channel=Channel.WEBHOOK, subject="ping", text=text, webhook_id=1
    )


def send(receiver, said=None, *, private=True, path="/hook?a=1"):
    url = f"http://127.0.0.1:{receiver.server_address[1]}{path}"
    hooks.send(said or message(), url=url, secret=SECRET, private=private)


def test_a_message_is_signed_so_that_its_receiver_can_tell(receiver, clock):
    send(receiver, message(json.dumps({"name": "Quả cân"}, ensure_ascii=False)))
    ((path, headers, body),) = receiver.got
    at = str(int(kernel_clock.now().timestamp()))
    signed = b"0123." + at.encode() + b"." + body
    wanted = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert (path, json.loads(body)) == ("/hook?a=1", {"name": "Quả cân"})
    assert (headers["Webhook-Id"], headers["Webhook-Timestamp"]) == ("0123", at)
    assert headers["Webhook-Signature"] == f"v1,{wanted}"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "for_good"),
    [(301, False), (302, False), (307, False), (404, False), (410, True), (429, False), (500, False)],
)
def test_only_2xx_is_an_answer_and_nobody_is_followed_elsewhere(receiver, clock, status, for_good):
    receiver.answer = answering(status, Location="/elsewhere")
    with pytest.raises(NotSent, match=str(status)) as refusal:
        send(receiver)
    assert (refusal.value.for_good, len(receiver.got)) == (for_good, 1)


def test_a_receiver_inside_is_not_knocked_at(receiver, clock):
    with pytest.raises(NotSent):
        send(receiver, private=False)
    assert receiver.got == []


def test_https_to_a_name_that_leads_inside_is_not_connected_to(receiver, clock, monkeypatch):
    place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.server_address[1]))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_said, **_more: [place])
    with pytest.raises(NotSent, match="not public"):
        hooks.send(message(), url="https://example.vn/hook", secret=SECRET, private=False)


@pytest.mark.parametrize("slow", ["silent", "dripping"])
def test_a_receiver_that_keeps_us_waiting_is_cut_off(receiver, clock, monkeypatch, slow):
    monkeypatch.setattr(hooks, "PATIENCE", 0.5 if slow == "silent" else 5)
    monkeypatch.setattr(hooks, "LIMIT", 1.0)

    def answer(request):
        for letter in b"HTTP/1.1 204 No Content and so on\r\n" * 3:
            if slow == "dripping":
                with suppress(ConnectionError):
                    request.wfile.write(bytes([letter]))
            time.sleep(0.1)

    receiver.answer = answer
    begun = time.monotonic()
    with pytest.raises(NotSent):
        send(receiver)
    assert time.monotonic() - begun < 4


def test_what_is_too_large_is_not_sent(receiver, clock):
    with pytest.raises(NotSent) as refusal:
        send(receiver, message("x" * (hooks.LARGEST + 1)))
    assert (refusal.value.for_good, receiver.got) == (True, [])


def test_nobody_there_is_tried_again(clock):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(NotSent) as refusal:
            hooks.send(message(), url=url, secret=SECRET, private=True)
    assert not refusal.value.for_good
