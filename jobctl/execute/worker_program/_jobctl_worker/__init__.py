"""The modules of a worker process, under one name that no job's module has: nothing of theirs is shadowed by ours.

Standard library only, Python >= 3.8, nothing imported from jobctl, and of each other by relative names: the daemon
knows some of them too, as `jobctl.execute.worker_program._jobctl_worker`. `report`, set once there is a worker, tells
how far the current call is; inside.py finds it here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

report: Callable[[float, str | None], None]
