"""The jobs of a chaos run, and a stream of command lines that enqueue them."""

import json
import random
import sys
from pathlib import Path

WEIGHTS = {
    "plain": 20,
    "once": 12,
    "forker": 8,
    "stubborn": 3,
    "retried": 8,
    "chained": 8,
    "keyed": 10,
    "call": 18,
    "call_once": 8,
}
# Enqueued many at a time: these are claimed ahead.
BURSTS = ("quick", "call_quick")
BURST = 60


def catalog(home: Path) -> str:
    """The catalog, as YAML; `work.py` and `quick.sh` are in `home`."""
    params = {"code": {"type": "integer", "default": 0}, "ms": {"type": "integer", "default": 20}}

    def shell(kind: str, **keys: object) -> dict[str, object]:
        return {"run": [sys.executable, "-I", "-S", str(home / "work.py"), kind], "params": params, **keys}

    follow = [sys.executable, "-I", "-S", str(home / "work.py"), "follow"]
    jobs = {
        "plain": shell("plain"),
        "once": shell("once", idempotent=False),
        "forker": shell("forker"),
        "stubborn": shell("stubborn", timeout="1s", stop_grace_period="300ms"),
        "retried": shell("retried", retry={"limit": 8, "delay": "200ms", "backoff": 1}),
        "chained": shell("chained", on_failure=follow),
        "keyed": shell("keyed", unique_for="1d"),
        "call": {"call": "work:call", "params": params},
        "quick": {"run": ["/bin/sh", str(home / "quick.sh")]},
        "call_quick": {"call": "work:call_quick"},
        "call_once": {"call": "work:call", "params": params, "idempotent": False},
    }
    return json.dumps({"defaults": {"path": [str(home)], "working_dir": str(home)}, "jobs": jobs})


class Stream:
    """Command lines for `jobctl`, in an order that the dice decide."""

    def __init__(self, dice: random.Random, home: Path) -> None:
        self._dice = dice
        self._home = home
        self._keys = 0

    def next(self) -> tuple[list[str], str]:
        """Arguments and standard input of the next command."""
        way = self._dice.random()
        if way < 0.03:
            lines = [json.dumps({"job": self._dice.choice(BURSTS)})] * BURST
            return ["enqueue", "--from", "-", "--json"], "\n".join(lines)
        if way < 0.12:
            lines = [self._line() for _ in range(self._dice.randint(2, 8))]
            return ["enqueue", "--from", "-", "--json"], "\n".join(lines)
        if way < 0.20:
            program = [sys.executable, "-I", "-S", str(self._home / "work.py"), "plain"]
            return ["enqueue", "--name", "adhoc", "--", *program, *map(str, self._params().values())], ""
        if way < 0.26:
            return ["run", "plain", *self._options()], ""
        job = self._job()
        key = ["--key", self._key()] if job == "keyed" else []
        return ["enqueue", job, *self._options(job), *key], ""

    def _line(self) -> str:
        job = self._job()
        line: dict[str, object] = {"job": job, "params": self._params(job)}
        return json.dumps(line | ({"key": self._key()} if job == "keyed" else {}))

    def _job(self) -> str:
        return self._dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]

    def _key(self) -> str:
        """Now a new key, now one that was used before."""
        if self._dice.random() < 0.5:
            self._keys += 1
        return f"key-{self._dice.randint(max(0, self._keys - 3), self._keys)}"

    def _params(self, job: str = "plain") -> dict[str, int]:
        code = {"retried": 75, "chained": 9, "forker": 0}.get(job, self._dice.choice([0, 0, 3, 17]))
        return {"code": code, "ms": self._dice.choice([0, 20, 100, 300, 1200])}

    def _options(self, job: str = "plain") -> list[str]:
        return [word for name, value in self._params(job).items() for word in ("-p", f"{name}={value}")]
