"""Callables that take their time."""

import asyncio
import os
import pathlib
import signal
import subprocess
import sys
import time


def spin(started=None):
    if started:
        pathlib.Path(started).touch()
    while True:
        pass


def sleep(seconds, started=None):
    if started:
        pathlib.Path(started).touch()
    time.sleep(seconds)
    return "slept"


def deaf_sleep(seconds, started):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pathlib.Path(started).touch()
    time.sleep(seconds)


def polite_sleep(seconds, started):
    def leave(number, frame):
        raise SystemExit(5)

    signal.signal(signal.SIGTERM, leave)
    pathlib.Path(started).touch()
    time.sleep(seconds)


def last_words(seconds, started):
    def leave(number, frame):
        print("so be it")
        raise SystemExit(5)

    signal.signal(signal.SIGTERM, leave)
    print("here I am")
    pathlib.Path(started).touch()
    time.sleep(seconds)


def with_child(seconds, started):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    pathlib.Path(started).write_text(str(child.pid))
    time.sleep(seconds)


def talk(seconds, first, started):
    print(first)
    pathlib.Path(started).touch()
    time.sleep(seconds)
    print("the end")


def flood(count, started=None, seconds=0):
    line = "x" * 1023 + "\n"
    for _ in range(count):
        sys.stdout.write(line)
    if started:
        pathlib.Path(started).touch()
    time.sleep(seconds)


async def gentle(word):
    await asyncio.sleep(0)
    asyncio.ensure_future(asyncio.sleep(600))  # noqa: RUF006 - left behind on purpose
    return word.upper()


async def loop_of():
    return id(asyncio.get_running_loop())


async def gentle_failure():
    await asyncio.sleep(0)
    raise ValueError("gently")


def talk_until(first, path, started=None):
    print(first)
    if started:
        pathlib.Path(started).touch()
    while not pathlib.Path(path).exists():
        time.sleep(0.01)
    print("the end")


def spin_as(started):
    pathlib.Path(started).write_text(str(os.getpid()))
    while True:
        pass
