"""`jobctl systemd`: print a unit for this installation."""

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from jobctl.actions.systemd import Installation, unit
from jobctl.cli.context import database, named_catalogs
from jobctl.cli.options import Db
from jobctl.cli.output import note
from jobctl.store.place import default_path, read_place


def command(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]..",
            help="Catalogs; else those of JOBCTL_CATALOG, else `jobs.yaml` if it is here, else the one in /etc/jobctl.",
            show_default=False,
        ),
    ] = None,
    user: Annotated[
        bool, typer.Option("--user", help="A unit for your own manager (`systemctl --user`), without root.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Add hardening that jobs may feel: no sudo, a read-only system.")
    ] = False,
    db: Db = None,
) -> None:
    """Print a unit for this installation: this program, its database, its catalog.

    Example: `jobctl systemd > /etc/systemd/system/jobctl.service`
    """
    catalogs = tuple(str(path.absolute()) for path in _catalogs(paths, user=user))
    installation = Installation(_program(), _database(database(ctx, db), user=user), catalogs)
    sys.stdout.write(unit(installation, user=user, strict=strict))
    _tell(installation, user=user)


def _program() -> tuple[str, ...]:
    """The command as it was called, if it was called by its name; else this interpreter with the module."""
    called = shutil.which(sys.argv[0])
    if called is not None and Path(called).name == "jobctl":
        return (str(Path(called).absolute()),)
    return (sys.executable, "-m", "jobctl")


def _database(given: str | None, *, user: bool) -> str:
    """An absolute path, or a URL with one. Raises Unusable for a database that cannot be."""
    if given is None:
        return str(default_path()) if user else Installation().db
    place = read_place(given)
    full = place.synchronous == "full"
    return str(place.path) if full else f"sqlite://{place.path}?synchronous={place.synchronous}"


def _catalogs(given: list[Path] | None, *, user: bool) -> list[Path]:
    chosen = given or named_catalogs()
    if chosen:
        return chosen
    here = Path("jobs.yaml")
    if here.exists():
        return [here]
    return [Path.home() / ".config/jobctl/jobs.yaml"] if user else [Path(path) for path in Installation().catalogs]


def _tell(installation: Installation, *, user: bool) -> None:
    for path in installation.catalogs:
        if not Path(path).exists():
            note(f"there is no catalog {path} yet")
    where = "~/.config/systemd/user" if user else "/etc/systemd/system"
    manager = "systemctl --user" if user else "systemctl"
    note(f"next: put it at {where}/jobctl.service, then `{manager} daemon-reload` and `{manager} enable --now jobctl`")
