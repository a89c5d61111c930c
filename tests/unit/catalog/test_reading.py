"""What a user may type, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobctl.model.job import Dst, Job, Keep, Param, Queue, Rate, Resources, Retry, Secret
from jobctl.model.plain import digest, from_plain, to_plain
from tests.unit.catalog.conftest import Folder, Keys


def test_an_interval_may_count_from_the_end_of_the_last_run(folder: Folder) -> None:
    folder.write("jobs.yaml", "jobs: {a: {run: x, every: {after_end: 90s}}}")
    job = folder.load().valid().jobs["a"]
    assert (job.schedule.after_end, job.schedule.every, job.overlap) == (timedelta(seconds=90), None, "skip")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("{after_end: soon}", 'expected a duration like 90s or 2h30m, got "soon"'),
        ("{after_end: 0s}", 'expected a duration longer than 0, got "0s"'),
        ("{after: 1m}", 'expected a duration like 10m, or a mapping with `after_end` alone, got "after"'),
        (
            "{after_end: 1m, x: 2}",
            'expected a duration like 10m, or a mapping with `after_end` alone, got "after_end, x"',
        ),
    ],
)
def test_an_interval_that_cannot_be_read_is_refused_at_its_place(folder: Folder, typed: str, message: str) -> None:
    folder.write("jobs.yaml", f"jobs: {{a: {{run: x, every: {typed}}}}}")
    [problem] = folder.load().problems
    assert str(problem) == f"jobs.yaml:1:27: jobs.a.every: {message}"


def test_the_shortest_job_has_every_default(folder: Folder) -> None:
    job = folder.job("jobs: {a: {run: echo hi}}")
    assert job == Job(name="a", run="echo hi", working_dir=str(folder.path))


def test_the_example_of_the_handbook_is_read(folder: Folder) -> None:
    loaded = folder.read("""
        # yaml-language-server: $schema=./jobs.schema.json
        version: 1
        defaults:
          timezone: Europe/Berlin
        queues:
          default: {slots: 4}
          reports: {slots: 1, rate: 10/min}
        limits:
          warehouse: 2
        jobs:
          backup:
            description: Nightly database backup
            run: pg_dump "$DB" | gzip > "backup-$JOBCTL_SCHEDULED_FOR.sql.gz"
            shell: bash
            env: {DB: shop}
            schedule: "30 2 * * *"
            timeout: 30m
          thumbnails:
            call: shop.images:make_thumbnails
            params: {album: {type: integer, required: true}, size: {type: integer, default: 256}}
    """)
    assert loaded.problems == ()
    assert loaded.catalog is not None
    assert list(loaded.catalog.jobs) == ["backup", "thumbnails"]
    assert loaded.catalog.queues == {
        "default": Queue("default", slots=4),
        "reports": Queue("reports", slots=1, rate=Rate(10, timedelta(minutes=1))),
    }
    assert loaded.catalog.limits == {"warehouse": 2}
    assert loaded.catalog.jobs["thumbnails"].params["album"] == Param(type="integer", required=True)


def test_jobs_may_be_a_list_with_names(folder: Folder) -> None:
    assert folder.job("jobs:\n  - name: a\n    run: x\n").name == "a"


@pytest.mark.parametrize("name", ["off", "on", "yes", "no", "123abc", "null", "true", "010x", "1.5", "a-b_c.d"])
def test_a_job_may_be_called(folder: Folder, name: str) -> None:
    assert folder.job(f"jobs: {{{name}: {{run: x}}}}").name == name


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("command: echo hi", "run: echo hi"),
        ("{run: x, cron: '@daily'}", "{run: x, schedule: '@daily'}"),
        ("{run: x, tz: Europe/Berlin}", "{run: x, timezone: Europe/Berlin}"),
        ("{run: x, environment: {A: b}}", "{run: x, env: {A: b}}"),
        ("{run: x, cwd: /srv}", "{run: x, working_dir: /srv}"),
    ],
)
def test_a_key_has_another_name(folder: Folder, alias: str, name: str) -> None:
    assert folder.job(f"jobs: {{a: {_braced(alias)}}}") == folder.job(f"jobs: {{a: {_braced(name)}}}")


def _braced(keys: str) -> str:
    return keys if keys.startswith("{") else "{" + keys + "}"


def test_an_alias_in_the_defaults_gives_way_to_the_name_in_a_job(folder: Folder) -> None:
    job = folder.job("defaults: {tz: Europe/Berlin}\njobs: {a: {run: x, timezone: UTC, every: 5m}}")
    assert job.schedule.timezone == "UTC"


def test_run_may_be_a_list_without_a_shell(job_with: Keys, folder: Folder) -> None:
    assert folder.job("jobs: {a: {run: [sleep, 0.50]}}").run == ("sleep", "0.50")


def test_true_is_a_program_too(folder: Folder) -> None:
    assert folder.job("jobs: {a: {run: true}}").run == "true"


def test_the_environment_keeps_the_text_that_was_typed(job_with: Keys) -> None:
    assert job_with("env: {V: 1.10, D: True, E: 1e3, S: ''}").env == {
        "V": "1.10",
        "D": "True",
        "E": "1e3",
        "S": "",
    }


def test_the_environment_may_be_a_list(job_with: Keys) -> None:
    assert job_with("env: [A=1, B=x=y, C=]").env == {"A": "1", "B": "x=y", "C": ""}


@pytest.mark.parametrize("typed", ["022", "'022'", "22", "0022"])
def test_a_umask_is_read_as_octal_from_its_text(job_with: Keys, typed: str) -> None:
    assert job_with(f"umask: {typed}").umask == 0o022


def test_a_retry_may_be_a_number(job_with: Keys) -> None:
    assert job_with("retry: 3").retry == Retry(limit=3)


def test_a_retry_may_be_a_mapping(job_with: Keys) -> None:
    keys = "retry: {limit: 3, delay: 5s, backoff: 1.5, max_delay: 1m, jitter: 0, exit_codes: 75, exceptions: [OSError]}"
    assert job_with(keys).retry == Retry(
        limit=3,
        delay=timedelta(seconds=5),
        backoff=1.5,
        max_delay=timedelta(minutes=1),
        jitter=0,
        exit_codes=(75,),
        exceptions=("OSError",),
    )


def test_a_param_may_be_its_type(job_with: Keys) -> None:
    assert job_with("params: {album: integer}").params == {"album": Param(type="integer")}


def test_a_json_default_stays_as_it_is(job_with: Keys) -> None:
    job = job_with("params: {tags: {type: json, default: [a, {b: null}]}}")
    assert job.params["tags"].default == ["a", {"b": None}]


def test_a_date_default_stays_text(job_with: Keys) -> None:
    assert job_with("params: {day: {type: date, default: 2026-03-08}}").params["day"].default == "2026-03-08"


def test_a_single_item_stands_for_a_list(job_with: Keys) -> None:
    job = job_with("tags: nightly\nschedule: '@daily'\nenv_file: .env\nsuccess_codes: 3")
    assert (job.tags, job.schedule.cron, job.success_codes) == (("nightly",), ("@daily",), (3,))


def test_paths_are_relative_to_the_catalog(job_with: Keys, folder: Folder) -> None:
    job = job_with(
        "cwd: work\nenv_file: [a.env, /b.env]\nsecrets: {A: {file: key}}\nshell: bin/sh\npython: .venv/bin/python"
    )
    assert (job.working_dir, job.env_file) == (f"{folder.path}/work", (f"{folder.path}/a.env", "/b.env"))
    assert job.secrets == {"A": Secret(file=f"{folder.path}/key")}
    assert (job.shell, job.python) == (f"{folder.path}/bin/sh", f"{folder.path}/.venv/bin/python")


def test_a_program_without_a_slash_is_a_name(job_with: Keys) -> None:
    job = job_with("shell: bash\npython: python3.12")
    assert (job.shell, job.python) == ("bash", "python3.12")


def test_a_callable_is_looked_for_beside_the_catalog(folder: Folder) -> None:
    assert folder.job("jobs: {a: {call: shop.images:make}}").path == (str(folder.path),)


def test_a_job_with_a_schedule_skips_overlaps(job_with: Keys) -> None:
    assert job_with("every: 5m").overlap == "skip"


def test_a_job_without_a_schedule_allows_overlaps(job_with: Keys) -> None:
    assert job_with("").overlap == "allow"


def test_the_machines_zone_is_that_of_a_schedule_that_names_none(folder: Folder) -> None:
    job = folder.job("jobs: {a: {run: x, schedule: '@daily'}}", zone="America/New_York")
    assert job.schedule.timezone == "America/New_York"


def test_the_machines_zone_does_not_matter_to_a_job_without_a_schedule(folder: Folder) -> None:
    text = "jobs: {a: {run: x}}"
    assert folder.job(text, zone="America/New_York") == folder.job(text, zone="UTC")


def test_an_instant_without_an_offset_is_in_the_jobs_zone(job_with: Keys) -> None:
    job = job_with("at: 2026-07-01 12:00\ntz: Europe/Berlin\nend: 2026-08-01T00:00Z")
    assert job.schedule.at == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert job.schedule.end == datetime(2026, 8, 1, tzinfo=UTC)


def test_a_signal_may_be_named_without_sig(job_with: Keys) -> None:
    assert job_with("stop_signal: int").stop_signal == "SIGINT"


def test_every_other_key_arrives(folder: Folder) -> None:
    job = folder.job("""
        limits: {w: 2}
        jobs:
          a:
            run: x
            owner: ops
            every: 1h
            jitter: 30s
            dst: {gap: skip, repeat: both}
            overlap: queue
            catchup: all
            catchup_window: 2d
            catchup_limit: 5
            queue: reports
            priority: -3
            max_parallel: 2
            uses: w
            rate: 5/h
            timeout: 1m
            stop_grace_period: 3
            deadline: 2h
            loss_limit: 1
            skip_code: 75
            idempotent: false
            unique: "n-{{ params.n }}"
            unique_for: 1d
            params: {n: {type: integer, choices: [1, 2], description: which}}
            inherit_env: [PATH, "AWS_*"]
            stdin: hello
            user: nobody
            group: nogroup
            nice: 5
            resources: {memory: 1G, cpu_time: 5m, open_files: 64, processes: 10, file_size: 5M}
            log: {max_bytes: 1M}
            keep: {succeeded: 1d, failed: 2d, skipped: 3d, runs: 9}
            enabled: false
            result: false
            on_failure: [notify, me]
    """)
    plain = to_plain(job)
    assert plain.pop("working_dir") == str(folder.path)
    assert job.resources == Resources(1024**3, timedelta(minutes=5), 64, 10, 5 * 1024**2)
    assert job.keep == Keep(timedelta(days=1), timedelta(days=2), timedelta(days=3), 9)
    assert job.schedule.dst == Dst("skip", "both")
    assert plain == {
        "name": "a",
        "run": "x",
        "owner": "ops",
        "schedule": {
            "every": 3600,
            "jitter": 30,
            "dst": {"gap": "skip", "repeat": "both"},
            "catchup": "all",
            "catchup_window": 172800,
            "catchup_limit": 5,
        },
        "overlap": "queue",
        "queue": "reports",
        "priority": -3,
        "max_parallel": 2,
        "uses": ["w"],
        "rate": {"count": 5, "per": 3600},
        "timeout": 60,
        "stop_grace_period": 3,
        "deadline": 7200,
        "loss_limit": 1,
        "skip_code": 75,
        "idempotent": False,
        "unique": "n-{{ params.n }}",
        "unique_for": 86400,
        "params": {"n": {"type": "integer", "choices": [1, 2], "description": "which"}},
        "inherit_env": ["PATH", "AWS_*"],
        "stdin": "hello",
        "user": "nobody",
        "group": "nogroup",
        "nice": 5,
        "resources": {
            "memory": 1073741824,
            "cpu_time": 300,
            "open_files": 64,
            "processes": 10,
            "file_size": 5242880,
        },
        "log_max_bytes": 1048576,
        "keep": {"succeeded": 86400, "failed": 172800, "skipped": 259200, "runs": 9},
        "enabled": False,
        "result": False,
        "on_failure": ["notify", "me"],
    }
    assert from_plain(Job, to_plain(job)) == job


def test_anchors_and_merges_are_understood(folder: Folder) -> None:
    loaded = folder.read("""
        jobs:
          a: &a {run: x, timeout: 5m, tags: &t [nightly]}
          b: {<<: *a, run: y}
          c: {run: z, tags: *t}
    """)
    assert loaded.catalog is not None
    jobs = loaded.catalog.jobs
    assert (jobs["b"].run, jobs["b"].timeout, jobs["c"].tags) == ("y", timedelta(minutes=5), ("nightly",))


def test_other_braces_are_left_alone(job_with: Keys) -> None:
    assert job_with("on_failure: docker ps --format '{{.Names}}'").on_failure == "docker ps --format '{{.Names}}'"


def test_a_byte_order_mark_is_skipped(folder: Folder) -> None:
    assert folder.job("\ufeffjobs: {a: {run: x}}").run == "x"


def test_windows_line_ends_are_read(folder: Folder) -> None:
    Path("jobs.yaml").write_bytes(b"jobs:\r\n  a:\r\n    run: x\r\n")
    loaded = folder.load()
    assert loaded.catalog is not None
    assert loaded.catalog.jobs["a"].run == "x"


def test_a_digest_does_not_depend_on_formatting_comments_and_key_order(folder: Folder) -> None:
    first = folder.job("""
        jobs:
          a:
            run: x      # does it
            env: {A: 1, B: 2}
            retry: {limit: 3, delay: 1m}
            timeout: 90s
    """)
    second = folder.job("""
        jobs:
          - timeout: 1m30s
            retry:
              delay: 60
              limit: 3
            environment:
              - B=2
              - "A=1"
            command: "x"
            name: a
    """)
    assert digest(first) == digest(second)


def test_a_digest_does_not_depend_on_a_default_being_typed(job_with: Keys) -> None:
    assert digest(job_with("priority: 0\nretry: 0\nqueue: default")) == digest(job_with(""))


def test_a_digest_changes_with_the_definition(job_with: Keys) -> None:
    assert digest(job_with("timeout: 5m")) != digest(job_with("timeout: 6m"))
