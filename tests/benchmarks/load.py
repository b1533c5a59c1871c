"""A small closed-loop load generator: some connections, each sending its next request when the answer is there."""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

ANSWER_END = b"\r\n\r\n"


@dataclass
class Connection:
    """One connection and the request that is under way on it."""

    socket: socket.socket
    started: float = 0.0
    received: bytes = b""
    missing: int = -1


@dataclass(frozen=True)
class Load:
    """What a run measured: requests a second and the 99th percentile of the latency in seconds."""

    per_second: float
    p99: float


def run(  # noqa: PLR0913 — what a request is made of
    port: int,
    paths: Iterator[str],
    *,
    seconds: float,
    connections: int = 8,
    token: str | None = None,
    bodies: Iterator[bytes] | None = None,
) -> Load:
    """Load a server on this machine for some seconds, and until it answers once; `bodies` are posted as JSON.

    Raises AssertionError for any answer but 200, or 201 to what is posted.
    """
    headers = f"Authorization: Bearer {token}\r\n" if token else ""
    requests = (_request(path, headers, next(bodies) if bodies is not None else None) for path in paths)
    selector = selectors.DefaultSelector()
    latencies: list[float] = []
    begun = time.perf_counter()
    for _number in range(connections):
        _send(selector, Connection(_connected(port)), next(requests))
    while (now := time.perf_counter()) - begun < seconds or not latencies:
        for key, _events in selector.select(timeout=1):
            connection: Connection = key.data
            if not _answered(connection):
                continue
            latencies.append(time.perf_counter() - connection.started)
            if b"connection: close" in connection.received.lower():
                selector.unregister(connection.socket)
                connection.socket.close()
                connection.socket = _connected(port)
            else:
                selector.unregister(connection.socket)
            _send(selector, connection, next(requests))
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    latencies.sort()
    return Load(len(latencies) / (now - begun), latencies[int(len(latencies) * 0.99)])


def _connected(port: int) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=10)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def _request(path: str, headers: str, body: bytes | None) -> bytes:
    if body is not None:
        headers += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
    return f"{head}{headers}\r\n".encode() + (body or b"")


def _send(selector: selectors.BaseSelector, connection: Connection, request: bytes) -> None:
    connection.received, connection.missing, connection.started = b"", -1, time.perf_counter()
    connection.socket.sendall(request)
    selector.register(connection.socket, selectors.EVENT_READ, connection)


def _answered(connection: Connection) -> bool:
    """Read what has arrived; True once the whole answer is there."""
    chunk = connection.socket.recv(65536)
    if not chunk:
        message = f"the server closed the connection after {connection.received!r}"
        raise AssertionError(message)
    connection.received += chunk
    if connection.missing < 0 and ANSWER_END in connection.received:
        head, _end, body = connection.received.partition(ANSWER_END)
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")), connection.received
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        connection.missing = len(head) + len(ANSWER_END) + length
        _ = body
    return 0 <= connection.missing <= len(connection.received)
