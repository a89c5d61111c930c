"""A folder that every user may look into: those of pytest are root's alone."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make one, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="jobctl-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
