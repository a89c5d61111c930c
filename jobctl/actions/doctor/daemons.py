"""Find what is wrong with a database's daemons as processes of this machine."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from jobctl.actions.doctor.checks import Check, live
from jobctl.execute.holder_program import proc as tree
from jobctl.model.beside import database_of
from jobctl.model.daemon import Daemon


def strays(here: Iterable[Daemon], database: Path | None) -> list[Daemon]:
    """Of daemons whose processes can be seen: those that have another file open than this database.

    One whose files may not be looked at is none of them.
    """
    if database is None:
        return []
    try:
        facts = database.stat()
    except FileNotFoundError:
        return []
    opened = [(daemon, tree.open_files(daemon.identity.pid)) for daemon in here]
    return [daemon for daemon, files in opened if files and (facts.st_dev, facts.st_ino) not in files]


def serve_another(daemons: Iterable[Daemon], folder: Path) -> list[Daemon]:
    """The daemons that wake up beside another database: this one is a copy of theirs. `folder` is the state folder."""
    homes = ((daemon, Path(daemon.identity.wake_path).parent.parent) for daemon in daemons if daemon.identity.wake_path)
    return [daemon for daemon, home in homes if home.resolve() != folder.resolve()]


def of_a_copy(daemons: Iterable[Daemon]) -> list[Check]:
    """What there is to say of a copy."""
    homes = sorted({str(Path(daemon.identity.wake_path or "").parent.parent) for daemon in daemons})
    found = "this is a copy: its daemons serve {}"
    return [Check("copy", "warn", found.format(database_of(home)), "look at that one") for home in homes]


def astray(daemons: Iterable[Daemon]) -> list[Check]:
    """What there is to say of each stray."""
    found = "{} (pid {}) has another file open: the database was replaced under it"
    advice = "stop it, see that the file is the right one, and start it again"
    return [
        Check("open file", "problem", found.format(daemon.identity.name, daemon.identity.pid), advice)
        for daemon in daemons
    ]


def health(
    daemons: Sequence[Daemon], dead: Collection[Daemon], stray: Collection[Daemon], now: datetime
) -> list[Check]:
    """Whether a daemon looks after this database: a quick check for containers."""
    serving = [daemon for daemon in daemons if not daemon.identity.foreground]
    alive = [daemon for daemon in serving if daemon not in dead and daemon not in stray]
    if alive:
        return [live(alive, now)]
    gone = [daemon for daemon in serving if daemon in dead]
    if gone and not stray:
        last = max(gone, key=lambda daemon: daemon.seen_at).identity
        return [Check("daemon", "problem", f"{last.name} (pid {last.pid}) is dead", "start one: `jobctl daemon`")]
    return astray(stray) or [live(alive, now)]
