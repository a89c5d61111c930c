"""Starting the holder's program, and finding the way to one that runs."""

import os
import select
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from jobctl.execute.holder.wire import Wire
from jobctl.execute.holder_program import __main__ as holder_program
from jobctl.execute.holder_program.peer import ERRORS, PROTOCOL, SOCKET, is_same_user
from jobctl.execute.own_file import NotOurs, read_own
from jobctl.model.errors import ExecutionError

PATIENCE_S = 10.0
_MOST_WORDS = 1024 * 1024
_LONGEST_LINE = 1000


def start_program(folder: Path, python: str, *, nohup: bool) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start a holder that lives in `folder`; the socket is connected. Raises ExecutionError.

    `nohup`: its children ignore the signals that this process was started to ignore.
    """
    ours, theirs = socket.socketpair()
    program = [
        str(holder_program.__file__),
        str(folder.absolute()),
        str(theirs.fileno()),
        *(["nohup"] if nohup else ()),
    ]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ERRORS).unlink(missing_ok=True)
        with theirs, (folder / ERRORS).open("xb") as errors:
            process = _detached([python, "-ISE", "-X", "utf8", *program], theirs.fileno(), errors.fileno())
    except OSError as error:
        ours.close()
        raise ExecutionError(
            f"the process that holds jobs cannot be started: {error}", hint="check the state folder and the disk"
        ) from error
    return ours, process


def connect(folder: Path) -> socket.socket | None:
    """Connect to the holder in `folder` by a path that is short wherever the folder is; None if nobody listens."""
    try:
        inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        return None
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.connect(f"/proc/self/fd/{inside}/{SOCKET}")
    except (FileNotFoundError, ConnectionRefusedError):
        sock.close()
        return None
    finally:
        os.close(inside)
    if not is_same_user(sock):
        sock.close()
        return None
    return sock


def greeting(wire: Wire, folder: Path) -> list[list[Any]]:
    """The holder's first frame, and others that came with it.

    Raises ConnectionError if the holder ends meanwhile, ExecutionError if it is mute or of another jobctl.
    """
    give_up_at = time.monotonic() + PATIENCE_S
    ready = select.poll()
    ready.register(wire.sock, select.POLLIN)
    while time.monotonic() < give_up_at:
        ready.poll(PATIENCE_S * 1000)
        frames = wire.read()
        if frames:
            return _understood(frames, wire, folder)
        if wire.ended:
            wire.close()
            raise ConnectionError(f"the holder in {folder} has ended")
    wire.close()
    raise ExecutionError(f"the holder in {folder} does not answer", hint="end its process, then start the daemon again")


def last_words(folder: Path) -> str:
    """The last line that a holder wrote before it died; empty if it said nothing."""
    try:
        said = read_own(folder / ERRORS, _MOST_WORDS) or b""
    except (NotOurs, OSError):
        said = b""
    lines = said.decode(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "")[:_LONGEST_LINE]


def own_umask() -> int:
    """The umask of this process, read without changing it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("Umask:"):
            return int(line.split()[1], 8)
    return 0o022


def _understood(frames: list[list[Any]], wire: Wire, folder: Path) -> list[list[Any]]:
    if frames[0][:2] != ["hello", PROTOCOL]:
        wire.close()
        raise ExecutionError(
            f"the holder in {folder} belongs to another version of jobctl",
            hint="let its jobs end under the version that started them",
        )
    return frames


def _detached(command: list[str], fd: int, errors: int) -> subprocess.Popen[bytes]:
    null = subprocess.DEVNULL
    return subprocess.Popen(
        command, stdin=null, stdout=null, stderr=errors, pass_fds=[fd], env={}, cwd="/", start_new_session=True
    )
