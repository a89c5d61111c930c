"""The ends that holders in one folder have told, and that are not on disk elsewhere yet: until then it keeps them."""

from collections.abc import Iterable
from pathlib import Path

from jobctl.execute.holder.leftovers import discard, discard_earlier, set_aside
from jobctl.execute.holder.messages import WORKER

_WORKERS = f"{WORKER}:"


class Unsettled:
    """Knows by the keys of children when the record of a dead holder has to stay, and when it may go.

    Nobody settles the ends of workers: they are not waited for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: set[str] = set()
        self._earlier: set[str] = set()

    def told(self, key: str) -> None:
        """The end of a child was told."""
        if not key.startswith(_WORKERS):
            self._told.add(key)

    def settled(self, keys: Iterable[str], *, lives: bool) -> None:
        """These ends are on disk. What dead holders told goes with the last of it; `lives`: another one is there."""
        self._told.difference_update(keys)
        if self._earlier:
            self._earlier.difference_update(keys)
            if not self._earlier:
                (discard_earlier if lives else discard)(self._folder)

    def holder_died(self, unheard: Iterable[str]) -> None:
        """The ends of `unheard` children are about to be told as well: make room for another holder."""
        for key in unheard:
            self.told(key)
        self._earlier |= self._told
        if self._earlier:
            set_aside(self._folder)
        else:
            discard(self._folder)

    def handed_over(self) -> None:
        """Another daemon answers for all of it."""
        self._told.clear()
        self._earlier.clear()
