"""Clients that keep us waiting: they are heard out in threads beside the worker, so that nobody else waits for them."""

import re
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

PROMPT: Final = 0.02  # seconds; what an ordinary client says is there when its connection is
PART_WITHIN: Final = 15.0
WHOLE_WITHIN: Final = 900.0  # 16 MB at 18 kB/s, a sheet of 32 MB at 36 kB/s
MOST_SLOW: Final = 64
MOST_HEAD: Final = 65536
END_OF_HEAD: Final = b"\r\n\r\n"
LENGTH: Final = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,12})[ \t]*\r?$")
CHUNKED: Final = re.compile(rb"(?im)^transfer-encoding:")


class Waiting:
    """Threads for clients that are slow; there are only so many, and a further one is turned away."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(MOST_SLOW)

    def hear(self, client: socket.socket, answer: Callable[[], None]) -> bool:
        """Let a thread answer a slow client; False when there is no place left."""
        if not self._places.acquire(blocking=False):
            return False
        client.settimeout(PART_WITHIN)
        threading.Thread(target=self._heard, args=(client, answer), name="slow client").start()
        return True

    def _heard(self, client: socket.socket, answer: Callable[[], None]) -> None:
        end = threading.Timer(WHOLE_WITHIN, _hang_up, [client])
        end.daemon = True
        end.start()
        try:
            answer()
        finally:
            end.cancel()
            self._places.release()


def is_prompt(client: socket.socket) -> bool:
    """Whether the whole request arrives at once; what has come is left to be read."""
    deadline, seen = time.monotonic() + PROMPT, b""
    poll = select.poll()
    poll.register(client, select.POLLIN)
    try:
        while not is_whole(seen):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, len(seen) + 1)
            left = deadline - time.monotonic()
            if len(seen) >= MOST_HEAD or left <= 0 or not poll.poll(left * 1000):
                return False
            before, seen = len(seen), client.recv(MOST_HEAD, socket.MSG_PEEK)
            if len(seen) == before:  # it hung up, which the parser tells best
                return True
        return True
    finally:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)


def is_whole(seen: bytes) -> bool:
    """Whether bytes are a request with all of its body."""
    head, end, body = seen.partition(END_OF_HEAD)
    if not end or CHUNKED.search(head):
        return False
    length = LENGTH.search(head)
    return length is None or len(body) >= int(length[1])


def _hang_up(client: socket.socket) -> None:
    client.shutdown(socket.SHUT_RDWR)
