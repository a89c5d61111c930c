"""JSON text that is the same for equal data, wherever it is written: digests and keys rest on it.

Quick by design: `jobctl enqueue` imports this at every start.
"""

import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(data: Any) -> str:
    """The text of JSON data: keys in order, no blanks, letters as they are.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return _ENCODER.encode(data)
