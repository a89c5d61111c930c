"""Callables that speak in the name of their worker."""

import os
import pathlib
import sys
import time


def say(line):
    """Write a line where a worker tells its results, and live on."""
    os.write(sys.modules["_jobctl_worker"].replies, line.encode() + b"\n")
    time.sleep(60)


def say_deep(levels):
    say("[" * levels + "]" * levels)


def inheritable():
    """The descriptors that a child process would get, besides the usual ones."""
    return [fd for fd in range(3, 256) if pathlib.Path(f"/proc/self/fd/{fd}").exists() and os.get_inheritable(fd)]
