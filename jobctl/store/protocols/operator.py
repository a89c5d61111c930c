"""What an operator does to runs, jobs and queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

# Whoever names the protocol loads none of the nouns: they are for the type checker only.
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jobctl.model.view import Pause
    from jobctl.store.values import Cancelled, Retried


class Operating(Protocol):
    """What an operator does to runs, jobs and queues."""

    def cancel(self, run_ids: Sequence[int], actor: str, now: datetime) -> list[Cancelled]:
        """Cancel waiting runs at once and ask for running ones to be stopped."""

    def retry(self, run_ids: Sequence[int], params: str | None, actor: str, now: datetime) -> list[Retried]:
        """Make finished runs wait again with a fresh budget and, unless None, other params (JSON text)."""

    def pause(self, kind: Literal["job", "queue"], name: str, pause: Pause) -> None:
        """Hold a job or a queue; a second pause replaces the first."""

    def resume(self, kind: Literal["job", "queue"], name: str, now: datetime) -> bool:
        """Let go of a job or a queue; False if it was not held.

        A job's schedule goes on from `now`: of times not decided yet the newest is skipped/`paused`, older ones are
        missed. A pause that ends by itself does the same at its end, with whoever writes first after it.
        """
