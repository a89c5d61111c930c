"""Timers of systemd become jobs; the unit files lie in a folder of the test."""

import os
from datetime import timedelta
from typing import Any

import pytest

from jobctl.catalog.load import load
from jobctl.model.job import Job
from tests.kit.prompt import Prompt, Said

BACKUP_TIMER = """
[Unit]
Description=Nightly backup

[Timer]
OnCalendar=Mon..Fri 02:30 Europe/Berlin
OnCalendar=Sat 04:00 Europe/Berlin
Persistent=true
RandomizedDelaySec=10min
AccuracySec=1h

[Install]
WantedBy=timers.target
"""
BACKUP_SERVICE = """
[Unit]
Description=Back the shop up

[Service]
Type=oneshot
ExecStart=/usr/local/bin/backup --to /srv/backup "the shop"
User=root
Group=root
WorkingDirectory=/srv
Environment="GREETING=hello there" LEVEL=3
EnvironmentFile=/etc/backup.env
TimeoutStartSec=1h 30min
Nice=10
UMask=0027
KillSignal=SIGINT
SuccessExitStatus=3
PrivateTmp=yes
"""


def write(jobctl: Prompt, **units: str) -> None:
    """Unit files by name, with `_` for the dot."""
    for name, text in units.items():
        (jobctl.folder / name.replace("_", ".")).write_text(text)


def imported(jobctl: Prompt, *units: str) -> tuple[Said, dict[str, Job]]:
    """What the command said, and the jobs of the catalog that it printed."""
    said = jobctl.ok("import", "systemd-timer", *(units or ("./backup.timer",)))
    path = jobctl.folder / "jobs.yaml"
    path.write_text(said.out)
    return said, dict(load([path], "UTC", os.geteuid()).valid().jobs)


def simple(jobctl: Prompt, timer: str, service: str = "ExecStart=/bin/true\nType=oneshot") -> tuple[Said, Job]:
    """The job of a timer that consists of these lines."""
    write(jobctl, a_timer=f"[Timer]\n{timer}\n", a_service=f"[Service]\n{service}\n")
    said, jobs = imported(jobctl, "./a.timer")
    return said, jobs["a"]


def test_a_timer_with_its_service_becomes_one_job(jobctl: Prompt) -> None:
    write(jobctl, backup_timer=BACKUP_TIMER, backup_service=BACKUP_SERVICE)
    _, jobs = imported(jobctl)
    job = jobs["backup"]
    assert job.run == ("/usr/local/bin/backup", "--to", "/srv/backup", "the shop")
    assert job.description == "Back the shop up"
    assert job.schedule.cron == ("30 2 * * 1,2,3,4,5", "0 4 * * 6")
    assert job.schedule.timezone == "Europe/Berlin"
    assert job.schedule.jitter.total_seconds() == 600
    assert (job.schedule.catchup, job.schedule.catchup_window.days) == ("last", 366)
    assert (job.user, job.group, job.working_dir, job.umask, job.nice) == ("root", "root", "/srv", 0o027, 10)
    assert job.env == {"GREETING": "hello there", "LEVEL": "3"}
    assert job.env_file == ("/etc/backup.env",)
    assert job.timeout is not None
    assert job.timeout.total_seconds() == 5400
    assert (job.stop_signal, job.success_codes, job.overlap) == ("SIGINT", (0, 3), "skip")


def test_what_a_catalog_has_no_key_for_is_named(jobctl: Prompt) -> None:
    write(jobctl, backup_timer=BACKUP_TIMER, backup_service=BACKUP_SERVICE)
    said, _ = imported(jobctl)
    assert "not carried over: backup.timer: `PrivateTmp=`" in said.err
    assert "# Not carried over: `PrivateTmp=`" in said.out


def test_what_is_printed_plans(jobctl: Prompt) -> None:
    write(jobctl, backup_timer=BACKUP_TIMER, backup_service=BACKUP_SERVICE)
    imported(jobctl)
    assert jobctl.ok("plan", "--json").json["add"] == ["backup"]


