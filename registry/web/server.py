"""The production server: gunicorn's workers, and the scheduler as one child of the master, never of a worker."""

import gc
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.http.errors import LimitRequestLine
from gunicorn.http.message import Request
from gunicorn.workers.sync import SyncWorker

from registry.kernel.db import db
from registry.kernel.problems import PROBLEM
from registry.web.errors import WithoutSecrets
from registry.web.patience import Waiting, is_prompt

log = logging.getLogger(__name__)
RESTART_AFTER = 5.0
START_AFTER = 2.0  # the doors open first
SEND_WITHIN = 5.0
GRACE = 15
HEAR_OUT = 10.0
READ_AT_ONCE = 1 << 18
LONGEST_LINE = 8190  # the most that gunicorn reads


class Scheduler:
    """Keeps `registry jobs start` running beside the server and starts it again when it dies."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin watching in a thread of the master."""
        threading.Thread(target=self._watch, name="scheduler-watch", daemon=True).start()

    def stop(self) -> None:
        """Ask the child to end and do not start it again."""
        self._stopping.set()
        if self._child is not None:
            self._child.terminate()

    def _watch(self) -> None:
        command = [sys.executable, "-m", "registry", "jobs", "start", "--parent", str(os.getpid())]
        self._stopping.wait(START_AFTER)
        while not self._stopping.is_set():
            self._child = subprocess.Popen(command)  # noqa: S603 — our own command
            self._child.wait()
            if not self._stopping.wait(RESTART_AFTER):
                log.error("the scheduler ended by itself; it is started again")


class Worker(SyncWorker):  # type: ignore[misc]  # gunicorn has no types
    """One request at a time; whoever is slow to send one is heard out beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(*args, **kwargs)
        self._waiting = Waiting()

    def handle(self, listener: object, client: socket.socket, addr: object) -> None:
        """Answer a client that does not keep us waiting, and let a thread answer one that does."""
        client.settimeout(SEND_WITHIN)
        answer = partial(super().handle, listener, client, addr)
        if is_prompt(client):
            answer()
        elif not self._waiting.hear(client, answer):
            client.close()

    def handle_error(self, req: Request, client: socket.socket, addr: object, exc: Exception) -> None:
        """Say what is wrong with a request that is no request yet as the API says it; no page of ours asks so."""
        if isinstance(exc, LimitRequestLine):
            with suppress(OSError):
                client.sendall(_too_long())
        else:
            super().handle_error(req, client, addr, exc)

    def handle_request(self, listener: object, req: Request, client: socket.socket, addr: object) -> None:
        """Answer, and let a client that is still sending finish: a closed door would cut off what it was told."""
        super().handle_request(listener, req, client, addr)
        if _is_sending(req):
            _hear_out(client)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with the application loaded once in the master and shared by its workers."""

    def __init__(self, app: Flask, *, bind: str, workers: int, scheduler: bool, on_ready: Callable[[], None]) -> None:
        self._app, self._bind, self._workers, self._on_ready = app, bind, workers, on_ready
        self._scheduler = Scheduler() if scheduler else None
        super().__init__()

    def load_config(self) -> None:
        """Settings measured to hold up; see tests/benchmarks."""
        settings = {
            "bind": self._bind,
            "workers": self._workers,
            "worker_class": Worker,
            "preload_app": True,
            "graceful_timeout": GRACE,
            "control_socket_disable": True,
            "limit_request_line": LONGEST_LINE,
            "loglevel": "warning",
            "accesslog": None,  # a calendar's address is a secret
            "when_ready": self._ready,
            "post_fork": _separate_connections,
            "on_exit": self._ended,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Give the workers the application; what it consists of is shared with them and no longer looked at."""
        gc.freeze()
        return self._app

    def _ready(self, _arbiter: Arbiter) -> None:
        logging.getLogger("gunicorn.error").addFilter(WithoutSecrets())
        if self._scheduler is not None:
            self._scheduler.start()
        self._on_ready()

    def _ended(self, _arbiter: Arbiter) -> None:
        if self._scheduler is not None:
            self._scheduler.stop()


def _too_long() -> bytes:
    """An address that is too long, refused; nothing of it was read, so nobody knows the language either."""
    detail = f"The address is longer than {LONGEST_LINE} bytes: ask for less at once. Địa chỉ quá dài, hãy chia nhỏ."
    title = "The address is too long"
    said = {"type": "urn:registry:problem:uri-too-long", "title": title, "status": 414, "detail": detail}
    body = json.dumps(said, ensure_ascii=False).encode()
    head = f"HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: {PROBLEM}\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode("ascii") + body


def _is_sending(req: Request) -> bool:
    """Whether part of a body was left unread: of a known length, or in chunks."""
    reader = req.body.reader
    return getattr(reader, "length", 0) > 0 or getattr(reader, "parser", None) is not None


def _hear_out(client: socket.socket) -> None:
    """Read what nobody wants to know, for a while, so that the client comes to read why it was refused."""
    deadline = time.monotonic() + HEAR_OUT
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)
        while (left := deadline - time.monotonic()) > 0:
            client.settimeout(min(left, SEND_WITHIN))
            if not client.recv(READ_AT_ONCE):
                break


def _separate_connections(_arbiter: Arbiter, worker: object) -> None:
    app: Flask = worker.app.wsgi()  # type: ignore[attr-defined]  # gunicorn has no types
    with app.app_context():
        db.engine.dispose(close=False)
