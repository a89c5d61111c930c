"""What is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

# Whoever names the protocol loads none of the nouns: they are for the type checker only.
if TYPE_CHECKING:
    from datetime import datetime

    from jobctl.model.plan import Deployment, Plan
    from jobctl.model.view import DeployedCatalog, Version
    from jobctl.store.values import Definition


class Catalogs(Protocol):
    """What is deployed."""

    def deployed(self) -> DeployedCatalog:
        """What is in force now."""

    def apply(self, plan: Plan, deployment: Deployment, now: datetime) -> None:
        """Deploy a plan, all or nothing. Raises Refused if the catalog has changed since the plan was made.

        A job that is new, or whose schedule changed, goes on from `now`; times that its old schedule had not decided
        are recorded as missed, as are those of a retired job, which keeps its runs.
        """

    def definition(self, job: str) -> Definition | None:
        """The deployed job for enqueueing; None if there is none."""

    def versions(self, job: str) -> list[Version]:
        """Every version of a job, newest first; empty if it was never deployed."""

    def catalog_queues(self) -> set[str]:
        """The queues that a catalog declares or that a deployed job is in; `default` is always there."""
