"""Turn timers of systemd, with the services that they start, into a catalog that does the same."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jobctl.decide.text.names import name_from_text
from jobctl.importers.catalog_text import Imported, catalog_text
from jobctl.importers.crontab.wrapped_line import read_wrapping
from jobctl.importers.draft import Draft, Drafts, FreeNames, Note
from jobctl.importers.systemd.service_unit import Home, read_service
from jobctl.importers.systemd.timer_unit import read_timer
from jobctl.importers.systemd.unit_file import Unit, read_unit
from jobctl.model.errors import JobctlError, NotFound, UsageError
from jobctl.trust.opening import Unreadable, read_bounded

_INTRODUCTION = (
    "From {sources}, by `jobctl import systemd-timer`.",
    "",
    "As under systemd a job does not overlap itself, and it starts in the folder / unless its service names another.",
)
_LONGEST = 90
_MAX_BYTES = 1024 * 1024
_SYSTEM = ("/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system")
_USER = ("/etc/systemd/user", "/run/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user")


class Place(NamedTuple):
    """Whose units are meant: where they are looked for, and what the specifiers for folders stand for."""

    folders: tuple[Path, ...]
    specifiers: dict[str, str]


def system_place() -> Place:
    """The units of the machine."""
    folders = (*_SYSTEM, "/lib/systemd/system")
    known = {"S": "/var/lib", "C": "/var/cache", "L": "/var/log", "E": "/etc", "t": "/run", "h": "/root", "u": "root"}
    return Place(tuple(map(Path, folders)), {**known, "folder": "/"})


def user_place(home: Path, name: str, uid: int) -> Place:
    """The units of a user."""
    folders = (home / ".config/systemd/user", *map(Path, _USER), home / ".local/share/systemd/user")
    known = {"S": ".local/state", "C": ".cache", "L": ".local/state/log", "E": ".config"}
    known = {letter: str(home / folder) for letter, folder in known.items()}
    return Place(folders, {**known, "t": f"/run/user/{uid}", "h": str(home), "u": name, "folder": str(home)})


def import_timers(units: Sequence[str], place: Place, home: Home) -> Imported:
    """The catalog of some timers: files, or names of units that are looked up. Raises NotFound and UsageError.

    What is wrong with one timer, or with its service, is a note, unless it is the only one that was asked for.
    """
    names = FreeNames()
    carried = [_carry(unit, place, home, names, alone=len(units) == 1) for unit in units]
    jobs = tuple(one.job for one in carried if one.job is not None)
    foot = tuple(f"Not carried over, {note}" for one in carried if one.job is None for note in one.notes)
    sources = ", ".join(units) if len(units) < 4 else f"{len(units)} timers"
    introduction = [line.format(sources=sources) for line in _INTRODUCTION]
    text = catalog_text([Drafts(sources, jobs, foot=foot)], introduction, ())
    return Imported(text, len(jobs), tuple(note for one in carried for note in one.notes))


class _Carried(NamedTuple):
    """What became of one timer: no job where it cannot be one."""

    job: Draft | None
    notes: list[Note]


def _carry(unit: str, place: Place, home: Home, names: FreeNames, *, alone: bool) -> _Carried:
    remarks: list[str] = []
    lost: list[str] = []
    try:
        timer, service = _read_both(unit, place)
    except JobctlError as error:
        if alone:
            raise
        return _Carried(None, [Note(Path(unit).name, error.message, lost=True)])
    try:
        settings = {
            **read_service(service, _specifiers(service.name, place), home, remarks, lost),
            **read_timer(timer, remarks, lost),
        }
    except ValueError as error:
        return _Carried(None, [Note(timer.name, message, lost=True) for message in (*lost, str(error))])
    wanted = name_from_text(timer.name.removesuffix(".timer"), _LONGEST, "timer")
    argv = [str(word) for word in settings["run"]] if isinstance(settings["run"], tuple) else []
    wrapping = read_wrapping(argv)
    if wrapping is not None:
        settings |= {"run": tuple(argv[wrapping.begins :]), **wrapping.settings}
        remarks += wrapping.remarks
        wanted = wrapping.name
    name = names.free(wanted)
    comments = tuple(f"Not carried over: {message}" for message in lost)
    notes = [Note(timer.name, message, lost=True) for message in lost]
    notes += [Note(timer.name, message) for message in remarks]
    return _Carried(Draft(name, settings, comments, tuple(remarks)), notes)


def _read_both(unit: str, place: Place) -> tuple[Unit, Unit]:
    """A timer, and the service that it starts."""
    path = Path(unit)
    folders = place.folders
    if "/" in unit or path.is_file():
        folders = (path.absolute().parent, *folders)
    name = path.name if "." in path.name and path.suffix in (".timer", ".service") else f"{path.name}.timer"
    if not name.endswith(".timer"):
        raise UsageError(f"`{unit}` is no timer", hint=f"name the timer: `{path.stem}.timer`")
    if name.endswith("@.timer"):
        raise UsageError(f"`{name}` is a template", hint=f"name an instance of it, like `{name[:-6]}main.timer`")
    timer = _read(name, folders)
    if timer is None:
        where = "the folders of systemd" if folders is place.folders else str(folders[0])
        raise NotFound(f"there is no `{name}` in {where}", hint="`systemctl list-timers --all` shows what there is")
    if not timer.keys("Timer"):
        raise UsageError(f"`{name}` has no section [Timer]", hint="name a timer; a masked one is empty")
    return timer, _service(timer, folders)


def _service(timer: Unit, folders: Sequence[Path]) -> Unit:
    name = timer.last("Timer", "Unit") or timer.name.removesuffix(".timer") + ".service"
    service = _read(name, folders)
    if service is None:
        said = f"`{name}`, which `{timer.name}` starts, does not exist"
        raise NotFound(said, hint="put its file beside the timer")
    return service


def _read(name: str, folders: Sequence[Path]) -> Unit | None:
    """A unit with its drop-ins; of an instance (`a@b.timer`) the template's."""
    template = re.sub(r"@[^.]*\.", "@.", name)
    file = next((path for each in (name, template) for folder in folders if (path := folder / each).is_file()), None)
    if file is None:
        return None
    extra: dict[str, Path] = {}
    for folder in reversed(folders):
        for each in dict.fromkeys((template, name)):
            extra |= {path.name: path for path in sorted((folder / f"{each}.d").glob("*.conf"))}
    return read_unit(name, *(_text(path) for path in (file, *(extra[key] for key in sorted(extra)))))


def _text(path: Path) -> str:
    try:
        return read_bounded(path, _MAX_BYTES).decode(errors="replace")
    except Unreadable as error:
        raise UsageError(f"`{path}` {error}", hint="read it as root") from error


def _specifiers(name: str, place: Place) -> dict[str, str]:
    stem = name.rpartition(".")[0]
    prefix, _, instance = stem.partition("@")
    plain = re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), instance.replace("-", "/"))
    own = {"n": name, "N": stem, "p": prefix, "P": prefix, "i": instance, "I": plain, "%": "%"}
    return {**place.specifiers, "T": "/tmp", "V": "/var/tmp", **own}
