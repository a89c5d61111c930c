"""What a user types, key by key: one pydantic model for each mapping of a catalog."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from jobctl.catalog import fields as f
from jobctl.catalog import kind as k
from jobctl.decide.runs.overlap import POLICIES
from jobctl.model.job import Catchup, Gap, ParamType, Repeat
from jobctl.model.run import PRIORITIES


class Typed(BaseModel):
    """A mapping as typed: unknown keys are refused; None is a key that was not typed."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class DstModel(Typed):
    """What a fixed-time schedule does when the clocks change."""

    gap: Annotated[Gap, k.one_of(*get_args(Gap))] | None = Field(
        None, description="A time that does not exist: the first instant after the gap (shift), or not at all (skip)"
    )
    repeat: Annotated[Repeat, k.one_of(*get_args(Repeat))] | None = Field(
        None, description="A time that comes twice: the first, the last, or both"
    )


class RetryModel(Typed):
    """When a failed attempt is tried again."""

    limit: Annotated[int, k.whole(0)] = Field(description="Retries after the first attempt")
    delay: f.Duration | None = Field(None, description="Wait before the first retry; 15s")
    backoff: Annotated[float, k.number(1, 1000)] | None = Field(
        None, description="Each wait is so many times the last; 2"
    )
    max_delay: f.Duration | None = Field(None, description="The longest wait; 1h")
    jitter: Annotated[float, k.number(0, 1)] | None = Field(None, description="Spreads each wait by this fraction; 0.1")
    exit_codes: f.ExitCodes | None = Field(None, description="Retry only after these exit codes")
    except_exit_codes: f.ExitCodes | None = Field(None, description="Never retry after these exit codes")
    exceptions: f.Texts | None = Field(None, description="Retry only after these exceptions (or their subclasses)")


class ParamModel(Typed):
    """One parameter of a job."""

    type: Annotated[ParamType, k.one_of(*get_args(ParamType))] | None = Field(None, description="The type; string")
    required: f.Bool | None = Field(None, description="Whether enqueue must give it; false")
    default: Any = Field(None, description="The value when none is given")
    choices: Annotated[list[Any], k.Read(lambda value: _some(value), {"type": "array", "minItems": 1})] | None = Field(
        None, description="The only values allowed"
    )
    pattern: f.Text | None = Field(None, description="A regular expression that the whole text must match")
    minimum: Annotated[float, k.number()] | None = Field(None, description="The smallest number allowed")
    maximum: Annotated[float, k.number()] | None = Field(None, description="The largest number allowed")
    description: f.Text | None = Field(None, description="What it is for")


class SecretModel(Typed):
    """Where a secret is read when an attempt starts: exactly one of the four."""

    file: f.Path | None = Field(None, description="A file that holds it")
    env: f.EnvName | None = Field(None, description="A variable in the daemon's environment")
    credential: f.Text | None = Field(None, description="A credential of the systemd unit")
    command: f.Command | None = Field(None, description="A command that prints it")


class ResourcesModel(Typed):
    """Limits of the operating system on an attempt."""

    memory: f.Size | None = Field(None, description="Address space, like 512M")
    cpu_time: f.Period | None = Field(None, description="Processor time")
    open_files: Annotated[int, k.whole(1)] | None = Field(None, description="Open files")
    processes: Annotated[int, k.whole(1)] | None = Field(None, description="Processes of the user")
    file_size: f.Size | None = Field(None, description="Size of a written file")


class WorkerModel(Typed):
    """When the process that executes a callable is replaced by a new one."""

    max_runs: Annotated[int, k.whole(1)] | None = Field(None, description="After so many runs; 1 is fresh")
    max_memory: f.Size | None = Field(None, description="When it occupies more after a run, like 512M")
    max_age: f.Period | None = Field(None, description="After the run in which it has become as old as this")


class LogModel(Typed):
    """What is kept of the output."""

    max_bytes: f.Size | None = Field(None, description="Output beyond is cut in the middle; 100M")


