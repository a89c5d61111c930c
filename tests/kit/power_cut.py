"""What a disk holds after a power cut: what was flushed for certain, of the rest nothing or any part."""

import random
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_SOURCE = Path(__file__).with_name("power_cut.c")
_HEAD = struct.Struct("=4IQ")
_SECTOR = 512


def recorder(folder: Path) -> Path:
    """The library that records writes, built below `folder`."""
    library = folder / "power_cut.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl"], check=True)
    return library


class Step(NamedTuple):
    """One thing that was done to a file: `w` write, `t` truncate, `s` flush, `u` unlink."""

    operation: str
    path: str
    offset: int
    data: bytes


def read_steps(log: Path) -> Iterator[Step]:
    """What was recorded, in its order."""
    record, at = log.read_bytes(), 0
    while at < len(record):
        operation, path, size, _, offset = _HEAD.unpack_from(record, at)
        at += _HEAD.size
        data = record[at + path : at + path + size]
        yield Step(chr(operation), record[at : at + path].decode(), offset, data)
        at += path + size


@dataclass
class _File:
    flushed: bytearray = field(default_factory=bytearray)
    pending: list[Step] = field(default_factory=list)


class Disk:
    """A disk whose cache is lost when the power is cut. A name is safe once its folder was flushed."""

    def __init__(self) -> None:
        self._names: dict[str, _File] = {}
        self._safe_names: dict[str, _File] = {}

    def do(self, step: Step) -> None:
        """Let one thing happen."""
        match step.operation:
            case "w" | "t":
                self._names.setdefault(step.path, _File()).pending.append(step)
            case "u":
                self._names.pop(step.path, None)
            case "s" if step.path in self._names:
                file = self._names[step.path]
                for change in file.pending:
                    _change(file.flushed, change)
                file.pending.clear()
            case "s":
                self._flush_folder(step.path)

    def nothing_more(self, folder: Path) -> None:
        """Write into `folder` what is left when everything that was not flushed is lost."""
        for path, file in self._safe_names.items():
            (folder / Path(path).name).write_bytes(file.flushed)

    def any_part(self, folder: Path, dice: random.Random) -> None:
        """Write into `folder` what is left when any sectors of what was not flushed are on the disk, and others not."""
        for path in self._safe_names.keys() | self._names.keys():
            choice = dice.choice([self._safe_names, self._names])
            if path in choice:
                (folder / Path(path).name).write_bytes(_torn(choice[path], dice))

    def _flush_folder(self, folder: str) -> None:
        inside = f"{folder}/"
        elsewhere = {path: file for path, file in self._safe_names.items() if not path.startswith(inside)}
        self._safe_names = elsewhere | {path: file for path, file in self._names.items() if path.startswith(inside)}


def _torn(file: _File, dice: random.Random) -> bytes:
    content = bytearray(file.flushed)
    for step in file.pending:
        if step.operation == "t" and dice.random() < 0.5:
            _change(content, step)
        for start in range(0, len(step.data), _SECTOR):
            if dice.random() < 0.5:
                _change(content, Step("w", step.path, step.offset + start, step.data[start : start + _SECTOR]))
    return bytes(content)


def _change(content: bytearray, step: Step) -> None:
    end = step.offset + len(step.data)
    if step.operation == "t":
        del content[step.offset :]
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[step.offset : end] = step.data
