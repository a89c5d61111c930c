"""The unit that `jobctl systemd` prints, judged by systemd-analyze's rules (`make units` asks it where it is)."""

import sys
from pathlib import Path

import pytest

from jobctl.actions.systemd import Installation, unit
from jobctl.importers.systemd.time_span import read_span
from jobctl.importers.systemd.unit_file import Unit, expand, read_unit, words
from tests.kit.prompt import Prompt

KNOWN = {
    "Unit": {"Description", "After", "RequiresMountsFor"},
    "Service": {
        *("Type", "NotifyAccess", "ExecStart", "ExecReload", "StateDirectory", "StateDirectoryMode", "Environment"),
        *("UMask", "KillMode", "TimeoutStopSec", "TimeoutStartSec", "Restart", "RestartSec"),
        *("RestartPreventExitStatus", "WatchdogSec", "OOMPolicy", "Delegate", "LimitNOFILE", "TasksMax"),
        *("NoNewPrivileges", "RestrictSUIDSGID", "RestrictNamespaces", "RestrictRealtime", "LockPersonality"),
        *("SystemCallArchitectures", "ReadWritePaths", "ProtectSystem", "ProtectHome", "PrivateDevices"),
        *("ProtectControlGroups", "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs"),
        *("ProtectClock", "ProtectHostname", "RestrictAddressFamilies", "CapabilityBoundingSet"),
        *("SystemCallFilter", "SystemCallErrorNumber", "ProtectProc", "PrivateMounts"),
    },
    "Install": {"WantedBy"},
}
NEEDS_ROOT = {
    "StateDirectory",
    "ReadWritePaths",
    "ProtectSystem",
    "ProtectHome",
    "PrivateDevices",
    "CapabilityBoundingSet",
    "ProtectKernelModules",
    "ProtectKernelLogs",
    "PrivateMounts",
    "ProtectProc",
}
EVERY_FORM = [[], ["--strict"], ["--user"], ["--user", "--strict"]]


def printed(jobctl: Prompt, *args: str) -> Unit:
    """The unit that a command prints."""
    return read_unit("jobctl.service", jobctl.ok("systemd", *args).out)


def start(found: Unit) -> list[str]:
    """The command line of the daemon, as systemd reads it."""
    line = found.last("Service", "ExecStart") or ""
    return [expand(word, {"%": "%"}).replace("$$", "$") for word in words(line)]


@pytest.mark.parametrize("form", EVERY_FORM)
def test_every_key_is_one_that_systemd_knows_in_its_section(jobctl: Prompt, form: list[str]) -> None:
    assert [place for place in printed(jobctl, *form).values if place[1] not in KNOWN[place[0]]] == []


@pytest.mark.parametrize("form", EVERY_FORM)
def test_what_is_executed_exists_and_is_named_by_its_whole_path(jobctl: Prompt, form: list[str]) -> None:
    found = printed(jobctl, *form)
    for key in ("ExecStart", "ExecReload"):
        program = words(found.last("Service", key) or "")[0]
        assert Path(program).is_absolute()
        assert Path(program).exists()


@pytest.mark.parametrize("form", EVERY_FORM)
def test_times_are_spans_and_the_watchdog_is_slower_than_the_daemon(jobctl: Prompt, form: list[str]) -> None:
    found = printed(jobctl, *form)
    for key in ("TimeoutStopSec", "TimeoutStartSec", "RestartSec", "WatchdogSec"):
        assert read_span(found.last("Service", key) or "")


def test_a_unit_of_a_user_asks_for_nothing_that_needs_root(jobctl: Prompt) -> None:
    found = printed(jobctl, "--user", "--strict")
    assert NEEDS_ROOT & set(found.keys("Service")) == set()
    assert found.last("Install", "WantedBy") == "default.target"
    assert found.last("Unit", "After") is None


def test_the_unit_names_this_program_this_database_and_this_catalog(jobctl: Prompt) -> None:
    (jobctl.folder / "jobs.yaml").write_text("jobs: {}\n")
    found = printed(jobctl)
    catalog = str(jobctl.folder / "jobs.yaml")
    assert start(found) == [sys.executable, "-m", "jobctl", "daemon", "--catalog", catalog, "--grace", "30s"]
    assert found.last("Service", "Environment") == f"JOBCTL_DB={jobctl.db}"


def test_a_database_below_var_lib_has_its_folder_made_by_systemd(jobctl: Prompt) -> None:
    found = printed(jobctl, "--db", "/var/lib/jobs/shop/jobctl.db", "--strict")
    assert found.last("Service", "StateDirectory") == "jobs/shop"
    assert found.all("Service", "ReadWritePaths") == ("-/tmp -/var/tmp",)


def test_a_database_elsewhere_is_writable_when_the_system_is_not(jobctl: Prompt) -> None:
    found = printed(jobctl, "--db", "/srv/jobs/jobctl.db", "--strict")
    assert found.last("Service", "StateDirectory") is None
    assert found.all("Service", "ReadWritePaths")[0] == "/srv/jobs"


def test_a_path_with_anything_in_it_comes_through(jobctl: Prompt) -> None:
    path = '/srv/my "jobs"/100% $HOME \\ .yaml'
    found = printed(jobctl, path)
    assert path in start(found)


def test_a_database_that_no_daemon_could_open_gets_no_unit(jobctl: Prompt) -> None:
    said = jobctl("systemd", "--db", "postgresql://jobs:hunter2@db/jobs")
    assert (said.status, said.out) == (5, "")
    assert said.err.startswith("error: PostgreSQL is not supported yet\nhint: ")
    assert "hunter2" not in said.err


def test_jobs_keep_their_tmp_when_the_daemon_is_started_anew() -> None:
    strict = read_unit("jobctl.service", unit(strict=True))
    assert strict.last("Service", "PrivateTmp") is None
    assert strict.last("Service", "KillMode") == "process"


def test_what_is_in_deploy_is_the_unit_of_the_default_installation() -> None:
    deployed = Path(__file__).parents[2] / "deploy/jobctl.service"
    assert deployed.read_text(encoding="utf-8") == unit(Installation())


def test_a_path_with_a_line_break_is_refused_and_puts_no_line_into_the_unit(jobctl: Prompt) -> None:
    said = jobctl("systemd", "--db", "/srv/a\nExecStartPre=/bin/evil/j.db")
    assert (said.status, said.out) == (2, "")
    assert "cannot stand in a unit" in said.err