@pytest.mark.parametrize(
    ("timer", "schedule"),
    [
        ("OnUnitActiveSec=15min", {"every": "15m"}),
        ("OnBootSec=5min\nOnUnitActiveSec=1d", {"every": "1d"}),
        ("OnUnitInactiveSec=90", {"every": {"after_end": "1m30s"}}),
        ("OnCalendar=daily\nOnUnitInactiveSec=90", {"schedule": "0 0 * * *"}),
        ("OnStartupSec=0", {"schedule": "@start"}),
        ("OnBootSec=2min", {"schedule": "@reboot"}),
        ("OnCalendar=daily\nOnUnitActiveSec=1h", {"schedule": ["0 0 * * *", "@every 1h"]}),
        ("OnCalendar=daily\nOnUnitActiveSec=1d", {"schedule": "0 0 * * *"}),
        ("OnCalendar=*:0/30\nOnUnitActiveSec=45min", {"schedule": "*/30 * * * *"}),
        ("OnCalendar=daily\nOnBootSec=1min", {"schedule": ["0 0 * * *", "@reboot"]}),
        ("OnCalendar=2027-01-01 03:00 UTC", {"at": "2027-01-01T03:00:00", "timezone": "UTC"}),
        (
            "OnCalendar=daily UTC\nOnCalendar=06:00 Asia/Tokyo",
            {"schedule": ["CRON_TZ=UTC 0 0 * * *", "CRON_TZ=Asia/Tokyo 0 6 * * *"]},
        ),
    ],
)
def test_the_times_of_a_timer(jobctl: Prompt, timer: str, schedule: dict[str, Any]) -> None:
    import yaml

    said, _ = simple(jobctl, timer)
    loaded = yaml.safe_load(said.out)
    settings = {**loaded["defaults"], **loaded["jobs"]["a"]}
    assert {key: settings[key] for key in ("schedule", "every", "at", "timezone") if key in settings} == schedule


def test_a_timer_that_is_not_persistent_does_not_make_up_for_what_was_missed(jobctl: Prompt) -> None:
    assert simple(jobctl, "OnCalendar=daily")[1].schedule.catchup == "none"


def test_a_time_that_cannot_be_said_is_named_and_the_others_are_kept(jobctl: Prompt) -> None:
    said, job = simple(jobctl, "OnCalendar=Mon *-*-1..15\nOnCalendar=daily")
    assert job.schedule.cron == ("0 0 * * *",)
    assert "not carried over: a.timer: `Mon *-*-1..15`" in said.err


def test_a_timer_without_any_time_that_can_be_said_is_not_carried_over(jobctl: Prompt) -> None:
    write(jobctl, a_timer="[Timer]\nOnCalendar=Mon *-*-1..15\n", a_service="[Service]\nExecStart=/bin/true\n")
    said, jobs = imported(jobctl, "./a.timer")
    assert jobs == {}
    assert "# Not carried over, a.timer:" in said.out


def test_a_timer_that_is_not_carried_over_names_each_time_that_cannot_be_said(jobctl: Prompt) -> None:
    write(
        jobctl, a_timer="[Timer]\nOnCalendar=Thu 25:00\nOnCalendar=Mon *-*~03\n", a_service="[Service]\nExecStart=/x\n"
    )
    said, jobs = imported(jobctl, "./a.timer")
    assert jobs == {}
    for wrong in ("`Thu 25:00`", "`Mon *-*~03`", "no time to fire at"):
        assert wrong in said.err
        assert wrong in said.out


def test_a_delay_that_is_no_time_span_is_named_and_the_timer_is_kept(jobctl: Prompt) -> None:
    said, job = simple(jobctl, "OnCalendar=daily\nRandomizedDelaySec=soon")
    assert job.schedule.cron == ("0 0 * * *",)
    assert "not carried over: a.timer: `RandomizedDelaySec`: `soon` is no time span" in said.err


def test_the_commands_before_and_after_are_joined(jobctl: Prompt) -> None:
    service = (
        "Type=oneshot\nExecStartPre=-/bin/mkdir /x\nExecStart=/bin/a\nExecStart=/bin/b $OPTS\nExecStartPost=/bin/c"
    )
    assert (
        simple(jobctl, "OnCalendar=daily", service)[1].run
        == "{ /bin/mkdir /x || true; } && /bin/a && /bin/b $OPTS && /bin/c"
    )


def test_the_time_to_start_bounds_only_a_oneshot(jobctl: Prompt) -> None:
    assert simple(jobctl, "OnCalendar=daily", "ExecStart=/bin/true\nTimeoutStartSec=5")[1].timeout is None


def test_an_instance_is_read_from_its_template(jobctl: Prompt) -> None:
    (jobctl.folder / "dump@.timer").write_text("[Timer]\nOnCalendar=daily\n")
    (jobctl.folder / "dump@.service").write_text("[Service]\nExecStart=/bin/dump %i --from=%I\n")
    _, jobs = imported(jobctl, "./dump@srv-shop.timer")
    assert jobs["dump-srv-shop"].run == ("/bin/dump", "srv-shop", "--from=srv/shop")


