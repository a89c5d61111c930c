"""What every verb needs from its surroundings: the store, the time, who is asking."""

import os
import pwd
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from jobctl.daemon.clock import SystemClock
from jobctl.model.errors import Unusable

if TYPE_CHECKING:
    from pathlib import Path

    from jobctl.execute.state_folder import StateFolder
    from jobctl.store.migration import Around, Migration
    from jobctl.store.protocol import Store

_UID = re.compile("[0-9]{1,9}")


@contextmanager
def opened(
    ctx: typer.Context,
    db: str | None,
    *,
    creates: bool = False,
    migrates: bool = False,
    migrating: "Around | None" = None,
) -> Iterator["Store"]:
    """The store that `--db` (of the verb, else before it), JOBCTL_DB or the default names.

    A missing one is created only for a verb that begins something there (`creates`): for any other one it is a
    mistyped name, or something that has not begun. A verb that `migrates` moves an older schema to the newest one;
    `migrating` is around that, else it is told.
    """
    from jobctl.store.opening import open_store

    if not creates and missing(ctx, db):
        raise _missing(ctx, db)
    store = open_store(database(ctx, db), migrates=migrates, migrating=migrating or tell_migration)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def tell_migration(migration: "Migration") -> Iterator[None]:
    """What a verb says of a migration."""
    from jobctl.cli.output import note

    if migration.lasts:
        note(f"{migration}; if it is interrupted, the database stays as it was")
    yield
    note(migration.done)


def missing(ctx: typer.Context, db: str | None) -> bool:
    """Whether there is no file where the database should be."""
    from jobctl.store import place

    return place.is_missing(_path(ctx, db))


def database(ctx: typer.Context, db: str | None) -> str | None:
    """The URL or path of the database; None for the default. What stands after the verb comes first."""
    root: str | None = ctx.find_root().params.get("db")
    return root if db is None else db


def _path(ctx: typer.Context, db: str | None) -> "Path":
    from jobctl.store import place

    named = database(ctx, db)
    return place.default_path() if named is None else place.read_place(named).path


def _missing(ctx: typer.Context, db: str | None) -> Unusable:
    path = _path(ctx, db)
    if database(ctx, db) is None:
        hint = "`jobctl init` writes a catalog to start from, `jobctl apply` deploys it into a new database"
        return Unusable(f"there is no database yet: `{path}`", hint=hint)
    source = ctx.find_root().get_parameter_source("db")
    typed = db is not None or (source is not None and source.name == "COMMANDLINE")
    named = "the path after `--db`" if typed else "JOBCTL_DB"
    hint = f"check {named}; `jobctl apply` and `jobctl daemon` create a database"
    return Unusable(f"there is no database `{path}`", hint=hint)


def state_folder(store: "Store") -> "StateFolder":
    """The folder beside the database of an open store."""
    from jobctl.store.place import read_place

    return _beside(read_place(store.url).path)


def state_folder_of(ctx: typer.Context, db: str | None) -> "StateFolder":
    """The folder beside the database that is meant, before it is opened."""
    return _beside(_path(ctx, db))


def _beside(database: "Path") -> "StateFolder":
    from jobctl.execute.state_folder import StateFolder

    return StateFolder.beside(str(database))


def catalog_paths(given: "Sequence[Path] | None") -> "list[Path]":
    """The catalogs that a verb is about: those given, else those of JOBCTL_CATALOG, else `jobs.yaml`."""
    from pathlib import Path

    return list(given or ()) or named_catalogs() or [Path("jobs.yaml")]


def named_catalogs() -> "list[Path]":
    """The catalogs that JOBCTL_CATALOG names."""
    from pathlib import Path

    return [Path(path) for path in os.environ.get("JOBCTL_CATALOG", "").split(os.pathsep) if path]


def now() -> datetime:
    """The present instant."""
    return SystemClock().now()


def actor() -> str:
    """Who is asking: behind sudo the user who called it, if it was sudo that says so."""
    behind = _behind_sudo()
    if behind is not None:
        return behind
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _behind_sudo() -> str | None:
    """The account of SUDO_USER. Anybody can set that, and be called whatever he likes: it counts for root alone, and as
    the name of the account that SUDO_UID says."""
    name, uid = os.environ.get("SUDO_USER"), os.environ.get("SUDO_UID", "")
    if os.geteuid() != 0 or not name or not _UID.fullmatch(uid):
        return None
    try:
        return name if pwd.getpwuid(int(uid)).pw_name == name else None
    except KeyError:
        return None
