"""Whether anybody takes what waits in a queue."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from jobctl.decide.admission.admit import serves
from jobctl.decide.lease import is_silent
from jobctl.model.daemon import Daemon
from jobctl.model.queues import EXEC_QUEUE
from jobctl.model.view import QueueRow


def living(daemons: Iterable[Daemon], now: datetime) -> list[Daemon]:
    """The daemons that take work: not those of one command, nor stopping ones, nor silent ones."""
    return [d for d in daemons if not d.identity.foreground and d.state == "running" and not is_silent(d.seen_at, now)]


def served(queue: str, alive: Iterable[Daemon]) -> bool:
    """Whether one of the living daemons takes runs of a queue; those of `exec` need none."""
    return queue == EXEC_QUEUE or any(serves(daemon.identity.queues, queue) for daemon in alive)


def unserved(queues: Iterable[QueueRow], alive: Sequence[Daemon]) -> list[QueueRow]:
    """The queues in which runs wait that none of the living daemons takes."""
    return [
        queue
        for queue in queues
        if queue.ready + queue.scheduled + queue.retrying + queue.blocked and not served(queue.name, alive)
    ]


def of_other_versions(alive: Iterable[Daemon], ours: str) -> list[Daemon]:
    """The daemons among these that run another version of jobctl than this program is, or do not say which."""
    return [daemon for daemon in alive if daemon.identity.version != ours]


def version_told(daemon: Daemon) -> str:
    """The version of a daemon, for people."""
    return "an older jobctl" if daemon.identity.version is None else f"jobctl {daemon.identity.version}"
