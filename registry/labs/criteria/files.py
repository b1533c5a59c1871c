"""Files of criteria sets: found by name or path, read, checked, every fault with its place. Nothing is stored here.

Only what may be said in our own words ships with the registry. Sets that were not issued, or whose text was not seen,
are absent; whoever holds one loads it.
"""

from pathlib import Path
from typing import Any, Final

from registry.kernel import datafiles
from registry.kernel.canonical import digest_of
from registry.kernel.datafiles import Examined, Problem
from registry.kernel.errors import Invalid
from registry.labs.criteria import checks
from registry.labs.criteria.document import SetFile, SetSaid
from registry.labs.criteria.form import SetPart

PACKAGED: Final = Path(__file__).parent / "data"


def names() -> list[str]:
    """The sets that ship with the registry."""
    return datafiles.names(PACKAGED)


def read(source: str | Path) -> SetFile:
    """The set of a name or path. Raises Invalid with every error: `{place: [line …: message]}`."""
    return parse(datafiles.text_of(source, PACKAGED))


def parse(text: str) -> SetFile:
    """A set from the text of its file. Raises Invalid as `read` does."""
    found = _examined(text)
    if found.problems or found.document is None:
        raise Invalid(datafiles.by_place(found.problems))
    return _file(found.document)


def told(said: SetSaid, field: str) -> SetFile:
    """A set that was said in a field of something else. Raises Invalid beside the places in that field."""
    found: dict[str, list[str]] = {}
    for place, message in checks.problems(said):
        found.setdefault(f"{field}.{place}", []).append(message)
    if found:
        raise Invalid(found)
    return _file(said)


def check(source: str | Path) -> list[Problem]:
    """Everything that is wrong with a file, in the order of its lines; raises Invalid when it cannot be opened."""
    return _examined(datafiles.text_of(source, PACKAGED)).problems


def _file(said: SetSaid) -> SetFile:
    """With everything that may be left out said, so that one set has one hash however it is written."""
    data: dict[str, Any] = SetPart().dump(said)
    return SetFile(said, data, digest_of(data))


def _examined(text: str) -> Examined:
    return datafiles.examined(text, SetPart(), checks.problems)
