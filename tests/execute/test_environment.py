"""What an attempt finds in its environment, and what it does not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobctl.execute.environment import environment, job_environment, read_env_file, run_environment
from jobctl.model.errors import ExecutionError
from jobctl.model.job import Job
from tests.kit.claims import claim

DAEMON = {
    "PATH": "/bin",
    "LANG": "C.UTF-8",
    "LC_ALL": "de_DE.UTF-8",
    "AWS_SECRET": "x",
    "JOBCTL_DB": "/db",
    "NOTIFY_SOCKET": "/run/systemd/notify",
}


def inherited(inherit_env: bool | tuple[str, ...]) -> dict[str, str]:
    return job_environment(Job(name="backup", run="true", inherit_env=inherit_env), DAEMON, {})


def test_a_job_inherits_a_few_names_only() -> None:
    env = job_environment(Job(name="backup", run="true"), DAEMON, {})
    assert env == {"PATH": "/bin", "LANG": "C.UTF-8", "LC_ALL": "de_DE.UTF-8"}


def test_names_and_patterns_say_what_is_inherited() -> None:
    assert inherited(("AWS_*", "LANG")) == {"AWS_SECRET": "x", "LANG": "C.UTF-8"}


def test_false_inherits_nothing() -> None:
    assert inherited(False) == {}


def test_true_inherits_all_but_what_is_the_daemons_own() -> None:
    assert inherited(True).keys() == {"PATH", "LANG", "LC_ALL", "AWS_SECRET"}


def test_a_pattern_does_not_reach_the_database() -> None:
    assert inherited(("JOBCTL_*",)) == {}


def test_the_database_is_inherited_when_it_is_named() -> None:
    assert inherited(("JOBCTL_DB",)) == {"JOBCTL_DB": "/db"}


def test_a_scheduled_time_has_no_fraction_and_is_in_utc() -> None:
    scheduled_for = datetime(2026, 3, 8, 6, 30, 0, 250_000, tzinfo=UTC)
    env = run_environment(claim(scheduled_for=scheduled_for))
    assert env["JOBCTL_SCHEDULED_FOR"] == "2026-03-08T06:30:00Z"


def test_without_a_schedule_the_due_time_takes_its_place() -> None:
    due_at = datetime(2026, 3, 8, 6, 31, tzinfo=UTC)
    assert run_environment(claim(due_at=due_at))["JOBCTL_SCHEDULED_FOR"] == "2026-03-08T06:31:00Z"


def test_env_wins_over_files_and_secrets_over_both(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("A=file\nB=file\nC=file\nPATH=file\n")
    job = Job(name="backup", run="true", env_file=(str(file),), env={"B": "env", "C": "env"})
    env = environment(claim(job), DAEMON, {"C": "secret"})
    assert [env[name] for name in ("PATH", "A", "B", "C")] == ["file", "file", "env", "secret"]


def test_an_env_file_has_comments_quotes_and_exports(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(
        '# a comment\n\nexport A=1\nB = two words \nC=\'single # \\n\'\nD="double \\"q\\" \\n"\nE=a=b\nF=\n'
    )
    assert read_env_file(str(file)) == {
        "A": "1",
        "B": "two words",
        "C": "single # \\n",
        "D": 'double "q" \n',
        "E": "a=b",
        "F": "",
    }


def test_a_line_that_is_no_variable_is_named(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("A=1\nnonsense\n")
    with pytest.raises(ExecutionError, match=r"line 2 of the env file .* is not `NAME=VALUE`"):
        read_env_file(str(file))


def test_a_missing_env_file_is_named() -> None:
    with pytest.raises(ExecutionError, match="the env file /no/such/file cannot be read"):
        read_env_file("/no/such/file")


def test_an_env_file_tells_a_job_nothing_in_jobctls_name(tmp_path: Path) -> None:
    file = tmp_path / "job.env"
    file.write_text("JOBCTL_RUN_ID=1\n")
    with pytest.raises(ExecutionError, match="name of jobctl's own"):
        environment(claim(Job(name="backup", run="true", env_file=(str(file),))), {}, {})
