"""The next fire of a job, as it can be told."""

from datetime import datetime

from jobctl.model.instant import near_ms
from jobctl.model.job import Job
from jobctl.store.relational.session import Session


def next_fire(session: Session, job: Job, job_id: int, next_at: int | None) -> datetime | None:
    """What `next_at` of a schedule means.

    Of an interval from the end of the last run it is a bound, which moves on while a run is under way: then nobody
    knows the next fire.
    """
    if next_at is None or job.schedule.after_end is None:
        return None if next_at is None else near_ms(next_at)
    # What reads cron expressions comes with these, and is not needed for most questions.
    from jobctl.decide.schedule.after_end import known
    from jobctl.store.relational.schedule.rows import last_run

    last = last_run(session, job.name, job_id)
    return None if last is None else known(job.schedule, job.schedule.after_end, last)
