"""Plain values in one canonical form, and the digest of it: what is signed, and files that spacing does not change.

The form is JSON with its keys sorted and without spaces.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_of(said: Mapping[str, Any]) -> str:
    """The SHA-256 of plain values in their canonical form, in hexadecimal digits."""
    written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
