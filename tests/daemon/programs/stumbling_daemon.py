"""A daemon whose store, at its Nth call, fails once or for good, or kills or stops the daemon, or loses its answer.

Arguments: database, N, way. Exit status 99: it lived and ended without an Nth call.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from jobctl.daemon import intervals as waits
from jobctl.daemon.journal import open_journal
from jobctl.daemon.settings import Settings
from jobctl.daemon.signals import Signals
from jobctl.daemon.start import serve
from jobctl.execute.state_folder import StateFolder
from jobctl.model.errors import Unusable
from jobctl.store.opening import open_store
from jobctl.store.protocol import Store

UNREACHED = 99
REFUSALS = 1
# The answer of these cannot be lost (docs/adr/0010).
CLAIMING = ("register", "exchange", "take_over")


class Stumbling:
    """A store that stumbles at its Nth call."""

    def __init__(self, store: Store, nth: int, way: str) -> None:
        self._store = store
        self._nth = nth
        self._way = way
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return self._stumbling(name, found) if callable(found) else found

    def _stumbling(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **keys: Any) -> Any:
            if self._way == "answer lost" and name in CLAIMING:
                return method(*args, **keys)
            self.calls += 1
            hit = self.calls == self._nth
            if hit:
                print(f"stumbles: {name}", file=sys.stderr, flush=True)
            if self._way == "killed before" and hit:
                os.kill(os.getpid(), signal.SIGKILL)
            if self._way == "once" and hit:
                raise Unusable("the database stumbles", hint="wait")
            if self._way == "for good" and self.calls >= self._nth:
                if self.calls >= self._nth + REFUSALS:
                    os.kill(os.getpid(), signal.SIGKILL)
                raise Unusable("the database is gone", hint="restart")
            answer = method(*args, **keys)
            if self._way == "killed after" and hit:
                os.kill(os.getpid(), signal.SIGKILL)
            if self._way == "stopped after" and hit:
                os.kill(os.getpid(), signal.SIGTERM)
            if self._way == "answer lost" and hit:
                raise Unusable("the answer is lost", hint="wait")
            return answer

        return call


def main(db: str, nth: str, way: str) -> int:
    """Serve until all is done."""
    open_journal(sys.stderr, "text")
    # After trouble it tries again sooner than in real life.
    waits.POLL = timedelta(milliseconds=50)
    stumbling = Stumbling(open_store(db), int(nth), way)
    try:
        settings = Settings(slots=4, until_idle=True)
        with Signals() as signals:
            serve(cast(Store, stumbling), StateFolder(Path(f"{db}.d")), settings, os.environ, signals, None)
    except Unusable as error:
        print(f"ended: {error}", file=sys.stderr)
        return error.status
    return 0 if stumbling.calls >= int(nth) else UNREACHED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
