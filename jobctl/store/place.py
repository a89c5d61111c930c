"""Where a database is: the meaning of `--db`, and the default."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jobctl.model.errors import Unusable

if TYPE_CHECKING:
    from jobctl.store.migration import Around

_PREFIX = "sqlite://"


class Place(NamedTuple):
    """A database file and how durable its commits are: `full`, or `normal` (a power cut may undo the newest).

    `patience` is how many seconds each wait for a lock may take; `queueing`, where it is given, tells at each wait how
    many of them may be spent in the fair queue of writers before SQLite's own lock is tried. `migrates`: a database of
    an older schema is moved to the newest one, and `migrating` is around that; else it is worked on as it is.
    """

    path: Path
    synchronous: str = "full"
    patience: float = 10.0
    queueing: Callable[[], float] | None = None
    migrates: bool = False
    migrating: "Around | None" = None

    def may_queue(self) -> float:
        """How many seconds a writer may stand in the fair queue now."""
        return self.patience if self.queueing is None else self.queueing()


def read_place(url: str) -> Place:
    """The place that a URL or a path names.

    >>> read_place("sqlite:///srv/jobs.db?synchronous=normal")[:2]
    (PosixPath('/srv/jobs.db'), 'normal')
    """
    if url.startswith(("postgresql:", "postgres:")):
        raise Unusable("PostgreSQL is not supported yet", hint="give a path or `sqlite:///path` to `--db`")
    plain = url.startswith("sqlite:")
    if (plain or "://" in url) and not url.startswith(f"{_PREFIX}/"):
        raise Unusable("the database URL is not understood", hint="give a path or `sqlite:///path` to `--db`")
    path, _, options = url.removeprefix(_PREFIX).partition("?") if plain else (url, "", "")
    if not path.strip("/"):
        raise Unusable("the database URL names no file", hint="give a path or `sqlite:///path` to `--db`")
    if path.removeprefix("/") == ":memory:":
        raise Unusable("a database in memory would be gone with this command", hint="give the path of a file to `--db`")
    return Place(_whole(Path(path).expanduser()), _synchronous(options))


def _whole(path: Path) -> Path:
    """A path that means the same in every folder."""
    try:
        return path.absolute()
    except FileNotFoundError:
        raise Unusable(
            f"the folder you are in does not exist any more, and `{path}` is looked for in it",
            hint="change to another folder, or give the whole path to `--db`",
        ) from None


def default_path() -> Path:
    """`/var/lib/jobctl/jobctl.db` for root, `$XDG_STATE_HOME/jobctl/jobctl.db` for others."""
    import os

    if os.geteuid() == 0:
        return Path("/var/lib/jobctl/jobctl.db")
    from platformdirs import user_state_path

    return user_state_path("jobctl") / "jobctl.db"


def _synchronous(options: str) -> str:
    if not options:
        return "full"
    name, _, value = options.partition("=")
    if name != "synchronous" or value not in ("full", "normal"):
        raise Unusable(
            f"the database URL has an unknown option `{options}`",
            hint="`?synchronous=normal` and `?synchronous=full` are known",
        )
    return value
