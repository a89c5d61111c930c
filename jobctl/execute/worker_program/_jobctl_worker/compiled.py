"""Compiled modules that are older than their sources are not believed.

Python compares the seconds and the size of a source with those that its compiled form was made of. A change within the
second, or with the former time put back, that leaves the size as it was is not seen by that.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Loader(SourceFileLoader):
    def get_data(self, path: str) -> bytes:
        """Raises OSError for a compiled form that was written before its source: then that is compiled again."""
        if path.endswith(tuple(BYTECODE_SUFFIXES)) and os.stat(path).st_ctime_ns <= os.stat(self.path).st_ctime_ns:
            raise OSError(f"{path} was written before {self.path}")
        return super().get_data(path)


def load_from(folders: list[str]) -> None:
    """Load the modules below these folders so."""
    hook = FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (Loader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    sys.path_hooks.insert(0, below(folders, hook))


def below(folders: list[str], hook: Any) -> Any:
    prefixes = tuple(os.path.join(os.path.abspath(folder), "") for folder in folders)

    def finder(path: str) -> object:
        if not os.path.join(path, "").startswith(prefixes):
            raise ImportError("not one of the folders of the job")
        return hook(path)

    return finder
