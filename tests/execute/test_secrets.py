"""Where secrets are read, and what is said when they cannot be."""

from dataclasses import replace
from pathlib import Path

import pytest

from jobctl.execute.secrets import mask, resolve
from jobctl.model.errors import ExecutionError
from jobctl.model.job import Job, Secret


def value_of(secret: Secret, env: dict[str, str] | None = None) -> str:
    job = Job(name="backup", run="true", secrets={"TOKEN": secret}, working_dir="/")
    return resolve(job, env or {"PATH": "/usr/bin:/bin"})["TOKEN"]


def test_a_file_loses_one_newline_at_its_end(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("hunter22\n\n")
    assert value_of(Secret(file=str(file))) == "hunter22\n"


def test_a_variable_of_the_daemon_is_read() -> None:
    assert value_of(Secret(env="VAULT"), {"VAULT": "hunter22"}) == "hunter22"


def test_a_credential_is_a_file_that_systemd_gives(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hunter22")
    assert value_of(Secret(credential="token"), {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "hunter22"


def test_a_command_prints_a_secret() -> None:
    assert value_of(Secret(command="echo hunter22")) == "hunter22"


def test_a_command_can_be_a_list() -> None:
    assert value_of(Secret(command=("echo", "$HOME"))) == "$HOME"


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (Secret(file="/no/such/file"), "/no/such/file: No such file or directory"),
        (Secret(env="VAULT"), "the daemon has no variable `VAULT`"),
        (Secret(credential="token"), "the daemon has no credentials"),
        (Secret(command="echo hunter22; exit 3"), "its command ended with status 3"),
        (Secret(command=("no-such-command",)), "its command cannot be started: No such file or directory"),
        (Secret(command="printf 'hunter22\\0'"), "its value holds a NUL character"),
    ],
)
def test_an_error_names_the_secret_and_never_its_value(secret: Secret, reason: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        value_of(secret)
    assert caught.value.message == f"the secret `TOKEN` cannot be read: {reason}"
    assert "hunter22" not in f"{caught.value.hint}"


def test_longer_secrets_are_masked_first() -> None:
    assert mask("a secret-one b secret-one-two", ["secret-one", "secret-one-two"]) == "a *** b ***"


def test_a_command_of_the_daemons_is_not_started_where_the_jobs_user_may_have_put_something(tmp_path: Path) -> None:
    where = {"TOKEN": Secret(command="pwd; echo padding")}
    own = Job(name="backup", run="true", secrets=where, working_dir=str(tmp_path))
    theirs = replace(own, user="nobody")
    assert resolve(own, {"PATH": "/usr/bin:/bin"})["TOKEN"].split("\n")[0] == str(tmp_path)
    assert resolve(theirs, {"PATH": "/usr/bin:/bin"})["TOKEN"].split("\n")[0] == "/"
