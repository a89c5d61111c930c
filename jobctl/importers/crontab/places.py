"""What the place of a crontab says about it."""

import re
from pathlib import PurePosixPath

_SYSTEM = (PurePosixPath("/etc/crontab"), PurePosixPath("/etc/cron.d"))
_SPOOLS = ("/var/spool/cron/crontabs", "/var/spool/cron/tabs", "/var/spool/cron", "/var/cron/tabs")
_READ = re.compile(r"[A-Za-z0-9_-]+")
_LEFT_BEHIND = re.compile(r"\..*|.*~|#.*#|.*\.(dpkg-\w+|rpmsave|rpmnew|rpmorig|cfsaved|swp|bak|orig)")


def names_users(path: str) -> bool:
    """Whether each line of the crontab at this absolute path names its user.

    >>> names_users("/etc/cron.d/php"), names_users("/home/ada/crontab")
    (True, False)
    """
    place = PurePosixPath(path)
    return place in _SYSTEM or place.parent in _SYSTEM


def owner(path: str) -> str | None:
    """Whose crontab it is, if cron keeps it under its user's name.

    >>> owner("/var/spool/cron/crontabs/ada")
    'ada'
    """
    place = PurePosixPath(path)
    return place.name if str(place.parent) in _SPOOLS else None


def is_read(name: str) -> bool:
    """Whether Debian's cron reads a file of this name in a folder: letters, digits, dashes and underscores only.

    >>> [is_read(name) for name in ("certbot", "certbot.disabled", "backup.sh", "php~")]
    [True, False, False, False]
    """
    return _READ.fullmatch(name) is not None


def is_left_behind(name: str) -> bool:
    """Whether no cron reads a file of this name, and nobody expects it to: what editors and packages leave.

    >>> [is_left_behind(name) for name in (".placeholder", "php.dpkg-old", "php~", "backup.sh")]
    [True, True, True, False]
    """
    return _LEFT_BEHIND.fullmatch(name) is not None
