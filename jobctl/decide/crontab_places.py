"""What the place of a crontab says about it."""

import re
from pathlib import PurePosixPath

_SYSTEM = (PurePosixPath("/etc/crontab"), PurePosixPath("/etc/cron.d"))
_SPOOLS = ("/var/spool/cron/crontabs", "/var/spool/cron/tabs", "/var/spool/cron", "/var/cron/tabs")
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
    """Whether cron reads a file of this name in a folder: not what editors and packages leave behind.

    >>> [is_read(name) for name in ("certbot", ".placeholder", "php.dpkg-old", "php~")]
    [True, False, False, False]
    """
    return _LEFT_BEHIND.fullmatch(name) is None
