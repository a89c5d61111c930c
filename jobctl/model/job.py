"""A job: the normalised definition of what to run, when, and under which rules.

Every value here is final: durations are `timedelta`, sizes are bytes, paths are absolute, defaults are merged in.
A field left at its default is not stored (`jobctl.model.plain`), so that a digest does not change when jobctl learns
a new key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from jobctl.model import defaults

Overlap = Literal["skip", "queue", "replace", "allow"]
Catchup = Literal["none", "last", "all"]
Gap = Literal["shift", "skip"]
Repeat = Literal["first", "last", "both"]
ParamType = Literal["string", "integer", "number", "boolean", "date", "datetime", "json"]
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` starts per `per`, as a token bucket that holds `count` tokens."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Dst:
    """What a fixed-time schedule does in the hour that is missing and in the hour that comes twice."""

    gap: Gap = "shift"
    repeat: Repeat = "first"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job fires: at most one of `cron`, `every`, `at`, `after_end` is set; an unscheduled job has none.

    `cron` holds expressions as typed (`30 2 * * *`, `@daily`, `@reboot`, `H 3 * * *`, `CRON_TZ=Zone ...`).
    `timezone` is an IANA name, resolved when the catalog is read; `at`, `start` and `end` are UTC instants.
    """

    cron: tuple[str, ...] = ()
    every: timedelta | None = None
    at: datetime | None = None
    timezone: str = "UTC"
    jitter: timedelta = _ZERO
    start: datetime | None = None
    end: datetime | None = None
    dst: Dst = Dst()
    catchup: Catchup = "last"
    catchup_window: timedelta = timedelta(hours=24)
    catchup_limit: int = 100
    after_end: timedelta | None = None
    catchup_between: str | None = None

    @property
    def is_set(self) -> bool:
        """Whether it ever fires by itself."""
        return bool(self.cron or self.every or self.at or self.after_end)


@dataclass(frozen=True, slots=True)
class Retry:
    """Retries after the first attempt: the nth waits `delay * backoff**(n-1)`, at most `max_delay`, +- `jitter`."""

    limit: int = 0
    delay: timedelta = timedelta(seconds=15)
    backoff: float = 2.0
    max_delay: timedelta = timedelta(hours=1)
    jitter: float = 0.1
    exit_codes: tuple[int, ...] = ()
    except_exit_codes: tuple[int, ...] = ()
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Param:
    """One declared parameter. `default` is None when there is none."""

    type: ParamType = "string"
    required: bool = False
    default: Any = None
    choices: tuple[Any, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is read when an attempt starts: exactly one of the four is set."""

    file: str | None = None
    env: str | None = None
    credential: str | None = None
    command: str | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Resources:
    """Resource limits of an attempt: bytes, seconds, counts."""

    memory: int | None = None
    cpu_time: timedelta | None = None
    open_files: int | None = None
    processes: int | None = None
    file_size: int | None = None


@dataclass(frozen=True, slots=True)
class WorkerBounds:
    """After how many runs, at what size in bytes and at what age a worker is replaced; None: never for that."""

    max_runs: int | None = None
    max_memory: int | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """How long finished runs stay. `runs` bounds succeeded and skipped runs of the job by number."""

    succeeded: timedelta = timedelta(days=7)
    failed: timedelta = timedelta(days=90)
    skipped: timedelta = timedelta(days=7)
    runs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A definition, complete and checked. Exactly one of `run` and `call` is set."""

    name: str
    run: str | tuple[str, ...] | None = None
    call: str | None = None
    shell: str = "/bin/sh"
    python: str | None = None
    path: tuple[str, ...] = ()
    description: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    schedule: Schedule = Schedule()
    overlap: Overlap = defaults.OVERLAP
    queue: str = defaults.QUEUE
    priority: int = defaults.PRIORITY
    max_parallel: int | None = None
    uses: tuple[str, ...] = ()
    rate: Rate | None = None
    timeout: timedelta | None = None
    stop_signal: str = "SIGTERM"
    stop_grace_period: timedelta = timedelta(seconds=10)
    deadline: timedelta | None = None
    retry: Retry = Retry()
    loss_limit: int = 3
    success_codes: tuple[int, ...] = (0,)
    skip_code: int | None = None
    idempotent: bool = True
    unique: str | bool = False
    unique_for: timedelta = _ZERO
    params: Mapping[str, Param] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    env_file: tuple[str, ...] = ()
    inherit_env: bool | tuple[str, ...] = ("PATH", "HOME", "USER", "LANG", "LC_*", "TZ")
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    stdin: str | None = None
    stdin_from_run: int | None = None
    working_dir: str = "/"
    user: str | None = None
    group: str | None = None
    umask: int | None = None
    nice: int | None = None
    resources: Resources = Resources()
    worker: WorkerBounds = WorkerBounds()
    log_max_bytes: int = 100 * 1024 * 1024
    keep: Keep = Keep()
    enabled: bool = True
    result: bool = True
    on_failure: str | tuple[str, ...] | None = None

    @property
    def kind(self) -> Literal["shell", "callable"]:
        """What executes it."""
        return "callable" if self.call is not None else "shell"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableJob(Job):
    """Stands for a definition that a database has but nobody can read any more; `unreadable` says why.

    It never fires, and a run of it fails without being executed.
    """

    run: str | tuple[str, ...] | None = ("false",)
    idempotent: bool = False
    unreadable: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A lane with slots, counted over all daemons; `slots=None` is no bound."""

    name: str
    slots: int | None = None
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the YAML files say.

    `sources[name]` is the file each job came from: one given, or one in a folder given (an included file's jobs came
    from the file that includes it). Sources and `paths` are absolute.
    """

    jobs: Mapping[str, Job] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
