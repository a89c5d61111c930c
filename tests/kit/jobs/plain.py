"""Callables that return, raise and exit."""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import time

CHILD = "import json, os; print(json.dumps({n: v for n, v in os.environ.items() if n.startswith('JOBCTL_')}))"


def nothing():
    return None


def add(a, b):
    return a + b


def echo(**params):
    return params


def describe(day, at):
    return [type(day).__name__, day.isoformat(), type(at).__name__, at.astimezone(datetime.UTC).isoformat()]


def text(length):
    return "x" * length


def a_set():
    return {1, 2}


def not_a_number():
    return float("nan")


class OutOfStock(LookupError):
    """An exception of the job's own."""


def buy(item):
    return _find(item)


def _find(item):
    raise OutOfStock(f"no {item}")


def interrupted():
    raise KeyboardInterrupt


def leave(code):
    sys.exit(code)


def drop_dead(code):
    os._exit(code)


def kill_itself(signal):
    os.kill(os.getpid(), signal)
    time.sleep(300)


def fork_a_child():
    if os.fork() == 0:
        os.setsid()
        time.sleep(300)
        os._exit(0)


def variables(**params):
    return {name: value for name, value in os.environ.items() if name.startswith(("JOBCTL_", "SHOP_"))}


def variables_of_a_child():
    printed = subprocess.run([sys.executable, "-ISc", CHILD], capture_output=True, check=True, text=True).stdout
    return json.loads(printed)


def set_run_id():
    os.environ["JOBCTL_RUN_ID"] = "mine"


def litter():
    os.environ["SHOP_LITTER"] = "1"
    os.chdir("/")
    os.umask(0)


def surroundings():
    mask = os.umask(0o22)
    os.umask(mask)
    return {"cwd": str(pathlib.Path.cwd()), "umask": mask, "litter": os.environ.get("SHOP_LITTER")}


def where():
    return {"python": sys.executable, "version": list(sys.version_info[:2]), "pid": os.getpid(), "path": sys.path}


class Desk:
    @staticmethod
    def answer():
        return 42


not_callable = 3


def letters_of(name):
    return len(os.environ[name])


def length_of(**texts):
    return sum(map(len, texts.values()))


def stay(path: str, seconds: float) -> None:
    """Say in a file that it begins and that it ends."""
    with open(path, "a") as file:
        print("+", file=file, flush=True)
        time.sleep(seconds)
        print("-", file=file, flush=True)


def note(path: str, text: str) -> None:
    with open(path, "a") as notes:
        notes.write(f"{text}\n")
