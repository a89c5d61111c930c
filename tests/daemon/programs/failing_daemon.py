"""`jobctl daemon --until-idle` of which a system call fails. Runs with the library of `tests/kit/failing_calls.c`.

Arguments: database, number of the call, `once` or `always`, the kind of call (empty: any).
"""

import ctypes
import sys
from datetime import timedelta

import jobctl.cli.commands.serve.daemon.command
import jobctl.daemon.start
import jobctl.store.relational.store  # noqa: F401 - what is imported later would be most of the calls
from jobctl.cli.main import run
from jobctl.daemon import intervals as waits


def main(db: str, nth: str, how: str, kind: str) -> int:
    """Serve until all is done; the exit status is the daemon's."""
    # After trouble it tries again sooner than in real life.
    waits.POLL = timedelta(milliseconds=50)
    library = ctypes.CDLL(None)
    library.fail_from(ctypes.c_long(int(nth)), how == "always", kind.encode())
    status = run(["daemon", "--until-idle", "--slots", "4", "--grace", "2s", "--db", db])
    counted = library.calls_counted()
    library.fail_from(ctypes.c_long(0), 0, b"")
    print(f"calls: {counted}", file=sys.stderr, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
