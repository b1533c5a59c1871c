"""The real server: whoever sends too much is told so, also in the middle of sending, and nobody else waits for it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

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


def test_the_next_one_is_answered(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert told(connection).startswith(b"HTTP/1.1 200 ")
