"""What two keys of a job say against each other, and names that would hide what jobctl itself gives."""

from collections.abc import Iterator

from jobctl.catalog.models import JobModel
from jobctl.catalog.node import Part
from jobctl.decide.text.variables import is_jobctls_own

Found = tuple[list[Part], str]


def contradictions(model: JobModel) -> Iterator[Found]:
    """What cannot be meant: where in the job, and the message."""
    if model.schedule == ():
        yield ["schedule"], "expected at least one cron expression, got an empty list"
    yield from _retry(model)
    yield from _variables(model)


def _retry(model: JobModel) -> Iterator[Found]:
    retry = model.retry
    if retry is None:
        return
    if retry.delay is not None and retry.max_delay is not None and retry.max_delay < retry.delay:
        yield ["retry", "max_delay"], "the longest wait is shorter than `delay`, the first one"
    both = sorted(set(retry.exit_codes or ()) & set(retry.except_exit_codes or ()))
    if both:
        codes = ", ".join(map(str, both))
        yield ["retry", "except_exit_codes"], f"{codes} is in `exit_codes` too; retry after it, or never"


def _variables(model: JobModel) -> Iterator[Found]:
    for key in ("env", "secrets"):
        for name in getattr(model, key) or ():
            if is_jobctls_own(name):
                message = f"`{name}` is a name of jobctl's own, which tells the job about itself by it; choose another"
                yield [key, name], message
    for name in model.secrets or ():
        if name in (model.env or ()):
            yield ["secrets", name], f"`{name}` is given under `env` too; remove one of the two"
