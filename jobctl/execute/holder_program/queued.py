"""Children that wait for others to end: claimed by the daemon, not started, and on no record."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Waiting:
    """Specifications in their order. While they wait, no more than `most` children are there.

    >>> waiting = Waiting()
    >>> waiting.add({"key": "run:2.1"}, most=1)
    >>> waiting.take(running=1), waiting.take(running=0)
    ([], [{'key': 'run:2.1'}])
    """

    __slots__ = ("_specs", "most")

    def __init__(self) -> None:
        self.most = 0
        self._specs: dict[str, dict[str, Any]] = {}

    def add(self, spec: dict[str, Any], most: int) -> None:
        """One more waits; `most` is what the daemon counted when it sent it."""
        self.most = most
        self._specs[spec["key"]] = spec

    def beside(self) -> None:
        """One that need not wait is started beside those that are counted."""
        self.most += 1

    def take(self, running: int) -> list[dict[str, Any]]:
        """Those that may start while so many are there."""
        if not self._specs:
            return []
        return [self._specs.pop(key) for key in self.keys()[: max(0, self.most - running)]]

    def put_back(self, specs: list[dict[str, Any]]) -> None:
        """What was taken waits again, before the others."""
        self._specs = {**{spec["key"]: spec for spec in specs}, **self._specs}

    def take_out(self, key: str) -> bool:
        """One does not wait any longer; False if it did not."""
        return self._specs.pop(key, None) is not None

    def keys(self) -> list[str]:
        """All that wait."""
        return list(self._specs)

    def clear(self) -> None:
        """Nothing waits."""
        self._specs.clear()
