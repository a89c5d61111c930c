"""What all parts do with bytes and files."""

from __future__ import annotations

import os

OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RAW = ("utf-8", "surrogateescape")
BLOCK = 1024 * 1024


def log_path(logs: str, run_id: int, attempt: int) -> str:
    """The log file of an attempt in the folder of log files."""
    return f"{logs}/{run_id // 1000}/{run_id}.{attempt}.log"


def write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
