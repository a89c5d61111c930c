"""What a session keeps in mind between transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobctl.decide.admission.admit import Lane, Rules
    from jobctl.model.job import Job
    from jobctl.store.values import Definition


class Memory:
    """Ids by what they stand for, and what was parsed before.

    Definitions and lanes never change under their id. Ids may be forgotten by others: empty lanes and definitions of
    ad-hoc runs are pruned. `exclusive`: whether there was a lane without overlap among those that were asked for.
    `deployment`: the last one when the rules were read, those of the catalog's `generation`.
    """

    def __init__(self) -> None:
        self.definition_ids: dict[str, int] = {}
        self.lane_ids: dict[tuple[str, str, bool], int] = {}
        self.definitions: dict[str, tuple[int, Definition]] = {}
        self.forget()

    def forget(self) -> None:
        """A transaction was undone: what it has given ids to is not there, and they will be given to something else."""
        self.forget_ids()
        self.definitions.clear()
        self.jobs: dict[int, Job] = {}
        self.lanes: dict[int, Lane] = {}
        self.rules: Rules | None = None
        self.generation = -1
        self.exclusive = False
        self.deployment = 0

    def forget_ids(self) -> None:
        """Something was deleted, here or elsewhere."""
        self.definition_ids.clear()
        self.lane_ids.clear()
