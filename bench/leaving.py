"""A measurement that is told to end takes along what it has started: servers, workers, daemons, folders."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

_ASKS = (signal.SIGTERM, signal.SIGHUP)
_PATIENCE_S = 30


def leave_in_order() -> None:
    """From now on SIGTERM and SIGHUP end this process as Ctrl-C does, through every `finally`; once is enough."""
    for number in _ASKS:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _leave)


@contextmanager
def started(*commands: Sequence[str], **options: Any) -> Iterator["list[subprocess.Popen[bytes]]"]:
    """Processes that are asked to end afterwards, and killed if they do not; `options` are those of Popen."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        with _undisturbed():
            for command in commands:
                processes.append(subprocess.Popen(command, **options))
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _see_end(process, options.get("start_new_session", False))


def _see_end(process: "subprocess.Popen[bytes]", has_session: bool) -> None:
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        (os.killpg if has_session else os.kill)(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """An ask that comes meanwhile is followed at the end: what is being started is known by then, and can be ended."""
    asked: list[int] = []
    heard = (*_ASKS, signal.SIGINT)
    before = {number: signal.signal(number, lambda number, _: asked.append(number)) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for ask in asked:
        signal.raise_signal(ask)


def _leave(number: int, frame: FrameType | None) -> None:
    for ask in _ASKS:
        signal.signal(ask, signal.SIG_IGN)
    sys.exit(128 + number)
