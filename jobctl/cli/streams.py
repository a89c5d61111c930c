"""The three standard streams, which a caller may have closed."""

import os
import sys


def open_streams() -> None:
    """Have /dev/null where the caller has closed a stream: neither may what is opened next take its place, nor may
    what was done seem to have failed because nobody listens."""
    if sys.stdin is not None and sys.stdout is not None and sys.stderr is not None:
        return
    from jobctl.execute.shell.pass_through import open_standard_streams

    open_standard_streams()
    sys.stdin = sys.stdin or os.fdopen(0, closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)
