"""A real file system that is small, can be filled and can be made read-only."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType


class SmallDisk:
    """A tmpfs mounted on `folder`; needs root, if only of a user namespace."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder = folder
        self._options = f"{options},mode=700,uid={os.geteuid()}"

    def __enter__(self) -> "SmallDisk":
        self.folder.mkdir()
        _run("mount", "-t", "tmpfs", "-o", self._options, "tmpfs", str(self.folder))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _run("umount", "--lazy", str(self.folder))

    def fill(self) -> None:
        """Leave no byte free."""
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            for size in (65536, 4096, 1):
                _write_until_full(filler.fileno(), bytes(size))

    def fill_inodes(self) -> None:
        """Leave no inode free."""
        (self.folder / "fillers").mkdir()
        for number in range(1_000_000):
            try:
                (self.folder / "fillers" / str(number)).touch()
            except OSError as error:
                _expect_no_space(error)
                return

    def free(self) -> None:
        """Give the space back."""
        (self.folder / "filler").unlink()

    def free_inodes(self) -> None:
        """Give the inodes back."""
        for filler in (self.folder / "fillers").iterdir():
            filler.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nobody write for a while."""
        _run("mount", "-o", "remount,bind,ro", str(self.folder))
        try:
            yield
        finally:
            _run("mount", "-o", "remount,bind,rw", str(self.folder))


def _write_until_full(fd: int, piece: bytes) -> None:
    try:
        while os.write(fd, piece):
            continue
    except OSError as error:
        _expect_no_space(error)


def _expect_no_space(error: OSError) -> None:
    if error.errno != errno.ENOSPC:
        raise error


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