class KeepModel(Typed):
    """How long history stays."""

    succeeded: f.Duration | None = Field(None, description="Succeeded and cancelled runs; 7d")
    failed: f.Duration | None = Field(None, description="Failed runs; 90d")
    skipped: f.Duration | None = Field(None, description="Skipped runs; 7d")
    runs: Annotated[int, k.whole(1)] | None = Field(None, description="At most so many succeeded and skipped runs")


class QueueModel(Typed):
    """A lane with slots, counted over all daemons."""

    slots: Annotated[int, k.whole(1)] | None = Field(None, description="Runs at a time over all daemons; no bound")
    rate: f.RateText | None = Field(None, description="Starts of this queue, like 10/min")


Params = dict[
    f.ParamName,
    Annotated[
        ParamModel,
        k.Short(
            lambda value: {"type": value} if isinstance(value, str) else value, {"enum": list(get_args(ParamType))}
        ),
    ],
]
RetryValue = Annotated[
    RetryModel,
    k.Short(
        lambda value: {"limit": value} if isinstance(value, int) and not isinstance(value, bool) else value,
        {"type": "integer", "minimum": 0},
    ),
]


WorkerValue = Annotated[
    WorkerModel, k.Short(lambda value: {"max_runs": 1} if value == "fresh" else value, {"const": "fresh"})
]


