"""The processes that a dead holder has left: only what is proven to be its own is killed, and seen dead."""

import os
import signal
import time
from collections.abc import Collection

from jobctl.execute.holder.record import Birth, Record
from jobctl.execute.holder_program import proc as tree
from jobctl.execute.holder_program.proc import Stat
from jobctl.execute.holder_program.stamp import stamp_of
from jobctl.model.errors import ExecutionError

_PATIENCE_S = 10.0
_PAUSE_S = 0.005


def kill_all(record: Record) -> None:
    """Kill what lives of the children that have not ended, and their holder if it is only stuck.

    Of another boot, or of another container, nothing can live, and whatever bears a number that it had is somebody
    else. Raises ExecutionError if something cannot be killed within 10 s, OSError where nobody can look.
    """
    if record.boot_id != tree.boot_id() or record.namespace not in ("", tree.pid_namespace()):
        return
    # The holder first: nothing must be started while its children are looked for.
    tree.send(record.pid, record.started, signal.SIGKILL)
    if not record.open:
        return
    give_up_at = time.monotonic() + _PATIENCE_S
    while True:
        left = _left(record) or _left(record)
        if not left:
            return
        for pid, facts in left.items():
            tree.send(pid, facts.started, signal.SIGKILL)
        if time.monotonic() > give_up_at:
            pids = ", ".join(map(str, sorted(left)))
            raise ExecutionError(
                f"processes {pids} of a former daemon cannot be killed",
                hint="end them by hand; their runs wait until they are gone",
            )
        time.sleep(_PAUSE_S)


def _left(record: Record) -> dict[int, Stat]:
    """Live processes of children that have not ended, and all that descends from them."""
    marks = {f"{record.token}:{key}" for key in record.open}
    births = {birth.pid: birth for birth in record.open.values() if birth is not None}
    stamps = {birth.stamp for birth in births.values()} - {0}
    roots = []
    for pid in tree.pids():
        facts = tree.stat(pid)
        if facts is None or not facts.lives or pid == os.getpid():
            continue
        mark = tree.mark_of(pid)
        proven = mark in marks or _is_born(facts, births.get(facts.session), pid) or stamp_of(pid) in stamps
        if proven or (mark is None and _prints_into(pid, facts, births.values())):
            roots.append(pid)
    return {pid: facts for pid, facts in tree.descendants(roots).items() if facts.lives}


def _is_born(facts: Stat, birth: Birth | None, pid: int) -> bool:
    """Whether a process is in the session of a child: its number alone may be another's by now, its start is not."""
    if birth is None:
        return False
    leader = facts if pid == birth.pid else tree.stat(birth.pid)
    return leader is not None and birth.first <= leader.started <= birth.last


def _prints_into(pid: int, facts: Stat, births: Collection[Birth]) -> bool:
    """Whether a process that was not there before a child can write into its pipe, which only its tree is given."""
    pipes = {birth.pipe for birth in births if birth.pipe is not None and birth.first <= facts.started}
    return bool(pipes) and not pipes.isdisjoint(tree.files_written(pid))
