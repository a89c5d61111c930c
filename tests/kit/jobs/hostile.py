"""Callables that turn what they share with their daemon against it. Descriptors are found, not known."""

import fcntl
import os
import pathlib
import time


def _pipes():
    """The descriptors of pipes above the standard ones, with whether they are for writing."""
    for entry in pathlib.Path("/proc/self/fd").iterdir():
        fd = int(entry.name)
        try:
            if fd > 2 and str(entry.readlink()).startswith("pipe:"):
                yield fd, bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE)
        except OSError:
            continue


def have_it_wait():
    """Whoever reads from what this process has too would wait for ever from now on."""
    for fd, _ in _pipes():
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) & ~os.O_NONBLOCK)
    os._exit(0)


def speak_without_end(line):
    """Say things of another call, as fast as can be."""
    for fd, writes in _pipes():
        if writes:
            try:
                fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, 1024 * 1024)
            except OSError:
                pass
            os.set_blocking(fd, True)
            data = (line + "\n").encode() * 2000
            while True:
                os.write(fd, data)


def say(text, times):
    """Say something so many times on every pipe that can be written to."""
    for fd, writes in _pipes():
        if writes:
            os.set_blocking(fd, True)
            data = text.encode() * times
            while data:
                data = data[os.write(fd, data) :]
    time.sleep(300)
