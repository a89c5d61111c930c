"""Calls, as they are told."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NO_MORE: dict[str, Any] = {}
NO_SECRETS: list[str] = []


class Form:
    """What calls of a job have in common.

    target (`package.module:function`), dates (param -> "date" or "datetime"), environ (variables), stdin (text or
    null), logs (the folder of log files, or null where this process may write none), log_max_bytes, keep_result, bounds
    (of this process: max_runs, max_memory, max_age, each of which may be null; or null).
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        self.target: str = facts["target"]
        self.dates: dict[str, str] = facts["dates"]
        self.environ: dict[str, str] = facts["environ"]
        self.stdin: str | None = facts["stdin"]
        self.logs: str | None = facts["logs"]
        self.log_max_bytes: int = facts["log_max_bytes"]
        self.keep_result: bool = facts["keep_result"]
        self.bounds: dict[str, Any] | None = facts["bounds"]


class Call:
    """One call.

    More than its first values are params, environ (variables that it has besides, or in place of those that follow from
    the rest), secrets (values to mask), correlation_id (if it is not the run_id) and alone: no other call follows
    before this one's result has been seen.
    """

    __slots__ = ("alone", "correlation_id", "environ", "fence", "form", "params", "run_id", "scheduled_for", "secrets")

    def __init__(self, form: Form, run_id: int, fence: int, scheduled_for: str, more: dict[str, Any] = NO_MORE) -> None:
        self.form = form
        self.run_id = run_id
        self.fence = fence
        self.scheduled_for = scheduled_for
        self.params: dict[str, Any] = more.get("params", NO_MORE)
        self.environ: dict[str, str] = more.get("environ", NO_MORE)
        self.secrets: list[str] = more.get("secrets", NO_SECRETS)
        self.correlation_id: str | None = more.get("correlation_id")
        self.alone: bool = more.get("alone", False)
