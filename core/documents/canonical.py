"""One text for one content, so that a digest means something: sorted keys, no spaces, decimals as text."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any


def canonical(value: Any) -> Any:
    """*value* as plain JSON data: decimals and dates as text, tuples as lists.

    Raises TypeError for anything else that JSON cannot carry, and for floats: two machines may print the
    same one differently.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case Mapping():
            return {_key(key): canonical(item) for key, item in value.items()}
        case list() | tuple():
            return [canonical(item) for item in value]
    raise TypeError(f"No canonical form for {type(value).__name__}: {value!r}")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"Keys are texts, not {type(key).__name__}: {key!r}")
    return key


def canonical_json(value: Any) -> str:
    """The one JSON text of *value*; equal contents give equal texts."""
    return json.dumps(canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 of the canonical text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
