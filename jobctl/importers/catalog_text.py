"""Write drafts as a catalog that a person goes on with: what all jobs share once, comments where they stood."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jobctl.importers.draft import Draft, Drafts, Note
from jobctl.importers.yaml_text import Value, comment, entry, scalar

_SHARED = ("timezone", "jitter", "shell", "working_dir", "umask", "overlap", "catchup", "on_failure")


class Imported(NamedTuple):
    """The text of a catalog, how many jobs it has, and what there is to say, in the order of the sources."""

    text: str
    jobs: int
    notes: tuple[Note, ...]


def catalog_text(sources: Sequence[Drafts], introduction: Sequence[str], about_policy: Sequence[str]) -> str:
    """The text of a catalog. `about_policy` is said where all jobs may overlap."""
    jobs = [job for source in sources for job in source.jobs]
    shared = _shared([job.settings for job in jobs if not job.off])
    lines = [comment(line, 0) for line in introduction]
    lines += ["", *_defaults(shared, about_policy)] if shared else []
    lines += ["", "jobs:" if any(not job.off for job in jobs) else "jobs: {}"]
    for source in sources:
        lines += _section(source, shared, several=len(sources) > 1)
    return "\n".join(lines).replace("\njobs:\n\n", "\njobs:\n", 1) + "\n"


def _shared(jobs: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """What is the same in all jobs, as defaults; variables one by one."""
    if not jobs:
        return {}
    first = jobs[0]
    found = {key: first[key] for key in _SHARED if key in first and all(job.get(key) == first[key] for job in jobs)}
    env = {name: text for name, text in _env(first).items() if all(_env(job).get(name) == text for job in jobs)}
    return {**found, **({"env": env} if env else {})}


def _env(job: Mapping[str, Value]) -> Mapping[str, str]:
    env = job.get("env", {})
    return {name: str(text) for name, text in env.items()} if isinstance(env, Mapping) else {}


def _defaults(shared: Mapping[str, Value], about_policy: Sequence[str]) -> list[str]:
    lines = ["defaults:"]
    for key, value in shared.items():
        if (key, value) == ("overlap", "allow"):
            lines += [comment(line, 1) for line in about_policy]
        lines += _entry(key, value, 1)
    return lines


def _section(source: Drafts, shared: Mapping[str, Value], *, several: bool) -> list[str]:
    lines = ["", comment(f"--- {source.source}", 1)] if several else []
    lines += ["", *(comment(line, 1) for line in source.head)] if source.head else []
    for job in source.jobs:
        lines += ["", *_job(job, shared)]
    lines += ["", *(comment(line, 1) for line in source.foot)] if source.foot else []
    return lines


def _job(job: Draft, shared: Mapping[str, Value]) -> list[str]:
    lines = [comment(line, 1) for line in job.comments]
    lines += [comment(f"Note: {remark}", 1) for remark in job.remarks]
    own = [line for key, value in _own(job.settings, shared).items() for line in _entry(key, value, 2)]
    body = [f"  {scalar(job.name)}:", *own]
    if not job.off:
        return [*lines, *body]
    return [*lines, comment("Commented out where it comes from:", 1), *(f"  # {line[2:]}".rstrip() for line in body)]


def _own(settings: Mapping[str, Value], shared: Mapping[str, Value]) -> dict[str, Value]:
    """What a job says itself, the defaults taken away."""
    own = {key: value for key, value in settings.items() if key == "env" or shared.get(key) != value}
    env = {name: text for name, text in _env(settings).items() if _env(shared).get(name) != text}
    own.pop("env", None)
    return {**own, **({"env": env} if env else {})}


def _entry(key: str, value: Value, depth: int) -> list[str]:
    """Schedules are in quotes always: whoever changes one to `*/5 ...` must not have to think of it."""
    if key == "schedule" and isinstance(value, str):
        return [f'{"  " * depth}schedule: "{value}"']
    if key == "schedule" and isinstance(value, tuple):
        quoted = ", ".join(f'"{expression}"' for expression in value)
        return [f"{'  ' * depth}schedule: [{quoted}]"]
    return entry(key, value, depth)