def test_drop_ins_count(jobctl: Prompt) -> None:
    write(jobctl, a_timer="[Timer]\nOnCalendar=daily\n", a_service="[Service]\nExecStart=/bin/true\n")
    (jobctl.folder / "a.timer.d").mkdir()
    (jobctl.folder / "a.timer.d/when.conf").write_text("[Timer]\nOnCalendar=\nOnCalendar=weekly\n")
    assert imported(jobctl, "./a.timer")[1]["a"].schedule.cron == ("0 0 * * 1",)


def test_another_unit_may_be_started(jobctl: Prompt) -> None:
    write(jobctl, a_timer="[Timer]\nOnCalendar=daily\nUnit=b.service\n", b_service="[Service]\nExecStart=/bin/b\n")
    assert imported(jobctl, "./a.timer")[1]["a"].run == ("/bin/b",)


@pytest.mark.parametrize(
    ("unit", "status"),
    [("./nowhere.timer", 3), ("nowhere-at-all", 3), ("./lonely.timer", 3), ("./x.service", 2), ("./t@.timer", 2)],
)
def test_what_is_no_timer_is_refused(jobctl: Prompt, unit: str, status: int) -> None:
    write(jobctl, lonely_timer="[Timer]\nOnCalendar=daily\n")
    assert jobctl("import", "systemd-timer", unit).status == status


def test_a_timer_without_its_service_does_not_hold_up_the_others(jobctl: Prompt) -> None:
    write(jobctl, backup_timer=BACKUP_TIMER, backup_service=BACKUP_SERVICE, lone_timer="[Timer]\nOnCalendar=daily\n")
    said, jobs = imported(jobctl, "./lone.timer", "./backup.timer")
    assert list(jobs) == ["backup"]
    assert (
        "warning: not carried over: lone.timer: `lone.service`, which `lone.timer` starts, does not exist\n" in said.err
    )
    assert "# Not carried over, lone.timer: `lone.service`, which `lone.timer` starts, does not exist" in said.out


def test_the_only_timer_that_is_asked_for_needs_its_service(jobctl: Prompt) -> None:
    write(jobctl, lone_timer="[Timer]\nOnCalendar=daily\n")
    said = jobctl("import", "systemd-timer", "./lone.timer")
    assert (said.status, said.out) == (3, "")
    assert said.err == (
        "error: `lone.service`, which `lone.timer` starts, does not exist\nhint: put its file beside the timer\n"
    )


def test_templates_and_masked_timers_among_all_of_a_folder_are_named_and_left_out(jobctl: Prompt) -> None:
    write(jobctl, backup_timer=BACKUP_TIMER, backup_service=BACKUP_SERVICE, masked_timer="")
    (jobctl.folder / "dump@.timer").write_text("[Timer]\nOnCalendar=daily\n")
    said, jobs = imported(jobctl, "./backup.timer", "./dump@.timer", "./masked.timer")
    assert list(jobs) == ["backup"]
    assert "warning: not carried over: dump@.timer: `dump@.timer` is a template\n" in said.err
    assert "warning: not carried over: masked.timer: `masked.timer` has no section [Timer]\n" in said.err


def test_a_key_that_no_timer_has_is_named(jobctl: Prompt) -> None:
    said, _ = simple(jobctl, "OnCalendar=daily\nPersistant=true\nX-Note=mine")
    assert "`Persistant=` is no key of a timer; did you mean `Persistent`?" in said.err
    assert "X-Note" not in said.err


def test_streams_that_are_files_are_named_and_others_are_not(jobctl: Prompt) -> None:
    streams = "StandardInput=file:/srv/in\nStandardOutput=append:/var/log/x.log\nStandardError=journal"
    said, _ = simple(jobctl, "OnCalendar=daily", f"ExecStart=/bin/cat\n{streams}")
    assert "`StandardInput=file:/srv/in`: write `< FILE` into `run`" in said.err
    assert "`StandardOutput=append:/var/log/x.log`: output is in `jobctl logs`" in said.err
    assert "StandardError" not in said.err


def test_a_service_that_is_wrapped_already_becomes_its_job_without_the_wrapping(jobctl: Prompt) -> None:
    write(
        jobctl,
        a_timer="[Timer]\nOnCalendar=daily\n",
        a_service="[Service]\nExecStart=/opt/bin/jobctl exec nightly --timeout 5m -- /srv/sync all\n",
    )
    _, jobs = imported(jobctl, "./a.timer")
    assert (jobs["nightly"].run, jobs["nightly"].timeout) == (("/srv/sync", "all"), timedelta(minutes=5))
