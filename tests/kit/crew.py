"""Workers with a real holder, driven by a loop like the daemon's."""

import os
import selectors
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from jobctl.execute.attempt import Ending, News
from jobctl.execute.callables.executor import Workers
from jobctl.execute.holder.client import Holder
from jobctl.execute.state_folder import StateFolder
from jobctl.model.claim import Claim, ClaimKey
from jobctl.model.job import Job, Param
from jobctl.model.outcome import Outcome
from tests.kit.claims import claim
from tests.kit.until import PATIENCE
from tests.kit.worker_process import JOBS


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class Crew:
    """Workers below `root`, and what they told."""

    def __init__(self, root: Path, slots: int = 4, daemon_env: dict[str, str] | None = None) -> None:
        self.folder = StateFolder(root)
        self.folder.make()
        self.selector = selectors.DefaultSelector()
        self.holder = Holder.start(self.folder.holders, "own", sys.executable, self.selector)
        environment = {"PATH": os.environ["PATH"]} if daemon_env is None else daemon_env
        self.workers = Workers(self.holder, self.folder, environment, self.selector, slots)
        self.told = News([], [], [])
        self._run_ids = count(1)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self.workers.close()
        self.holder.end()
        self.holder.close()
        self.selector.close()

    def job(self, call: str, **facts: Any) -> Job:
        """A callable job whose code is in `tests/kit/jobs`."""
        return Job(**{"name": "demo", "call": call, "path": (str(JOBS),)} | facts)

    def start(self, job: Job, **params: Any) -> Claim:
        """Begin an attempt."""
        return self.start_at(now(), job, **params)

    def start_at(self, at: datetime, job: Job, /, **params: Any) -> Claim:
        """Begin an attempt at a given time."""
        declared = {name: Param() for name in params} | dict(job.params)
        begun = claim(Job(**{**_fields(job), "params": declared}), run_id=next(self._run_ids), params=params)
        self.workers.start(begun, at)
        return begun

    def run(self, call: str, /, *, job: dict[str, Any] | None = None, **params: Any) -> Outcome:
        """Execute one attempt to its end."""
        return self.ending(self.start(self.job(call, **(job or {})), **params).key).outcome

    def ending(self, key: ClaimKey) -> Ending:
        """Go round until an attempt has ended."""
        self.until(lambda: any(e.claim.key == key for e in self.told.endings), f"{key} has ended")
        return next(e for e in self.told.endings if e.claim.key == key)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Go round until `condition` holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"waited {PATIENCE} s in vain until {what}"
            self.go_round()

    def go_round(self, at: datetime | None = None) -> None:
        """What the daemon does in one turn; a condition is looked at every 20 ms."""
        self.workers.tick(at or now())
        for key, _ in self.selector.select(0.02):
            key.data()
        news = self.workers.news()
        self.told.began.extend(news.began)
        self.told.reports.extend(news.reports)
        self.told.endings.extend(news.endings)

    def log(self, begun: Claim) -> str:
        """The output of an attempt: in its ending where it is short, else its log file."""
        kept = next((e.output for e in self.told.endings if e.claim.key == begun.key), None)
        return self.folder.log(begun.run_id, begun.fence).read_text() if kept is None else kept.decode()


def _fields(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in Job.__dataclass_fields__}
