"""The parts of a workbook, unpacked piece by piece within limits, and its XML, in which nothing stands for more.

Like `cells` and `unpacking` it is used in a process that holds nothing else of the registry.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, Final
from xml.parsers import expat

BLOCK: Final = 1 << 18
MOST_PARTS: Final = 2000
MOST_UNPACKED: Final = 400 << 20
MOST_READ: Final = 3 * MOST_UNPACKED
SMALL: Final = 16 << 20  # a part that is read in a moment, however it is packed
MOST_TIMES: Final = 200  # what programs write is packed into a fifth to a fiftieth
UNSOUND: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


class Refused(Exception):
    """A file that is not read; the word says why, and what belongs to it follows."""

    def __init__(self, why: str, *said: object) -> None:
        super().__init__(why)
        self.why, self.said = why, said


class Enough(Exception):
    """The rest of a part is not needed."""


class Parts:
    """The parts of a workbook by name, whatever its case; what is read of them is counted."""

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(file)
        parts = self._archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or any(map(_swells, parts)):
            raise Refused("large")
        self._parts = {part.filename.replace("\\", "/").lstrip("/").lower(): part for part in parts}
        self._read = 0

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def blocks(self, name: str) -> Iterator[bytes]:
        """A part piece by piece. What is longer than it says is cut there, and its checksum tells."""
        with self._archive.open(self._parts[name.lower()]) as unpacking:
            while block := unpacking.read(BLOCK):
                self._read += len(block)
                if self._read > MOST_READ:
                    raise Refused("large")
                yield block

    def parse(self, name: str, parser: Any) -> None:  # noqa: ANN401 — expat's parser has no public type
        """Feed a part to a parser until it has enough."""
        try:
            for block in self.blocks(name):
                parser.Parse(block)
            parser.Parse(b"", True)
        except Enough:
            pass

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to by relation: (kind, name) by its id."""
        folder, file = posixpath.split(name)
        relations: dict[str, tuple[str, str]] = {}

        def begun(tag: str, said: dict[str, str]) -> None:
            if local(tag) == "Relationship" and said.get("TargetMode") != "External":
                target = said["Target"].replace("\\", "/")
                whole = target if target.startswith("/") else posixpath.join(folder, target)
                kind = said["Type"].rpartition("/")[2]
                relations[said["Id"]] = kind, posixpath.normpath(whole).lstrip("/")

        where = posixpath.join(folder, "_rels", f"{file}.rels")
        if where in self:
            self.parse(where, parser(begun))
        return relations


def _swells(part: zipfile.ZipInfo) -> bool:
    """Whether a part says of itself that it is made to take room; more than it says is never unpacked."""
    return part.file_size > max(SMALL, MOST_TIMES * part.compress_size)


def local(tag: str) -> str:
    """An element's name without the prefix of its namespace."""
    return tag.rpartition(":")[2]


def parser(begun: Callable[[str, dict[str, str]], None]) -> Any:  # noqa: ANN401 — see Parts.parse
    """A parser that knows no entities but those of XML itself."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartElementHandler = begun
    made.StartDoctypeDeclHandler = no_doctype
    return made


def no_doctype(*_said: object) -> None:
    """No workbook has one; with it, a few bytes can stand for a very long text."""
    raise Refused("damaged")
