"""Callables that mean no harm, and return, raise or report what is hard to tell."""

from decimal import Decimal

from jobctl import Retry, progress


def nan_progress():
    progress(float("nan"))


def decimal_progress():
    progress(Decimal("NaN"), Decimal(7))


def huge_progress():
    progress(10**400, 3)


def huge_number():
    return {"n": 10**5000}


def large_number():
    return [2**64]


def deep():
    value = 1
    for _ in range(65):
        value = [value]
    return value


def just_deep_enough():
    value = 1
    for _ in range(64):
        value = [value]
    return value


def digits_in_text():
    return "1" * 40


def surrogate_name():
    raise type("A", (Exception,), {"__qualname__": "B\udc80"})("x")


def interrupting_message():
    class Odd(Exception):
        def __str__(self):
            raise KeyboardInterrupt

    raise Odd


def hostile_exit():
    class Odd:
        def __str__(self):
            raise SystemExit(9)

    raise SystemExit(Odd())


def odd_delay():
    error = Retry(3, "later")
    error.delay = "soon"
    raise error


def no_delay():
    raise Retry(float("nan"))


def hostile_mapping():
    class Odd(dict):
        def items(self):
            raise LookupError("not now")

    return Odd(a=1)


def fails():
    raise ValueError("no such album")


def freezes_time():
    """As freezegun does: in the module `time`, and wherever else a module knows the same function."""
    import sys
    import time

    frozen = {id(time.time): lambda: 0.0, id(time.monotonic): lambda: 0.0, id(time.time_ns): lambda: 0}
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()):
            if id(value) in frozen:
                setattr(module, name, frozen[id(value)])


def patches_json():
    import json

    def dumps(*args, **more):
        raise AssertionError("patched")

    json.dumps = json.loads = dumps
    return {"a": [1]}


def spoils_its_worker():
    import os

    os.fchdir = os.dup2 = os.umask = None
