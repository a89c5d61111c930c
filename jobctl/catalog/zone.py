"""The machine's time zone."""

from collections.abc import Mapping
from pathlib import Path

from jobctl.decide.zone import exists

_FOLDER = "/zoneinfo/"


def machine_zone(env: Mapping[str, str], etc: Path = Path("/etc")) -> str:
    """The IANA name of the machine's zone: from TZ in `env`, the link `/etc/localtime`, `/etc/timezone`, else UTC."""
    candidates = (env.get("TZ", "").removeprefix(":"), _linked(etc / "localtime"), _written(etc / "timezone"))
    for candidate in candidates:
        name = candidate.rpartition(_FOLDER)[2]
        if name and exists(name):
            return name
    return "UTC"


def _linked(path: Path) -> str:
    try:
        target = str(path.resolve()) if path.is_symlink() else ""
    except (OSError, RuntimeError):
        return ""
    return target if _FOLDER in target else ""


def _written(path: Path) -> str:
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return next((line.strip() for line in lines if line.strip() and not line.startswith("#")), "")
