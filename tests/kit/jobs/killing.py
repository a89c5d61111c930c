"""Callables that take their daemon along, or the process that holds its jobs."""

import os
import pathlib
import signal
import time


def kill_daemon(path):
    while not pathlib.Path(path).read_text():
        time.sleep(0.01)
    os.kill(int(pathlib.Path(path).read_text()), signal.SIGKILL)
    time.sleep(300)


def kill_holder():
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(300)


def nap(seconds):
    time.sleep(seconds)
