"""What a request to stop a run means when its attempt ends."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobctl.model.run import Reason, State


def end_state(state: "State", reason: "Reason | None", stop: "Reason | None") -> "tuple[State, Reason | None]":
    """The state and reason of a settled run: one that was to be stopped ends `cancelled` rather than wait again.

    >>> end_state("waiting", "retry", "operator"), end_state("succeeded", None, "operator")
    (('cancelled', 'operator'), ('succeeded', None))
    """
    if stop is not None and state == "waiting":
        return "cancelled", stop
    return state, reason
