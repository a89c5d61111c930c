"""A checked job to its final form: defaults resolved, paths absolute, instants in UTC."""

import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from jobctl.catalog.document import TypedJob
from jobctl.catalog.keys import place_of
from jobctl.catalog.models import JobModel
from jobctl.catalog.node import Part
from jobctl.catalog.values import AfterEnd
from jobctl.decide.time.durations import parse_instant
from jobctl.model.job import Dst, Job, Keep, Param, Resources, Retry, Schedule, Secret, WorkerBounds

_AS_IS = (
    *("run", "call", "description", "owner", "tags", "queue", "priority", "max_parallel", "rate", "timeout"),
    *("stop_signal", "stop_grace_period", "deadline", "loss_limit", "success_codes", "skip_code", "idempotent"),
    *("unique", "unique_for", "env", "inherit_env", "stdin", "user", "group", "umask", "nice", "enabled", "result"),
    "on_failure",
)


def job_of(typed: TypedJob, model: JobModel, machine_zone: str) -> Job:
    """The job of a model without problems; `machine_zone` is the zone of a schedule that names none."""
    schedule = schedule_of(model, machine_zone)
    as_is = {key: value for key in _AS_IS if (value := getattr(model, key)) is not None}
    given: dict[str, Any] = {
        "overlap": model.overlap or ("skip" if _fires(model) else "allow"),
        "uses": tuple(dict.fromkeys(model.uses or ())),
        "params": {name: _filled(Param, spec) for name, spec in (model.params or {}).items()},
        "secrets": {name: _secret(typed, name, spec) for name, spec in (model.secrets or {}).items()},
        "retry": _filled(Retry, model.retry),
        "resources": _filled(Resources, model.resources),
        "worker": _filled(WorkerBounds, model.worker),
        "keep": _filled(Keep, model.keep),
        "schedule": schedule,
        "env_file": tuple(_env_file(typed, index, path) for index, path in enumerate(model.env_file or ())),
        "path": _absolutes(typed, "path", model.path),
        "working_dir": absolute(typed, ["working_dir"], model.working_dir or "."),
    }
    if model.call and model.path is None:
        given["path"] = (str(typed.table.source.folder),)
    if model.log and model.log.max_bytes:
        given["log_max_bytes"] = model.log.max_bytes
    for key in ("shell", "python"):
        program = getattr(model, key)
        if program is not None:
            given[key] = absolute(typed, [key], program) if "/" in program else program
    return Job(name=typed.name, **as_is, **given)


def schedule_of(model: JobModel, machine_zone: str) -> Schedule:
    """When it fires; a job that never does keeps only the zone that was typed."""
    zone = model.timezone or (machine_zone if _fires(model) else None)
    given: dict[str, Any] = {
        key: parse_instant(text, zone or machine_zone)
        for key in ("at", "start", "end")
        if (text := getattr(model, key)) is not None
    }
    given |= {
        "cron": model.schedule,
        "every": None if isinstance(model.every, AfterEnd) else model.every,
        "after_end": model.every.interval if isinstance(model.every, AfterEnd) else None,
        "timezone": zone,
        "jitter": model.jitter,
        "dst": _filled(Dst, model.dst),
        "catchup": model.catchup,
        "catchup_window": model.catchup_window,
        "catchup_limit": model.catchup_limit,
        "catchup_between": model.catchup_between,
    }
    return Schedule(**{key: value for key, value in given.items() if value is not None})


def absolute(typed: TypedJob, loc: Sequence[Part], path: str) -> str:
    """A path as seen from the folder of the file it was typed in (which may be the file of the defaults)."""
    place, _, _ = place_of(typed.table, loc)
    return os.path.normpath(Path(place.source.folder, path))


def _absolutes(typed: TypedJob, key: str, paths: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(absolute(typed, [key, index], path) for index, path in enumerate(paths or ()))


def _env_file(typed: TypedJob, index: int, path: str) -> str:
    """A `-` before it stays: such a file need not exist."""
    dash = "-" if path.startswith("-") else ""
    return dash + absolute(typed, ["env_file", index], path.removeprefix("-"))


def _secret(typed: TypedJob, name: str, model: BaseModel) -> Secret:
    given = _given(model)
    if "file" in given:
        given["file"] = absolute(typed, ["secrets", name, "file"], given["file"])
    return Secret(**given)


def _fires(model: JobModel) -> bool:
    return bool(model.schedule or model.every or model.at)


def _given(model: BaseModel | None) -> dict[str, Any]:
    """What was typed in a mapping."""
    pairs = ((key, getattr(model, key)) for key in (type(model).model_fields if model else ()))
    return {key: tuple(value) if key == "choices" else value for key, value in pairs if value is not None}


def _filled(cls: Any, model: BaseModel | None) -> Any:
    given = _given(model)
    return cls(**{f.name: given[f.name] for f in fields(cls) if f.name in given})
