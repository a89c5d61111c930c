"""What a job's own runs do to its next start: those in the way by its overlap policy, those promised for later."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from jobctl.decide.explain.facts import Fact
from jobctl.decide.runs.cause import why
from jobctl.decide.time.durations import format_duration
from jobctl.model.job import Job
from jobctl.model.run import Run

_UNTIL_THEN = {"skip": "its fires are skipped until that one has ended", "queue": "its next fire waits for its end"}


def in_the_way(job: Job, live: Sequence[Run], now: datetime) -> Iterator[Fact]:
    """What keeps the next fire from starting; `live` are due or under way, the first due first."""
    then = _UNTIL_THEN.get(job.overlap)
    if job.schedule.after_end is not None:
        then = f"it fires {format_duration(job.schedule.after_end)} after the end of that one"
    if then is None or not live:
        return
    run = live[0]
    rest = tuple(other.run_id for other in live)
    if run.state == "running":
        yield Fact("overlap", f"a run is under way, and {then}", None, rest)
    elif run.due_at is not None and run.due_at > now:
        yield Fact("retry", f"a run waits for its retry ({why(run)}), and {then}", run.due_at, rest)
    else:
        yield Fact("overlap", f"a run that is due has not started, and {then}", None, rest)


def promised(later: Sequence[Run]) -> Iterator[Fact]:
    """Runs that are in nobody's way until they are due, the first due first."""
    if later:
        many = f"{len(later)} runs are promised" if len(later) > 1 else "a run is promised"
        ids = tuple(run.run_id for run in later)
        yield Fact("due", f"{many} for later, in nobody's way until then", later[0].due_at, ids)
