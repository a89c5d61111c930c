"""Names of environment variables, and text that looks as if one would be put in its place."""

import re

VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
_SETTINGS = ("JOBCTL_DB", "JOBCTL_CATALOG")
_REFERENCE = re.compile(r"\$(?:\w+|\{[^}]*\})")


def is_variable(name: str) -> bool:
    """Whether every shell takes this for the name of a variable.

    >>> is_variable("PATH"), is_variable("1A"), is_variable("A-B")
    (True, False, False)
    """
    return re.fullmatch(VARIABLE, name) is not None


def is_jobctls_own(name: str) -> bool:
    """Whether jobctl tells a job about itself by this variable; its settings are not among them."""
    return name.startswith("JOBCTL_") and name not in _SETTINGS


def unexpanded(path: str) -> str | None:
    """What of a path somebody may expect to be expanded; it is not, since it would mean another folder to another user.

    >>> unexpanded("$HOME/x"), unexpanded("~/x"), unexpanded("/srv/x")
    ('$HOME', '~', None)
    """
    if path.startswith("~"):
        return "~"
    found = _REFERENCE.search(path)
    return found[0] if found else None
