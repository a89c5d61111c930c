"""Secrets: read when an attempt starts, given as environment, never stored, masked in whatever is shown."""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from jobctl.execute.account import who
from jobctl.execute.holder_program.mask import Mask
from jobctl.execute.secret_command import TooMuch, output_of
from jobctl.model.errors import ExecutionError
from jobctl.model.job import Job, Secret
from jobctl.trust.as_user import Who
from jobctl.trust.opening import Unreadable
from jobctl.trust.reading import read_for

COMMAND_S = 10
MAX_BYTES = 64 * 1024
"""So long may a secret be: a variable of a process holds no more than twice that."""


def resolve(job: Job, daemon_env: Mapping[str, str]) -> dict[str, str]:
    """The values of a job's secrets by name, one trailing newline less each.

    A `command` runs as the daemon, with its environment, in the job's `working_dir`
    (in `/` where the job has a `user`, who may own that), and may take 10 s. Raises
    ExecutionError, which names the secret and never its value.
    """
    values = {}
    for name, secret in job.secrets.items():
        value = _read(name, secret, job, daemon_env).removesuffix("\n").removesuffix("\r")
        if "\0" in value:
            raise _error(name, "its value holds a NUL character", "store it as text")
        values[name] = value
    return values


def mask(text: str, values: Iterable[str]) -> str:
    """`text` with every value of six characters and more replaced.

    >>> mask("token=hunter22", ["hunter22"])
    'token=***'
    """
    return Mask(tuple(values)).text(text)


def _read(name: str, secret: Secret, job: Job, daemon_env: Mapping[str, str]) -> str:
    if secret.file is not None:
        return _from_file(name, secret.file, who(job))
    if secret.credential is not None:
        # It is given to the daemon: whether a job's user could see it says nothing.
        return _from_file(name, str(_credentials(name, daemon_env) / secret.credential), None)
    if secret.env is not None:
        return _from_variable(name, secret.env, daemon_env)
    if secret.command is not None:
        return _from_command(name, secret.command, job, daemon_env)
    raise _error(name, "it says nowhere to look", "give it `file`, `env`, `credential` or `command`")


def _from_file(name: str, path: str, whom: Who | None) -> str:
    try:
        return read_for(path, MAX_BYTES, whom).decode("utf-8", "surrogateescape")
    except Unreadable as error:
        reason = f"{path}: {error.said}" if error.said else f"{path} {error}"
        hint = "create the file, readable for the daemon" if error.missing else "mend the file, or name another"
        raise _error(name, reason, hint) from error


def _from_variable(name: str, variable: str, daemon_env: Mapping[str, str]) -> str:
    value = daemon_env.get(variable)
    if value is None:
        raise _error(name, f"the daemon has no variable `{variable}`", "set it where the daemon is started")
    return value


def _credentials(name: str, daemon_env: Mapping[str, str]) -> Path:
    folder = daemon_env.get("CREDENTIALS_DIRECTORY")
    if folder is None:
        raise _error(name, "the daemon has no credentials", "add `LoadCredential=` to its systemd unit")
    return Path(folder)


def _from_command(name: str, command: str | tuple[str, ...], job: Job, daemon_env: Mapping[str, str]) -> str:
    argv = ["/bin/sh", "-c", command] if isinstance(command, str) else list(command)
    hint = "run the command by hand to see what is wrong"
    try:
        printed = output_of(argv, daemon_env, _folder_of(job), COMMAND_S, MAX_BYTES)
    except subprocess.TimeoutExpired:
        raise _error(name, f"its command took more than {COMMAND_S} s", hint) from None
    except subprocess.CalledProcessError as error:
        raise _error(name, f"its command ended with status {error.returncode}", hint) from None
    except TooMuch:
        raise _error(name, f"its command printed more than {MAX_BYTES >> 10} KB", hint) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise _error(name, f"its command cannot be started: {reason}", hint) from None
    return printed.decode("utf-8", "surrogateescape")


def _folder_of(job: Job) -> str:
    """Where a command of the daemon's is not led astray: many read the folder that they are started in."""
    return job.working_dir if job.user is None else "/"


def _error(name: str, reason: str, hint: str) -> ExecutionError:
    return ExecutionError(f"the secret `{name}` cannot be read: {reason}", hint=hint)
