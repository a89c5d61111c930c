"""What the jobs of a chaos run do: each attempt notes its start and its end in one journal, which no database sees.

Runs by any Python, as a program for shell jobs and as a module for callables. An attempt holds an flock on a file of
its run for as long as any process of it lives: if it cannot get it, two attempts live at the same time.
"""

import fcntl
import json
import os
import signal
import sys
import time

HOME = __file__.rpartition("/")[0]


def note(event: str, kind: str, **more: object) -> None:
    """One line, by one write."""
    line = {
        "event": event,
        "kind": kind,
        "run": int(os.environ["JOBCTL_RUN_ID"]),
        "attempt": int(os.environ["JOBCTL_ATTEMPT"]),
        "pid": os.getpid(),
        "at": time.clock_gettime(time.CLOCK_BOOTTIME),
    }
    fd = os.open(HOME + "/journal", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(fd, (json.dumps({**line, **more}) + "\n").encode())
    os.close(fd)


def lock(kind: str) -> int:
    """Hold the lock of the run, as long as the descriptor and its copies are open."""
    fd = os.open("{}/locks/{}".format(HOME, os.environ["JOBCTL_RUN_ID"]), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        note("overlap", kind)
    return fd


def leave_behind(held: int, seconds: float) -> None:
    """A grandchild in a session of its own, whose parent is gone; every second one without any environment."""
    if os.fork():
        os.wait()
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    if int(os.environ["JOBCTL_RUN_ID"]) % 2:
        os.set_inheritable(held, True)
        os.execve(sys.executable, [sys.executable, "-ISc", f"import time; time.sleep({seconds})"], {})
    time.sleep(seconds)
    os._exit(0)


def program(kind: str, code: int, ms: int) -> int:
    """One attempt of a shell job: its exit status."""
    if kind == "follow":
        note("follow", kind)
        return 0
    held = lock(kind)
    note("start", kind)
    if kind == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if kind == "forker":
        leave_behind(held, ms / 250)
    time.sleep(60 if kind == "stubborn" else ms / 1000)
    if kind == "retried" and int(os.environ["JOBCTL_ATTEMPT"]) >= 3:
        code = 0
    note("end", kind, exit=code)
    return code


def call(code: int, ms: int) -> None:
    """One attempt of a callable."""
    held = lock("call")
    try:
        note("start", "call")
        time.sleep(ms / 1000)
        note("end", "call", exit=code)
    finally:
        os.close(held)
    if code:
        raise RuntimeError("as told")


def call_quick() -> None:
    """One attempt of a callable that takes no time."""
    call(0, 0)


if __name__ == "__main__":
    kind, *given = sys.argv[1:]
    code = int(given[0] if given else os.environ.get("JOBCTL_PARAM_CODE", "0"))
    ms = int(given[1] if len(given) > 1 else os.environ.get("JOBCTL_PARAM_MS", "0"))
    os._exit(program(kind, code, ms))
