"""What one person may do with the files of one record: every door to files takes a shelf, whatever the record is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from registry.kernel.files.attachments import Hook
from registry.kernel.files.models import Attachment

Row = TypeVar("Row", bound=Attachment)


@dataclass(frozen=True)
class Shelf(Generic[Row]):
    """The files of a record that somebody may read.

    `may_attach()` and `may_remove()` raise the refusal of who may not; `attach(incoming=…, kind=…, caption=…)` gives
    the file and whether it is new there, `remove(file, reason=…)` the file that is hidden. Nothing here commits.
    """

    hook: Hook[Row]
    may_attach: Callable[[], object]
    may_remove: Callable[[], object]
    attach: Callable[..., tuple[Row, bool]]
    remove: Callable[..., Row]
