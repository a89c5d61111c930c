"""Rich's console on stdout, as this command line wants it."""

import sys

from rich.console import Console


class StdoutConsole(Console):
    """Leaves it to the command line what becomes of a reader that has gone away: Rich would end with status 1."""

    def __init__(self, *, soft_wrap: bool = False) -> None:
        super().__init__(file=sys.stdout, highlight=False, soft_wrap=soft_wrap)

    def on_broken_pipe(self) -> None:
        """Let the error pass."""
        raise BrokenPipeError
