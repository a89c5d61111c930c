"""Callables that speak in the name of their worker."""

import os
import pathlib
import signal
import sys
import time


def say(line):
    """Write a line where a worker tells its results, and live on."""
    os.write(sys.modules["_jobctl_worker"].report.__self__.replies, line.encode() + b"\n")
    time.sleep(300)


def say_and_return(line):
    os.write(sys.modules["_jobctl_worker"].report.__self__.replies, line.encode() + b"\n")


def say_that_nothing_has_begun():
    """Put tokens back, more than there were calls, and die. Their pipe is the first that a worker is given to read."""
    output = os.fstat(1).st_ino
    pipes = [fd for fd in range(3, 256) if pathlib.Path(f"/proc/self/fd/{fd}").is_fifo()]
    tokens = next(fd for fd in pipes if os.fstat(fd).st_ino != output)
    os.write(os.open(f"/proc/self/fd/{tokens}", os.O_WRONLY | os.O_NONBLOCK), bytes(8 * 100))
    os.kill(os.getpid(), signal.SIGKILL)


def say_deep(levels):
    say("[" * levels + "]" * levels)


def inheritable():
    """The descriptors that a child process would get, besides the usual ones."""
    return [fd for fd in range(3, 256) if pathlib.Path(f"/proc/self/fd/{fd}").exists() and os.get_inheritable(fd)]
