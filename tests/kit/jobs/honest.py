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
