"""Memory that work took is given back to the system: a process that runs for weeks is as large as what it does now."""

import ctypes
from typing import Final

MOST_ARENAS: Final = 2  # glibc keeps heaps for each thread otherwise, and what one left free is no use to another
M_ARENA_MAX: Final = -8  # malloc.h


def share_heaps() -> None:
    """Let threads that begin from now on share few heaps."""
    _call("mallopt", M_ARENA_MAX, MOST_ARENAS)


def give_back() -> None:
    """Give back what is free now."""
    _call("malloc_trim", 0)


def _call(name: str, *said: int) -> None:
    """Call the C library where it has a function of that name, as glibc has."""
    function = getattr(ctypes.CDLL(None), name, None)
    if function is not None:
        function(*said)
