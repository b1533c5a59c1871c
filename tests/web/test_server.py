"""The real server: whoever sends too much is told so, also in the middle of sending, and nobody else waits for it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from registry.web.patience import is_whole
from tests.sources import ROOT

MUCH = 50_000_000
FORM = b"Content-Type: multipart/form-data; boundary=b\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    words = [sys.executable, "-m", "registry", "serve", "--workers", "1", "--port", str(number)]
    environ = {"REGISTRY_HOME": str(tmp_path_factory.mktemp("served")), "REGISTRY_SCHEDULER": "off"}
    with subprocess.Popen(words, cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        assert "ready" in served.stdout.readline()
        yield number
        served.send_signal(signal.SIGTERM)


def told(connection: socket.socket) -> bytes:
    """Everything the server says until it closes."""
    said = b""
    while part := connection.recv(65536):
        said += part
    return said


@pytest.mark.parametrize("chunked", [False, True])
def test_whoever_sends_fifty_megabytes_to_the_end_reads_why_they_were_refused(port, chunked):
    length = b"Transfer-Encoding: chunked\r\n" if chunked else b"Content-Length: %d\r\n" % MUCH
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"POST /api/v1/assets/X/files HTTP/1.1\r\nHost: a\r\n" + FORM + length + b"\r\n")
        connection.sendall(b"%x\r\n" % MUCH if chunked else b"")
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        connection.sendall(head)
        for _megabyte in range(MUCH // 1_000_000 - 1):
            connection.sendall(bytes(1_000_000))
        connection.shutdown(socket.SHUT_WR)
        said = told(connection)
    assert said.startswith(b"HTTP/1.1 413 ")
    assert b"urn:registry:problem:request-entity-too-large" in said


def test_an_address_that_is_too_long_is_refused_as_the_api_refuses(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET /api/v1/labels.pdf?" + b"tag=A&" * 2000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        said = told(connection)
    head, _blank, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 414 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == 414


def test_slow_senders_are_heard_out_and_nobody_waits_for_them(port):
    """One worker, and more slow senders than a handful: one byte after the other, none of them at its end."""
    slow = [socket.create_connection(("127.0.0.1", port), timeout=30) for _one in range(6)]
    for connection in slow[:3]:
        connection.sendall(b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
    for connection in slow[3:]:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHo")
    for byte in b"abcdefgh":
        for connection in slow[:3]:
            connection.sendall(bytes([byte]))
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=30) as quick:
            quick.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            assert told(quick).startswith(b"HTTP/1.1 200 ")
        time.sleep(max(0.0, 0.2 - (time.monotonic() - began)))
    for connection in slow[:3]:
        connection.sendall(b"i")
    for connection in slow[3:]:
        connection.sendall(b"st: a\r\n\r\n")
    answers = [told(connection)[:12] for connection in slow]
    assert answers == [b"HTTP/1.1 400"] * 3 + [b"HTTP/1.1 200"] * 3
    for connection in slow:
        connection.close()


@pytest.mark.parametrize(
    ("seen", "whole"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na", False),
        (b"POST / HTTP/1.1\r\ncontent-length:  2 \r\n\r\nab", True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", False),
    ],
)
def test_a_request_is_whole_with_its_body(seen, whole):
    assert is_whole(seen) is whole


def test_the_next_one_is_answered(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert told(connection).startswith(b"HTTP/1.1 200 ")
