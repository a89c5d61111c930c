"""Shell completion of job names, queue names and run ids, from the database that the line names."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from jobctl.cli.context import now, opened
from jobctl.model.errors import JobctlError

if TYPE_CHECKING:
    from jobctl.store.protocol import Store

_RUNS = 30


def complete_job(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Deployed jobs, with what they are about."""
    return _from_store(ctx, lambda store: _jobs(store, incomplete))


def complete_queue(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Queues."""
    return _from_store(ctx, lambda store: _queues(store, incomplete))


def complete_state(incomplete: str) -> list[str]:
    """The states of a run."""
    from jobctl.decide.runs.states import STATES

    return [state for state in STATES if state.startswith(incomplete)]


def complete_run(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The newest runs, with their job and state."""
    return _from_store(ctx, lambda store: _runs(store, incomplete))


def complete_run_or_job(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Jobs and the newest runs."""
    return _from_store(ctx, lambda store: _jobs(store, incomplete) + _runs(store, incomplete))


def _from_store(ctx: typer.Context, ask: "Callable[[Store], list[tuple[str, str]]]") -> list[tuple[str, str]]:
    """What the database offers; nothing where it cannot be used: a completion has no place for an error."""
    try:
        with opened(ctx, ctx.params.get("db")) as store:
            return ask(store)
    except JobctlError:
        return []


def _jobs(store: "Store", start: str) -> list[tuple[str, str]]:
    return _matching([(row.job.name, row.job.description or "") for row in store.jobs()], start)


def _queues(store: "Store", start: str) -> list[tuple[str, str]]:
    from jobctl.actions.find import known_queues

    return _matching([(name, "") for name in sorted(known_queues(store, now()))], start)


def _runs(store: "Store", start: str) -> list[tuple[str, str]]:
    from jobctl.store.values import RunFilter

    found = store.runs(RunFilter(limit=_RUNS))
    return _matching([(str(run.run_id), f"{run.job} {run.state}") for run in found], start)


def _matching(offers: list[tuple[str, str]], start: str) -> list[tuple[str, str]]:
    return [offer for offer in offers if offer[0].startswith(start)]
