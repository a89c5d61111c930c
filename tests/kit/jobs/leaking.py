"""Callables that leave something changed, and those that tell what they find."""

import asyncio
import concurrent.futures
import contextvars
import decimal
import gc
import locale
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings

VARIABLE = contextvars.ContextVar("VARIABLE", default="unset")


def found():
    """All that a call can notice of those before it."""
    return {
        "signals": [str(signal.getsignal(number)) for number in range(1, 32)],
        "failing child": subprocess.run(["false"]).returncode,
        "timers": [signal.getitimer(which) for which in (0, 1, 2)],
        "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "limits": [resource.getrlimit(which) for which in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)],
        "variable": VARIABLE.get(),
        "precision": decimal.getcontext().prec,
        "stdin": [sys.stdin.closed, sys.stdin.read()],
        "stdin itself": os.readlink("/proc/self/fd/0"),  # noqa: PTH115 - Python 3.8
        "recursion": sys.getrecursionlimit(),
        "path": sys.path,
        "argv": sys.argv[1:],
        "socket": socket.getdefaulttimeout(),
        "logging": [logging.root.manager.disable, logging.root.level, len(logging.root.handlers)],
        "loop": asyncio.get_event_loop_policy().get_event_loop().is_closed(),
        "locale": locale.setlocale(locale.LC_ALL),
        "warnings": [repr(each) for each in warnings.filters],
        "hooks": [sys.excepthook is sys.__excepthook__, str(threading.excepthook)],
        "traced": [str(sys.gettrace()), str(sys.getprofile())],
        "collecting": gc.isenabled(),
        "niceness": os.getpriority(os.PRIO_PROCESS, 0),
        "zone": time.tzname,
        "environ": dict(os.environ) == {**os.environ} and "LEAKED" not in os.environ,
    }


def ignore_children():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def set_alarms():
    signal.alarm(1)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1)
    signal.setitimer(signal.ITIMER_PROF, 1)


def block():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})


def lower_limit():
    resource.setrlimit(resource.RLIMIT_NOFILE, (20, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def set_variable():
    VARIABLE.set("leaked")
    decimal.getcontext().prec = 3


def leave():
    exit()


def close_stdin():
    os.close(0)


def change_interpreter():
    sys.setrecursionlimit(333)
    sys.path.insert(0, "/leaked")
    sys.argv.append("leaked")
    sys.excepthook = threading.excepthook = print
    sys.settrace(lambda *_: None)
    sys.setprofile(lambda *_: None)
    gc.disable()


def change_library():
    socket.setdefaulttimeout(0.001)
    logging.disable(logging.CRITICAL)
    logging.basicConfig(level=logging.DEBUG)
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    warnings.simplefilter("error")


def close_loop():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.close()


def be_nice():
    os.nice(1)


def move_away():
    os.environ["TZ"] = "Pacific/Kiritimati"
    os.environ["LEAKED"] = "1"
    time.tzset()


def replace_environ():
    os.environ = {"LEAKED": "1"}  # noqa: B003


async def close_running_loop():
    loop = asyncio.get_running_loop()
    loop.call_later(0.01, print, "a timer of another call")
    await loop.run_in_executor(None, time.time)
    await loop.shutdown_default_executor()


async def use_executor():
    await asyncio.sleep(0.03)
    return await asyncio.get_running_loop().run_in_executor(None, lambda: "done")


def leave_thread(daemon, seconds):
    def talk():
        time.sleep(seconds)
        print("a thread talks")

    threading.Thread(target=talk, daemon=daemon).start()


def leave_pool(seconds):
    pool = POOLS[0] = concurrent.futures.ThreadPoolExecutor(2)
    pool.submit(time.sleep, seconds).add_done_callback(lambda _: print("a pool talks"))


POOLS = {}


def pid():
    return os.getpid()
