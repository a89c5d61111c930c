"""A callable that takes its daemon along."""

import os
import pathlib
import signal
import time


def kill_daemon(path):
    while not pathlib.Path(path).read_text():
        time.sleep(0.01)
    os.kill(int(pathlib.Path(path).read_text()), signal.SIGKILL)
    time.sleep(300)
