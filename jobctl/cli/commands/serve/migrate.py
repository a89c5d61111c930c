"""`jobctl migrate`: move the database to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from jobctl.cli.context import opened, tell_migration
from jobctl.cli.options import Db, Json
from jobctl.cli.output import print_json, print_line
from jobctl.store.migration import Migration


def command(ctx: typer.Context, as_json: Json = False, db: Db = None) -> None:
    """Move the database to the schema that this jobctl knows: all of it or nothing.

    `jobctl apply` and `jobctl daemon` do so too; every other command works on an older schema as it is. Programs of the
    last version go on working on it.

    Example: `jobctl migrate`
    """
    moves: list[Migration] = []

    @contextmanager
    def around(migration: Migration) -> Iterator[None]:
        with tell_migration(migration):
            yield
        moves.append(migration)

    with opened(ctx, db, migrates=True, migrating=around) as store:
        facts = store.integrity(whole=False)
    number, oldest = facts["schema_version"], facts["schema_oldest"]
    if as_json:
        print_json({"from": moves[0].version if moves else number, "schema": number, "oldest": oldest})
    else:
        print_line(f"schema {number}; programs that know schema {oldest} or a newer one may work on it")
