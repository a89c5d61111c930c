"""What every verb needs from its surroundings: the store, the time, who is asking."""

import os
import pwd
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from jobctl.daemon.clock import SystemClock

if TYPE_CHECKING:
    from pathlib import Path

    from jobctl.execute.folder import StateFolder
    from jobctl.store.protocol import Store


@contextmanager
def opened(ctx: typer.Context, db: str | None) -> Iterator["Store"]:
    """The store that `--db` (of the verb, else before it), JOBCTL_DB or the default names."""
    from jobctl.store.opening import open_store

    store = open_store(database(ctx, db))
    try:
        yield store
    finally:
        store.close()


def database(ctx: typer.Context, db: str | None) -> str | None:
    """The URL or path of the database; None for the default. What stands after the verb comes first."""
    root: str | None = ctx.find_root().params.get("db")
    return db or root


def state_folder(store: "Store") -> "StateFolder":
    """The folder beside the database of an open store."""
    from pathlib import Path

    from jobctl.execute.folder import StateFolder

    path = store.url.removeprefix("sqlite://").partition("?")[0]
    return StateFolder(Path(f"{path}.d"))


def catalog_paths(given: "Sequence[Path] | None") -> "list[Path]":
    """The catalogs that a verb is about: those given, else those of JOBCTL_CATALOG, else `jobs.yaml`."""
    from pathlib import Path

    named = [Path(path) for path in os.environ.get("JOBCTL_CATALOG", "").split(os.pathsep) if path]
    return list(given or ()) or named or [Path("jobs.yaml")]


def now() -> datetime:
    """The present instant."""
    return SystemClock().now()


def actor() -> str:
    """Who is asking: the login name behind sudo too."""
    name = os.environ.get("SUDO_USER")
    if name:
        return name
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
