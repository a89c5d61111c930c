"""A job as it comes from elsewhere: the keys that a catalog would hold, and what there is to say about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from jobctl.importers.yaml_text import Value


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody should know about one place of what was read; `lost` if something was not carried over."""

    place: str
    message: str
    lost: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A job to write into a catalog. `off`: it was commented out where it came from, and will be here.

    `comments` stood beside it; `remarks` are ours, about what is different from now on.
    """

    name: str
    settings: Mapping[str, Value]
    comments: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    off: bool = False


@dataclass(frozen=True, slots=True)
class Drafts:
    """All jobs of one source, in its order. `head` and `foot` are comments that belong to no job."""

    source: str
    jobs: tuple[Draft, ...] = ()
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    notes: tuple[Note, ...] = field(default=())


class FreeNames:
    """Gives each job a name that no other has."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, wanted: str) -> str:
        """`wanted`, or with a number behind it.

        >>> names = FreeNames()
        >>> [names.free("backup") for _ in range(3)]
        ['backup', 'backup-2', 'backup-3']
        """
        name = wanted
        for number in count(2):
            if name not in self._taken:
                break
            name = f"{wanted[:90]}-{number}"
        self._taken.add(name)
        return name
