"""Print the catalog that does what another scheduler does now. Nothing is changed.

Example: `crontab -l | jobctl import crontab > jobs.yaml`
"""

import os
import pwd
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import which
from typing import Annotated

import typer

from jobctl.cli.output import note, warn
from jobctl.importers.catalog_text import Imported
from jobctl.importers.crontab.lines import Form
from jobctl.importers.crontab.places import is_left_behind, is_read, names_users, owner
from jobctl.importers.crontab.to_catalog import Source, import_crontab
from jobctl.importers.draft import Note
from jobctl.importers.systemd.to_catalog import import_timers, system_place, user_place
from jobctl.model.errors import NotFound, UsageError, reason_of

_LONGEST = 10 * 1024 * 1024


def crontab(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|-]..", help="Crontabs, or folders of them; `-` or none: standard input.", show_default=False
        ),
    ] = None,
    system: Annotated[
        bool,
        typer.Option("--system", help="Each line names its user, as in /etc/crontab (there it need not be said)."),
    ] = False,
    anacron: Annotated[
        bool, typer.Option("--anacron", help="It is an anacrontab (mostly recognised by itself).")
    ] = False,
    user: Annotated[
        str | None,
        typer.Option(
            "--user",
            metavar="NAME",
            help="Whose crontab it is, for a daemon that runs as root (known in cron's own folder).",
        ),
    ] = None,
) -> None:
    """Print the catalog that does what a crontab does.

    Comments stay beside their jobs. What cannot be carried over is named on stderr and in a comment.

    Example: `crontab -l | jobctl import crontab > jobs.yaml`
    """
    named = [inner for file in files or ["-"] for inner in _in_folder(file)]
    sources = [_source(file, system=system, anacron=anacron, user=user) for file in named]
    _tell(import_crontab(sources, _home, mails=which("mail") is not None))


def systemd_timer(
    units: Annotated[list[str], typer.Argument(metavar="UNIT..", help="Timers: files, or names that systemd knows.")],
    user: Annotated[bool, typer.Option("--user", help="Look for your own units, not the machine's.")] = False,
) -> None:
    """Print the catalog that does what timers of systemd do, with the services that they start.

    Unit files are only read, with their drop-ins. What cannot be carried over is named on stderr and in a comment.

    Example: `jobctl import systemd-timer backup.timer > jobs.yaml`
    """
    me = pwd.getpwuid(os.getuid()) if user else None
    place = user_place(Path.home(), me.pw_name, me.pw_uid) if me is not None else system_place()
    _tell(import_timers(units, place, _home))


def _in_folder(file: str) -> list[str]:
    """The crontabs in a folder such as /etc/cron.d, or the file itself."""
    folder = Path(file)
    if file == "-" or not folder.is_dir():
        return [file]
    try:
        found = sorted(path for path in folder.iterdir() if path.is_file() and not is_left_behind(path.name))
    except OSError as error:
        raise _unreadable(file, error) from error
    for path in found:
        if not is_read(path.name):
            note(f"`{path}` is left out: Debian's cron reads no file of such a name; name it to import it all the same")
    return [str(path) for path in found if is_read(path.name)]


def _source(file: str, *, system: bool, anacron: bool, user: str | None) -> Source:
    name = "stdin" if file == "-" else file
    place = "" if file == "-" else str(Path(file).absolute())
    form: Form | None = "anacron" if anacron else None
    return Source(name, _text(file), form, system or names_users(place), user or owner(place))


def _text(file: str) -> str:
    if file == "-" and sys.stdin.isatty():
        raise UsageError("no crontab is given", hint="run `crontab -l | jobctl import crontab`, or name a file")
    try:
        data = _bytes(file)
    except FileNotFoundError as error:
        raise NotFound(f"there is no file `{file}`", hint="name a crontab, or `-` for standard input") from error
    except OSError as error:
        raise _unreadable(file, error) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        note(f"`{file}` is not UTF-8 text; it is read as Latin-1")
        return data.decode("latin-1")


def _bytes(file: str) -> bytes:
    """All of it; a pipe may be named too, as `<(...)` does."""
    if file == "-":
        data = sys.stdin.buffer.read(_LONGEST + 1)
    else:
        with open(file, "rb") as source:
            data = source.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise UsageError(f"`{file}` is larger than 10 MB", hint="name a crontab")
    return data


def _unreadable(file: str, error: OSError) -> UsageError:
    return UsageError(f"`{file}` cannot be read: {reason_of(error)}", hint="read it as root, or name a copy")


def _home(user: str | None) -> str | None:
    if user is None:
        return str(Path.home())
    try:
        return pwd.getpwnam(user).pw_dir
    except KeyError:
        return None


def _tell(imported: Imported) -> None:
    sys.stdout.write(imported.text)
    _tell_notes(imported.notes)
    note(f"{imported.jobs} job{'' if imported.jobs == 1 else 's'}; next: `jobctl validate`, then `jobctl plan`")


def _tell_notes(notes: Sequence[Note]) -> None:
    for each in notes:
        if each.lost:
            warn(f"not carried over: {each}")
        else:
            note(str(each))


COMMANDS = {"crontab": crontab, "systemd-timer": systemd_timer}
