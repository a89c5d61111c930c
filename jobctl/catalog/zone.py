"""The machine's time zone: its name, and whether the C library agrees."""

import re
import time
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobctl.decide.time.zone import exists, load
from jobctl.trust.opening import Unreadable, read_bounded

_FOLDER = "/zoneinfo/"
_NO_OFFSET = re.compile(r"(<?[A-Za-z]{3,}>?)[+-]?0{1,2}")
_NO_ZONES = ("posix/", "right/", "posixrules", "localtime", "Factory")
_LARGEST = 1 << 20
_MONTHS = [timedelta(days=30 * month) for month in range(13)]


def machine_zone(env: Mapping[str, str], etc: Path = Path("/etc")) -> str:
    """The IANA name of the machine's zone: from TZ in `env`, `/etc/localtime`, `/etc/timezone`, else UTC.

    Where that is no name it is given as it stands there, for `decide.zone.load` to refuse: it must not become UTC
    without a word, as the C library makes it.
    """
    typed = env.get("TZ")
    if typed is None:
        return _of_machine(etc)
    text = typed.removeprefix(":")
    if text.startswith("/"):
        return _of_file(Path(text), etc)
    return "UTC" if not text or (_NO_OFFSET.fullmatch(text) and not exists(text)) else text


def disagreement(
    zone: str, now: datetime, offset_of: Callable[[float], int] = lambda at: time.localtime(at).tm_gmtoff
) -> str | None:
    """Where the C library, whose time jobs see, tells another time than `zone` does, within a year; None: nowhere."""
    for at in (now + month for month in _MONTHS):
        here = at.astimezone(load(zone)).utcoffset()
        seen = timedelta(seconds=offset_of(at.timestamp()))
        if here is not None and here != seen:
            clock = f"on {at:%Y-%m-%d} the clock of `{zone}` is {_offset(here)} from UTC"
            return f"{clock}, but that of this machine's programs {_offset(seen)}"
    return None


def _of_machine(etc: Path) -> str:
    localtime = etc / "localtime"
    if localtime.is_symlink() or localtime.exists():
        return _of_file(localtime, etc)
    return _written(etc / "timezone") or "UTC"


def _of_file(path: Path, etc: Path) -> str:
    """By where a link leads to, else by what is in the file."""
    try:
        target = str(path.resolve())
    except (OSError, RuntimeError):
        return str(path)
    if _FOLDER in target:
        return target.rpartition(_FOLDER)[2]
    return _by_content(path, _written(etc / "timezone")) or str(path)


def _by_content(path: Path, written: str) -> str | None:
    """The zone that a copied file is of: the one `written` beside it if their times agree, else one with its bytes."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        content = path.read_bytes()
        with path.open("rb") as file:
            copied = zoneinfo.ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return None
    if written and exists(written) and _agree(copied, load(written)):
        return written
    return min(_with_bytes(content), default=None)


def _agree(one: zoneinfo.ZoneInfo, other: zoneinfo.ZoneInfo) -> bool:
    months = (datetime(year, month, 1, tzinfo=UTC) for year in range(2000, 2038) for month in range(1, 13))
    return all(at.astimezone(one).utcoffset() == at.astimezone(other).utcoffset() for at in months)


def _with_bytes(content: bytes) -> Iterator[str]:
    """The zones of the system's tz data whose file holds just this."""
    for folder in map(Path, zoneinfo.TZPATH):
        for file in folder.rglob("*"):
            name = str(file.relative_to(folder))
            if name.startswith(_NO_ZONES) or not file.is_file() or file.stat().st_size != len(content):
                continue
            if file.read_bytes() == content and exists(name):
                yield name


def _written(path: Path) -> str:
    try:
        lines = read_bounded(path, 4096).decode().splitlines()
    except (Unreadable, UnicodeDecodeError):
        return ""
    return next((line.strip() for line in lines if line.strip() and not line.startswith("#")), "")


def _offset(by: timedelta) -> str:
    sign, minutes = ("-" if by < timedelta(0) else "+"), abs(by) // timedelta(minutes=1)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
