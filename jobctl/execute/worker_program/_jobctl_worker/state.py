"""What a call may leave changed in its interpreter, and what puts it right for the next one.

What is always there is compared after every call; what a module of the standard library holds, once that has been
imported, by whomever; and for the rest the functions that change it leave marks. So a call that does
nothing pays for hardly anything. What the modules of a job set while that of its callable is imported stays, for they
are imported once.
"""

from __future__ import annotations

import sys
from _warnings import filters

from .cells import CELLS, Logging
from .marks import Marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class State:
    """The state of the interpreter between calls; `broken` says what cannot be put right: then a new worker must come.

    Its `restore` is to be called after each call, its `adopt` after the import of a callable's module.
    """

    def __init__(self) -> None:
        self.broken: str | None = None
        self.marks = Marks()
        self.decimal: Any = None
        self.context: Any = None
        self.cells: dict[str, Any] = {}
        self.seen = 0
        self.basic = read_basic()

    def enter(self) -> None:
        """What a call is to begin with that others may change in place."""
        if self.decimal is not None:
            self.decimal.setcontext(self.context.copy())

    def adopt(self) -> None:
        """Modules of a job have been imported: what they have set is what the worker has from now on."""
        self.look()
        self.basic = read_basic()
        self.marks.adopt()
        for cell in self.cells.values():
            cell.adopt()
        if self.decimal is not None:
            self.context = self.decimal.getcontext().copy()

    def restore(self) -> None:
        """Put everything back, or say in `broken` what prevents it."""
        try:
            if self.marks.left:
                self.marks.restore()
            if len(sys.modules) != self.seen:
                self.look()
                for cell in self.cells.values():
                    if isinstance(cell, Logging):
                        cell.adopt_handlers()
            if (sys.excepthook, sys.path, sys.argv, filters) != self.basic:
                self.restore_basic()
            for cell in self.cells.values():
                cell.restore()
        except Exception as error:  # noqa: BLE001 - whatever a job has done to the modules of Python
            self.broken = f"what a call has changed cannot be put right: {type(error).__name__}: {error}"

    def restore_basic(self) -> None:
        hook, path, argv, warned = self.basic
        sys.excepthook, sys.path, sys.argv = hook, path[:], argv[:]
        if filters != warned:
            import warnings

            warnings.resetwarnings()  # so that what has been decided by other filters is forgotten
            warnings.filters = filters  # type: ignore[assignment]
            filters[:] = warned

    def look(self) -> None:
        """See which modules have come. One of the job's own may have the name of one of Python's."""
        for name in CELLS.keys() & sys.modules.keys() - self.cells.keys():
            try:
                self.cells[name] = CELLS[name](sys.modules[name])
            except AttributeError:
                continue
        if self.decimal is None and "_decimal" in sys.modules:
            import decimal

            self.decimal, self.context = decimal, decimal.getcontext().copy()
        self.seen = len(sys.modules)


def read_basic() -> tuple[Any, ...]:
    return sys.excepthook, sys.path[:], sys.argv[:], filters[:]
