"""Text from outside, made safe for a terminal: control characters become visible."""

import re

SGR = re.compile(r"\x1b\[[0-9;:]*m")
"""What colours text on a terminal, the one escape sequence that may be let through."""
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_ESCAPES |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
# Bidirectional marks, overrides and isolates reorder what a person reads; others are not seen at all.
_REORDERING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029)
_UNSEEN = (0x200B, *range(0x2060, 0x2065), 0xFEFF)
_ESCAPES |= {code: f"\\u{code:04x}" for code in (*_REORDERING, *_UNSEEN)}
_ESCAPES |= {code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)}
_ESCAPES_BUT_LINES = {k: v for k, v in _ESCAPES.items() if k not in (ord("\n"), ord("\t"))}


def visible(text: str, *, lines: bool = False) -> str:
    """`text` with every control character escaped; `lines` leaves newlines and tabs alone.

    >>> print(visible("a\\x1b[31mred\\n"))
    a\\x1b[31mred\\n
    """
    return text.translate(_ESCAPES_BUT_LINES if lines else _ESCAPES)
