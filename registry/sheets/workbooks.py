"""Workbooks as rows of cells, read by a process of its own: a file that is made to do harm ends that one alone."""

import logging
import pickle
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, cast

import registry
from registry.sheets.cells import Fault, Padded, Uncalculated

log = logging.getLogger(__name__)
ROOT: Final = str(Path(registry.__file__).parent.parent)
PROGRAM: Final = "import sys; sys.path.insert(0, sys.argv[1]); from registry.sheets.unpacking import main; main()"
MOST_TOLD: Final = 2000
KNOWN: Final = {(kind.__module__, kind.__name__) for kind in (datetime, time, Fault, Padded, Uncalculated)}
Row = tuple[int, list[Any]]


class Unreadable(Exception):
    """A workbook that is not read: `why` is one of the words of `Refused`, or `died` when that process ended."""

    def __init__(self, why: str, *said: object) -> None:
        super().__init__(why)
        self.why, self.said = why, said


class LateSerial(float):
    """A number of a workbook whose days are counted from 1904."""

    __slots__ = ()


class Found(NamedTuple):
    """A visible sheet: its rows come once. `ours`: the registry wrote the workbook; `merged`: areas among its head."""

    name: str
    ours: bool
    rows: Iterator[Row]
    height: int
    merged: tuple[tuple[int, int, int, int], ...]


def sheets(content: bytes) -> Iterator[Found]:
    """The visible sheets of a workbook, whose rows are read one sheet after the other.

    Raises Unreadable, also while rows are read.
    """
    reading = _Reading(content)
    _word, ours, late = reading.heard()
    found: list[Found] = []
    while (said := reading.heard())[0] == "sheet":
        _word, name, height, merged, head = said
        rows = reading.rows(len(found), head)
        found.append(Found(name, ours, _late(rows) if late else rows, height, tuple(merged)))
    yield from found


class _Reading:
    """The process that reads a workbook; it ends when nobody wants more of it."""

    def __init__(self, content: bytes) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 — closed with the process
        words = [sys.executable, "-I", "-c", PROGRAM, ROOT]
        self._process = subprocess.Popen(  # noqa: S603 — our own command
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )
        self._asked, self._told = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        weakref.finalize(self, _end, self._process, self._errors)
        self._ask(b"%d\n" % len(content), content)

    def _ask(self, *said: bytes) -> None:
        """Send words; that a process which ended does not want them is seen when its answer is read."""
        with suppress(BrokenPipeError):
            for one in said:
                self._asked.write(one)
            self._asked.flush()

    def rows(self, place: int, head: list[Row]) -> Iterator[Row]:
        """The rows of a sheet: those it began with, then, when somebody wants them, the others."""
        yield from head
        self._ask(b"%d\n" % place)
        while (said := self.heard())[0] == "rows":
            yield from said[1]

    def heard(self) -> tuple[Any, ...]:
        """What the process tells next. Raises Unreadable."""
        try:
            said: tuple[Any, ...] = _Telling(self._told).load()
        except (EOFError, pickle.UnpicklingError) as error:
            self._log_end()
            raise Unreadable("died") from error
        if said[0] == "refused":
            raise Unreadable(*said[1:])
        return said

    def _log_end(self) -> None:
        self._process.kill()
        status = self._process.wait()
        self._errors.seek(0)
        log.warning(
            "a workbook ended what read it: %s %s", status, self._errors.read()[-MOST_TOLD:].decode("utf-8", "replace")
        )


class _Telling(pickle.Unpickler):
    """Loads what the process tells: rows of plain values and nothing else."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 — pickle's signature
        """Only the kinds of cell there are."""
        if (module, name) in KNOWN:
            return super().find_class(module, name)
        message = f"{module}.{name} is no kind of cell"
        raise pickle.UnpicklingError(message)


def _end(process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout, errors):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()


def _late(rows: Iterator[Row]) -> Iterator[Row]:
    for number, cells in rows:
        yield number, [LateSerial(cell) if type(cell) is float else cell for cell in cells]
