"""Start servers for a benchmark and stop them."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

WORKERS = os.cpu_count() or 1
PATIENCE = 30.0


@dataclass(frozen=True)
class Serving:
    """A server that answers, the seconds it took to, and its process."""

    port: int
    ready_after: float
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, check=True, text=True
        )
        lines = [line.split(maxsplit=1) for line in listed.stdout.splitlines()]
        return [int(number) for number, command in lines if "jobs start" not in command]


@contextmanager
def registry(database_url: str, home: str, *, scheduler: str = "off") -> Iterator[Serving]:
    """The product on an existing database."""
    environment = os.environ | {
        "REGISTRY_DATABASE_URL": database_url,
        "REGISTRY_HOME": home,
        "REGISTRY_SCHEDULER": scheduler,
    }
    with _running(
        lambda port: ["-m", "registry", "serve", "--port", port, "--workers", str(WORKERS)], environment, "/healthz"
    ) as serving:
        yield serving


@contextmanager
def hello() -> Iterator[Serving]:
    """The floor."""
    with _running(lambda port: ["-m", "tests.benchmarks.hello", port, str(WORKERS)], dict(os.environ), "/") as serving:
        yield serving


@contextmanager
def bare(database_url: str) -> Iterator[Serving]:
    """The floor of lists and searches."""
    with _running(
        lambda port: ["-m", "tests.benchmarks.bare", port, str(WORKERS), database_url],
        dict(os.environ),
        "/list?kind=instrument&status=in_service",
    ) as serving:
        yield serving


@contextmanager
def _running(arguments: Callable[[str], list[str]], environment: dict[str, str], path: str) -> Iterator[Serving]:
    port = _free_port()
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments(str(port))], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, path)
        yield Serving(port, time.perf_counter() - begun, process)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, path: str) -> None:
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.01)
    message = f"nothing answers on port {port}"
    raise TimeoutError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
