"""What holds between the keys of a job, beyond each key by itself."""

from collections.abc import Collection, Container

from jobctl.catalog.contradictions import contradictions
from jobctl.catalog.document import TypedJob
from jobctl.catalog.keys import place_of
from jobctl.catalog.models import JobModel
from jobctl.catalog.node import Part, Table
from jobctl.catalog.param_rules import param_problems
from jobctl.decide.params.template import problems as template_problems
from jobctl.decide.params.template import unfit_key
from jobctl.decide.text.closest import did_you_mean
from jobctl.decide.time.durations import parse_instant
from jobctl.model.problem import Problem
from jobctl.model.queues import EXEC_QUEUE


def job_problems(job: TypedJob, model: JobModel | None, limits: Container[str]) -> list[Problem]:
    """All that is wrong between the keys of a job; `model` is what is right by itself, `limits` the declared names."""
    found = _exclusive(job)
    if model is None:
        return found
    found += _templates(job, model)
    found += _limits(job, model, limits)
    found += _secrets(job, model)
    found += _codes(job, model)
    found += _bounds(job, model)
    found += _queue(job, model)
    found += [problem_at(job, where, message) for where, message in contradictions(model)]
    params = [(["params", *loc], message) for loc, message in param_problems(model.params or {})]
    return found + [problem_at(job, where, message) for where, message in params if not _is_told(job, where)]


def problem_at(job: TypedJob, loc: list[Part], message: str, warning: bool = False) -> Problem:
    """A problem at the value of a key of the job."""
    place, path, _ = place_of(job.table, loc)
    return place.problem([*job.path, *path], message, "warning" if warning else "error")


def _is_told(job: TypedJob, loc: list[Part]) -> bool:
    """Whether the value itself is refused already, so that all else that is said of it would be a consequence."""
    return place_of(job.table, loc)[0].bad


def _exclusive(job: TypedJob) -> list[Problem]:
    if not isinstance(job.table, Table):
        return []
    found = _at_most_one(job, job.table, ("run", "call")) + _at_most_one(job, job.table, ("schedule", "every", "at"))
    if not any(job.table.get(key) for key in ("run", "call")):
        found.append(job.key.problem(job.path, "expected `run` or `call`: a job needs something to execute"))
    return found


def _at_most_one(job: TypedJob, table: Table, names: tuple[str, ...]) -> list[Problem]:
    given = [entry for entry in table if entry.name in names]
    if len(given) < 2:
        return []
    first = given[0].key
    words = ", ".join(f"`{name}`" for name in names[:-1]) + f" and `{names[-1]}`"
    message = f"only one of {words} may be given; `{first.text}` is given at {first.where}"
    return [entry.key.problem([*job.path, entry.key.text], message) for entry in given[1:]]


def _templates(job: TypedJob, model: JobModel) -> list[Problem]:
    params = job.table.get("params") if isinstance(job.table, Table) else None
    declared = [entry.name for entry in params.value] if params and isinstance(params.value, Table) else []
    found = []
    for key in ("run", "on_failure"):
        for index, message in template_problems(getattr(model, key) or (), declared):
            found.append(problem_at(job, [key] if index is None else [key, index], message))
    if isinstance(model.unique, str):
        found += [problem_at(job, ["unique"], message) for message in unfit_key(model.unique, declared)]
    return found


def _limits(job: TypedJob, model: JobModel, limits: Container[str]) -> list[Problem]:
    found = []
    for index, name in enumerate(model.uses or ()):
        if name not in limits:
            known = list(limits) if isinstance(limits, Collection) else []
            message = f"`{name}` is not declared under `limits`{did_you_mean(name, known)}"
            found.append(problem_at(job, ["uses", index], message))
    return found


def _secrets(job: TypedJob, model: JobModel) -> list[Problem]:
    message = "expected exactly one of `file`, `env`, `credential` and `command`"
    wrong = [name for name, secret in (model.secrets or {}).items() if len(secret.model_fields_set) != 1]
    return [problem_at(job, ["secrets", name], message) for name in wrong]


def _codes(job: TypedJob, model: JobModel) -> list[Problem]:
    successes = (0,) if model.success_codes is None else model.success_codes
    found = []
    if not successes:
        found.append(problem_at(job, ["success_codes"], "expected at least one exit code, got an empty list"))
    if model.skip_code in successes:
        message = f"exit code {model.skip_code} already counts as success; choose another one"
        found.append(problem_at(job, ["skip_code"], message))
    return found


def _queue(job: TypedJob, model: JobModel) -> list[Problem]:
    if model.queue != EXEC_QUEUE:
        return []
    message = f"queue `{EXEC_QUEUE}` is for commands that `jobctl exec` wraps: no daemon serves it; choose another one"
    return [problem_at(job, ["queue"], message)]


def _bounds(job: TypedJob, model: JobModel) -> list[Problem]:
    if model.start is None or model.end is None:
        return []
    zone = model.timezone or "UTC"
    if parse_instant(model.start, zone) <= parse_instant(model.end, zone):
        return []
    return [problem_at(job, ["end"], f"expected an instant after the start {model.start}, got {model.end}")]
