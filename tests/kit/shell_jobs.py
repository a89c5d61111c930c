"""Shell jobs executed for real, by a holder of their own, without a daemon; `slots` that may be taken at once."""

import contextlib
import os
import selectors
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobctl.execute.attempt import Ending, News
from jobctl.execute.holder import record as records
from jobctl.execute.holder.client import Holder
from jobctl.execute.holder.leftovers import discard, recover
from jobctl.execute.holder_program import proc as tree
from jobctl.execute.logs import Logs
from jobctl.execute.shell.executor import Shell
from jobctl.execute.state_folder import StateFolder
from jobctl.model.claim import Claim
from jobctl.model.job import Job
from tests.kit.claims import claim
from tests.kit.rows import Rows
from tests.kit.until import until

SECOND = timedelta(seconds=1)


class ShellJobs:
    """A state folder, a selector, and one executor after the other, as daemons come and go."""

    def __init__(self, root: Path, env: Mapping[str, str] | None = None, slots: int | None = None) -> None:
        self.root = root
        self.slots = slots
        self.folder = StateFolder(root / "state")
        self.folder.make()
        self.env = {"PATH": os.environ["PATH"], **(env or {})}
        self.rows = Rows()
        self.news = News([], [], [])
        self._daemons = 0
        self._claims = 0
        self.begin()

    def begin(self) -> None:
        """A daemon starts, with a holder of its own."""
        self._daemons += 1
        self.selector = selectors.DefaultSelector()
        self.holder = Holder.start(self.folder.holders, f"d{self._daemons}", sys.executable, self.selector)
        slots = None if self.slots is None else lambda: self.slots or 0
        self.shell = Shell(self.holder, Logs(self.folder, self.rows), self.env, slots=slots)

    def vanish(self) -> Path:
        """The daemon is gone, as if killed: its holder's folder."""
        self.shell.close()
        self.holder.close()
        self.selector.close()
        return self.holder.folder

    def claim(self, run: str | tuple[str, ...], facts: Mapping[str, Any] | None = None, **keys: Any) -> Claim:
        """A claim of a new run; `keys` are those of its job, `facts` those of the claim."""
        self._claims += 1
        job = Job(**({"name": "backup", "run": run, "working_dir": str(self.root)} | keys))
        return claim(job, **({"run_id": self._claims} | dict(facts or {})))

    def start(self, run: str | tuple[str, ...], facts: Mapping[str, Any] | None = None, **keys: Any) -> Claim:
        """Begin an attempt of a new run."""
        started = self.claim(run, facts, **keys)
        self.shell.start(started, datetime.now(UTC))
        return started

    def turn(self, wait: float = 0.02) -> None:
        """One turn of a daemon's loop."""
        for key, _ in self.selector.select(wait):
            key.data()
        self.shell.tick(datetime.now(UTC))
        news = self.shell.news()
        self.news.began.extend(news.began)
        self.news.reports.extend(news.reports)
        self.news.endings.extend(news.endings)

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Go on until something is true."""

        def found() -> bool:
            self.turn()
            return true()

        until(found, what)

    def ending(self, of: Claim) -> Ending:
        """Go on until an attempt has ended."""

        def found() -> list[Ending]:
            self.turn()
            return [ending for ending in self.news.endings if ending.claim.key == of.key]

        return until(found, f"run {of.run_id} has ended")[0]

    def run(self, run: str | tuple[str, ...], facts: Mapping[str, Any] | None = None, **keys: Any) -> Ending:
        """Execute an attempt to its end."""
        return self.ending(self.start(run, facts, **keys))

    def output(self, of: Ending | Claim) -> bytes:
        """What an attempt wrote; empty if it has no log."""
        key = (of.claim if isinstance(of, Ending) else of).key
        log = self.folder.log(key.run_id, key.fence)
        return log.read_bytes() if log.exists() else b""

    def wrote(self, of: Claim, text: bytes) -> bytes:
        """Go on until an attempt has written `text`."""
        until(lambda: text in self.output(of), f"the log holds {text!r}")
        return self.output(of)

    def close(self) -> None:
        """Kill every holder, and with it what it holds."""
        with contextlib.suppress(KeyError, ValueError):
            self.vanish()
        for home in self.folder.holders.iterdir():
            kill_holder(home)


def holder_pid(home: Path) -> int:
    """The process of the holder in a folder."""
    record = records.read(home)
    assert record is not None
    return record.pid


def kill_holder(home: Path) -> None:
    """Kill a holder and everything that carries its mark."""
    recover(home)
    discard(home)


def lives(pid: int) -> bool:
    """True while a process exists and is not a zombie."""
    facts = tree.stat(pid)
    return facts is not None and facts.lives


def stop(pid: int) -> None:
    """Kill one process."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
