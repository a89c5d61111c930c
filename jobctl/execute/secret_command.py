"""What a program prints, within bounds: a password manager's answer."""

import os
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence


class TooMuch(Exception):
    """It printed more than it may."""


def output_of(argv: Sequence[str], env: Mapping[str, str], folder: str, seconds: float, limit: int) -> bytes:
    """What a program writes to its stdout until it has ended. Raises as `subprocess.run` with `check`, and TooMuch;
    then it has been killed."""
    end_at = time.monotonic() + seconds
    with subprocess.Popen(
        argv,
        env=dict(env),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    ) as process:
        assert process.stdout is not None
        try:
            data = _until_end(process.stdout.fileno(), end_at, limit)
            status = process.wait(max(end_at - time.monotonic(), 0.001))
        except TimeoutError:
            raise subprocess.TimeoutExpired(argv, seconds) from None
        finally:
            process.kill()
    if status:
        raise subprocess.CalledProcessError(status, argv)
    return data


def _until_end(fd: int, end_at: float, limit: int) -> bytes:
    data = b""
    with selectors.DefaultSelector() as selector:
        selector.register(fd, selectors.EVENT_READ)
        while True:
            if not selector.select(max(end_at - time.monotonic(), 0)) and time.monotonic() >= end_at:
                raise TimeoutError
            piece = os.read(fd, limit + 1)
            data += piece
            if len(data) > limit:
                raise TooMuch
            if not piece:
                return data
