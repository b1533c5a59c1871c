"""What a sender leaves on its own disk, so that whoever comes after its death knows how far it got.

Between the database's word that a message is about to be handed over and the last byte to the server lie a commit's
milliseconds, in which a process can be killed. A byte written to a file right before the last one is sent outlives the
process, and a lock on the file does not: a file that can be locked belongs to the dead.
"""

import fcntl
import os
from enum import Enum
from pathlib import Path
from typing import Final

BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
WIDTH: Final = 32


class Mark:
    """A sender's file, locked as long as the process lives."""

    def __init__(self, folder: Path, claim: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / claim
        unnamed = folder / f".{claim}"  # it has its name only once it is locked
        self._file = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self.clear()
        unnamed.rename(self.path)

    def close(self) -> None:
        """Take it away; nothing of this sender is open any more."""
        self.path.unlink(missing_ok=True)
        os.close(self._file)

    def clear(self) -> None:
        """Nothing is being handed over."""
        os.pwrite(self._file, b" " * WIDTH + _boot(), 0)

    def set(self, what: str) -> None:
        """The very next thing this process does is to send the last byte of `what`."""
        os.pwrite(self._file, what.ljust(WIDTH).encode(), 0)


class Fate(Enum):
    """What a mark says of its sender and a message."""

    ALIVE = "alive"
    NOT_HANDED_OVER = "not handed over"
    HANDED_OVER = "handed over"
    UNKNOWN = "unknown"


def fate(folder: Path, claim: str, what: str) -> Fate:
    """What became of `what` in the hands of a sender; unknown when it ran on another machine or before a restart."""
    try:
        file = os.open(folder / claim, os.O_RDWR)
    except OSError:
        return Fate.UNKNOWN
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        kept = os.pread(file, WIDTH + 64, 0)
    except BlockingIOError:
        return Fate.ALIVE
    finally:
        os.close(file)
    if len(kept) < WIDTH or kept[WIDTH:] != _boot():
        return Fate.UNKNOWN
    return Fate.HANDED_OVER if kept[:WIDTH].decode().strip() == what else Fate.NOT_HANDED_OVER


def left_behind(folder: Path) -> list[str]:
    """The claims of senders of this machine that are dead."""
    named = (path.name for path in folder.glob("[!.]*"))
    return sorted(name for name in named if fate(folder, name, "") is not Fate.ALIVE)


def forget(folder: Path, claim: str) -> None:
    """Take a dead sender's mark away, once nothing depends on it any more."""
    (folder / claim).unlink(missing_ok=True)


def _boot() -> bytes:
    """Which start of the machine this is: what was written before a crash may not have reached the disk."""
    try:
        return BOOT.read_bytes().strip()
    except OSError:
        return b""
