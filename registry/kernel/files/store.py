"""Where bytes lie, each under the SHA-256 of its content: a folder of this machine, or an S3 bucket."""

import hashlib
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from flask import current_app

from registry.config import Settings
from registry.kernel.errors import Refusal
from registry.kernel.i18n import _

if TYPE_CHECKING:
    from obstore.store import LocalStore, S3Store

log = logging.getLogger(__name__)
EXTENSION: Final = "registry.files"
OURS: Final = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})(\.thumb\.webp)?")
PATIENCE: Final = "10s"
RETRIES: Final = 2
FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600


class StoreDown(Refusal):
    """The store does not answer, or what it gave is not what was put there."""

    status: ClassVar[int] = 503
    slug: ClassVar[str] = "files-unavailable"


def key_of(sha256: str) -> str:
    """Where a content lies; a folder holds one 256th of all."""
    return f"{sha256[:2]}/{sha256}"


def thumbnail_key(sha256: str) -> str:
    """Where the small picture of a content lies; it can be drawn again from it."""
    return f"{key_of(sha256)}.thumb.webp"


class Store:
    """One folder or one bucket. Every method raises StoreDown when it does not answer."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def has(self, key: str) -> bool:
        """Whether something lies there."""
        import obstore  # noqa: PLC0415 — a start of the server should not pay for it

        with _answers():
            try:
                obstore.head(self._place, key)
            except FileNotFoundError:
                return False
            return True

    def put(self, key: str, content: bytes) -> None:
        """Lay bytes down, all or nothing; what lies there already is the same, for its name is its hash."""
        import obstore  # noqa: PLC0415 — see has

        if self.has(key):
            return
        with _answers():
            obstore.put(self._place, key, content)
            if self._folder is not None:
                _settle(self._folder / key)

    def get(self, key: str) -> bytes | None:
        """The bytes that lie there; None when nothing does."""
        import obstore  # noqa: PLC0415 — see has

        with _answers():
            try:
                return bytes(obstore.get(self._place, key).bytes())
            except FileNotFoundError:
                return None

    def content(self, sha256: str) -> bytes:
        """The content of that hash, compared with it."""
        found = self.get(key_of(sha256))
        if found is None or hashlib.sha256(found).hexdigest() != sha256:
            log.error("file %s is %s in the store", sha256, "missing" if found is None else "damaged")
            raise StoreDown(
                _("The content of this file is lost or damaged in the store; an administrator can restore it.")
            )
        return found

    def delete(self, key: str) -> None:
        """Take away what lies there."""
        import obstore  # noqa: PLC0415 — see has

        with _answers():
            obstore.delete(self._place, key)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Every key, and when it was put there."""
        import obstore  # noqa: PLC0415 — see has

        with _answers():
            for some in obstore.list(self._place):
                yield from ((one["path"], one["last_modified"]) for one in some)

    @property
    def _folder(self) -> Path | None:
        return None if self.settings.files_url else self.settings.home / "files"

    @cached_property
    def _place(self) -> "LocalStore | S3Store":
        """Opened when it is first asked: S3 keys and region come from the AWS_* variables and are read only there."""
        from obstore.store import LocalStore, S3Store  # noqa: PLC0415 — see has

        if self._folder is not None:
            self._folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            return LocalStore(self._folder)
        bucket, _slash, prefix = (self.settings.files_url or "").removeprefix("s3://").partition("/")
        endpoint = self.settings.files_endpoint
        return S3Store(
            bucket,
            prefix=prefix or None,
            config={"endpoint": endpoint} if endpoint else None,
            client_options={"allow_http": (endpoint or "").startswith("http://"), "timeout": PATIENCE},
            retry_config={"max_retries": RETRIES},
        )


def store() -> Store:
    """The store of this application."""
    known: Store = current_app.extensions.setdefault(EXTENSION, Store(current_app.extensions["registry"]))
    return known


@contextmanager
def _answers() -> Iterator[None]:
    """Whatever goes wrong with a store is said in one way; FileNotFoundError is an answer."""
    from obstore.exceptions import BaseError  # noqa: PLC0415 — see Store.has

    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        log.exception("the file store does not answer")
        text = _("The store of files does not answer at the moment; nothing was changed. Try again in a few minutes.")
        raise StoreDown(text) from error


def _settle(path: Path) -> None:
    """Only ours to read, and on the disk before a row names it."""
    path.chmod(FILE_MODE)
    for place in (path, path.parent):
        opened = os.open(place, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
