"""What a peer has to say of itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


class Unable(Exception):
    """A peer that cannot be measured here, and why."""


@dataclass(frozen=True)
class Peer:
    """How to install a peer, and which processes execute what `programs/<program>` enqueues.

    `workers` and `prepare` take the folder with the peer's programs and give command lines; `files` are written before.
    Defaults are kept but for the number of workers, which is two to four.
    """

    name: str
    packages: tuple[str, ...]
    program: str
    workers: Callable[[Path], Sequence[Sequence[str]]]
    prepare: Callable[[Path], Sequence[Sequence[str]]] = lambda _: ()
    server: Literal["redis", "postgres"] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