class JobModel(Typed):
    """A job: what to run, when, and under which rules."""

    run: f.Command | None = Field(None, description="Text for `shell`, or a list executed without a shell")
    call: f.Call | None = Field(None, description="A Python callable, package.module:function")
    shell: f.Path | None = Field(None, description="Runs `run` texts; /bin/sh (bash gets -eo pipefail)")
    python: f.Path | None = Field(None, description="The interpreter for `call`; jobctl's own")
    path: f.Paths | None = Field(None, description="Folders prepended to sys.path for `call`; the catalog's folder")
    description: f.Text | None = Field(None, description="Shown in tables")
    owner: f.Text | None = Field(None, description="Who answers for it")
    tags: f.Texts | None = Field(None, description="Words to filter by")
    schedule: f.Crons | None = Field(None, description='Cron expressions in quotes, like "30 2 * * *" or "@daily"')
    every: f.Every | None = Field(
        None, description="A fixed interval, like 15m; {after_end: 15m} counts from the end of the last run"
    )
    at: f.Instant | None = Field(None, description="One instant, like 2026-03-08T02:30")
    timezone: f.Zone | None = Field(None, description="An IANA name like Europe/Berlin; the machine's")
    jitter: f.Duration | None = Field(None, description="Spreads the fires by up to this much; 0")
    start: f.Instant | None = Field(None, description="No fire before this instant")
    end: f.Instant | None = Field(None, description="No fire after this instant")
    dst: DstModel | None = Field(None, description="What happens when the clocks change")
    overlap: Annotated[str, k.one_of(*POLICIES)] | None = Field(
        None, description="When a run has not ended: skip (with a schedule), queue, replace or allow (without)"
    )
    catchup: Annotated[Catchup, k.one_of(*get_args(Catchup))] | None = Field(
        None, description="Fires missed while no daemon ran; last"
    )
    catchup_window: f.Duration | None = Field(None, description="Older ones are recorded as missed; 24h")
    catchup_limit: Annotated[int, k.whole(1)] | None = Field(None, description="At most so many; 100")
    catchup_between: f.Hours | None = Field(
        None, description="Hours like 03:00-06:00, in the job's zone, for which made-up runs wait; any time"
    )
    queue: f.QueueName | None = Field(None, description="The queue; default")
    priority: Annotated[int, k.whole(-PRIORITIES)] | None = Field(None, description="Higher first; 0")
    max_parallel: Annotated[int, k.whole(1)] | None = Field(None, description="Runs of this job at a time")
    uses: f.Texts | None = Field(None, description="Names of `limits`; one unit of each is held while it runs")
    rate: f.RateText | None = Field(None, description="Starts of this job, like 10/min")
    timeout: f.Period | None = Field(None, description="The longest an attempt may take")
    stop_signal: f.Signal | None = Field(None, description="Sent to stop an attempt; SIGTERM")
    stop_grace_period: f.Duration | None = Field(None, description="From that signal to SIGKILL; 10s")
    deadline: f.Period | None = Field(None, description="The longest from enqueue to the end")
    retry: RetryValue | None = Field(None, description="How many retries, or a mapping; 0")
    loss_limit: Annotated[int, k.whole(1)] | None = Field(None, description="So many losses end a run as poison; 3")
    success_codes: f.ExitCodes | None = Field(None, description="Exit codes that count as success; 0")
    skip_code: f.ExitCode | None = Field(None, description="The exit code that ends a run as skipped")
    idempotent: f.Bool | None = Field(None, description="false: never executed again after it may have started; true")
    unique: f.Unique | None = Field(None, description="Idempotency key: a template, or true for a hash of the params")
    unique_for: f.Duration | None = Field(None, description="How long a finished run still holds its key; 0")
    params: Params | None = Field(None, description="Parameters by name: a type, or a mapping")
    env: (
        Annotated[
            dict[f.EnvName, f.EnvValue],
            k.Short(lambda value: value, {"type": "array", "items": {"type": "string", "pattern": "^[^=]+="}}),
        ]
        | None
    ) = Field(None, description="Environment variables, a mapping or a list of NAME=value")
    env_file: f.Paths | None = Field(None, description="Files of NAME=value lines")
    inherit_env: f.InheritEnv | None = Field(
        None, description="What of the daemon's environment is passed on; PATH HOME USER LANG LC_* TZ"
    )
    secrets: dict[f.EnvName, SecretModel] | None = Field(None, description="Secrets by the variable they are given as")
    stdin: f.Text | None = Field(None, description="Text for standard input; /dev/null")
    working_dir: f.Path | None = Field(None, description="The folder it runs in; the catalog's folder")
    user: f.Owner | None = Field(None, description="The user it runs as; the daemon's")
    group: f.Owner | None = Field(None, description="The group it runs as; the user's")
    umask: f.Umask | None = Field(None, description="Octal, like 022")
    nice: Annotated[int, k.whole(-20, 19)] | None = Field(None, description="The scheduling priority, -20 to 19")
    resources: ResourcesModel | None = Field(None, description="Limits of the operating system")
    worker: WorkerValue | None = Field(
        None, description="For `call`: fresh (a process for each run), or bounds of a worker that is kept; no bounds"
    )
    log: LogModel | None = Field(None, description="What is kept of the output")
    keep: KeepModel | None = Field(None, description="How long history stays")
    enabled: f.Bool | None = Field(None, description="false: deployed, but never fires and cannot be enqueued; true")
    result: f.Bool | None = Field(None, description="Store what the callable returns; true")
    on_failure: f.Command | None = Field(None, description="Run once when a run has failed for good")


class NamedJobModel(JobModel):
    """A job in a list: as in a mapping, with its name."""

    name: f.JobName = Field(description="The job's name")


class FileModel(Typed):
    """A jobctl catalog."""

    version: Annotated[Literal[1], k.Read(lambda value: _one(value), {"const": 1})] | None = Field(
        None, description="The version of the format: 1"
    )
    include: f.Paths | None = Field(None, description="Other catalogs, relative to this one")
    defaults: JobModel | None = Field(
        None, description="Merged under every job: env and secrets by name, other keys replace"
    )
    queues: dict[f.QueueName, QueueModel] | None = Field(None, description="Lanes with slots")
    limits: dict[f.QueueName, Annotated[int, k.whole(1)]] | None = Field(
        None, description="Named semaphores shared by jobs: how many units each has"
    )
    jobs: dict[f.JobName, JobModel] | list[NamedJobModel] | None = Field(None, description="The jobs by name")


def _one(value: Any) -> int:
    if value == 1 and isinstance(value, int) and not isinstance(value, bool):
        return 1
    raise k.expected("version 1", value)


def _some(value: Any) -> list[Any]:
    if isinstance(value, list) and value:
        return value
    raise k.expected("a list of values", value)
