"""Where a database is: the meaning of `--db`, and the default."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jobctl.model.errors import Unusable

if TYPE_CHECKING:
    from jobctl.store.migration import Around

_PREFIX = "sqlite://"
_HINT = "give a path or `sqlite:///path` to `--db`"
_OWN_SIGNS = re.compile("[%?]")


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

    A URL is of an absolute path, or of one that begins with `./`, `../` or `~/`; what means something else in it is
    written as `%3F` and the like. Links are followed: what lies beside a database lies beside its file.

    >>> read_place("sqlite:///srv/jobs.db?synchronous=normal")[:2]
    (PosixPath('/srv/jobs.db'), 'normal')
    """
    if url.startswith(("postgresql:", "postgres:")):
        raise Unusable("PostgreSQL is not supported yet", hint=_HINT)
    plain = url.startswith("sqlite:")
    if (plain or "://" in url) and not url.startswith(f"{_PREFIX}/"):
        raise Unusable("the database URL is not understood", hint=_HINT)
    path, options = _taken_apart(url) if plain else (url, "")
    if not path.strip("/"):
        raise Unusable("the database URL names no file", hint=_HINT)
    if path.removeprefix("/") == ":memory:":
        raise Unusable("a database in memory would be gone with this command", hint="give the path of a file to `--db`")
    return Place(_whole(_at_home(path)), _synchronous(options))


def url_of(path: Path) -> str:
    """The URL that names the file at an absolute path.

    >>> url_of(Path("/srv/what?/100%.db"))
    'sqlite:///srv/what%3F/100%25.db'
    """
    return _PREFIX + _OWN_SIGNS.sub(lambda sign: f"%{ord(sign[0]):02X}", str(path))


def _taken_apart(url: str) -> tuple[str, str]:
    """Path and options of a URL.

    >>> _taken_apart("sqlite:///./jobs.db"), _taken_apart("sqlite:////srv/a%3Fb.db?synchronous=full")
    (('./jobs.db', ''), ('//srv/a?b.db', 'synchronous=full'))
    """
    from urllib.parse import unquote

    path, _, options = url.removeprefix(_PREFIX).partition("?")
    path = unquote(path, errors="surrogateescape") if "%" in path else path
    return path.removeprefix("/") if path.startswith(("/./", "/../", "/~")) else path, options


def _at_home(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise Unusable(f"there is no home folder for `{path}`", hint="give the whole path to `--db`") from error


def _whole(path: Path) -> Path:
    """A path that means the same in every folder, and to everybody who names this file."""
    try:
        whole = Path(os.path.realpath(path.absolute()))
        str(whole).encode()
        if "\0" in str(whole):
            raise Unusable("the path of the database holds a NUL character", hint=_HINT)
        return whole
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        raise Unusable(
            f"the path of the database is not valid UTF-8 text: `{shown}`",
            hint="rename the folder or the file, or name another database with `--db`",
        ) from None
    except FileNotFoundError:
        raise Unusable(
            f"the folder you are in does not exist any more, and `{path}` is looked for in it",
            hint="change to another folder, or give the whole path to `--db`",
        ) from None


def is_missing(path: Path) -> bool:
    """Whether there is no file where a database should be; what is wrong with one is told when it is opened."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def default_path() -> Path:
    """`/var/lib/jobctl/jobctl.db` for root, `$XDG_STATE_HOME/jobctl/jobctl.db` for others."""
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
