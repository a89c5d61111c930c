"""What every verb needs from its surroundings: the store, the time, who is asking."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from jobctl.daemon.clock import SystemClock

if TYPE_CHECKING:
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


def database(ctx: typer.Context, db: str | None) -> str:
    """The URL or path of the database."""
    root = ctx.find_root().obj
    return db or root or default_database()


def default_database() -> str:
    """`/var/lib/jobctl/jobctl.db` for root, `$XDG_STATE_HOME/jobctl/jobctl.db` for others."""
    if os.geteuid() == 0:
        return "/var/lib/jobctl/jobctl.db"
    from platformdirs import user_state_path

    return str(user_state_path("jobctl") / "jobctl.db")


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
