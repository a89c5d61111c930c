"""The states of a run: one table, from which the picture in the docs, the CHECKs and the tests follow."""

from collections.abc import Mapping

from jobctl.model.run import State

STATES: tuple[State, ...] = ("waiting", "running", "succeeded", "failed", "cancelled", "skipped")
LIVE: tuple[State, ...] = ("waiting", "running")
FINISHED: tuple[State, ...] = ("succeeded", "failed", "cancelled", "skipped")

TABLE: Mapping[tuple[State | None, str], tuple[State, ...]] = {
    (None, "enqueue"): ("waiting", "skipped"),
    ("waiting", "claim"): ("running",),
    ("waiting", "cancel"): ("cancelled",),
    ("waiting", "expire"): ("skipped",),
    ("waiting", "skip"): ("skipped",),
    ("running", "settle"): ("succeeded", "failed", "cancelled", "skipped", "waiting"),
    ("succeeded", "retry"): ("waiting",),
    ("failed", "retry"): ("waiting",),
    ("cancelled", "retry"): ("waiting",),
    ("skipped", "retry"): ("waiting",),
}


def allows(state: State | None, verb: str, to: State) -> bool:
    """Whether `verb` may take a run from `state` (None: it does not exist yet) to `to`.

    >>> allows("waiting", "claim", "running"), allows("succeeded", "claim", "running")
    (True, False)
    """
    return to in TABLE.get((state, verb), ())


def diagram() -> str:
    """The table as a Mermaid state diagram.

    >>> print(diagram().splitlines()[1].strip())
    [*] --> waiting: enqueue
    """
    lines = ["stateDiagram-v2"]
    for (state, verb), targets in TABLE.items():
        lines += [f"    {state or '[*]'} --> {to}: {verb}" for to in targets]
    lines += [f"    {state} --> [*]: prune" for state in FINISHED]
    return "\n".join(lines)
