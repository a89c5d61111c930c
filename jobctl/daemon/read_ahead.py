"""Read everything that may ever be needed of the program, before it is needed.

An upgrade replaces the files of a daemon that works, a process without descriptors can open none, and Python remembers
a folder that it could not look into once as one without modules.
"""

from importlib import import_module
from pkgutil import iter_modules

from jobctl.store.protocols.daemons import Daemons

_ROOMS = ("model", "decide", "catalog", "actions", "execute", "store.relational", "daemon")
# What is executed by other processes, from its own folder.
_PROGRAM = "_program"


def read_ahead(store: Daemons) -> None:
    """Import what a daemon may import, and have the store read what is its own."""
    for room in _ROOMS:
        _import_all(f"jobctl.{room}")
    store.read_ahead()


def _import_all(name: str) -> None:
    for found in iter_modules(import_module(name).__path__, f"{name}."):
        if found.name.endswith(_PROGRAM):
            continue
        if found.ispkg:
            _import_all(found.name)
        else:
            import_module(found.name)
