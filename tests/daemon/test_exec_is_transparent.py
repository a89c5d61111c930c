"""What a command finds around it with and without `jobctl exec`, item by item."""

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation
from tests.kit.wrapped import Wrapped

# Each part prints one line: a name, and what belongs to it. `cat` and `tr` inherit what the command has.
PROBE = r"""
item() { printf '%s\t%s\n' "$1" "$(cat | tr '\n\t' '  ')"; }
tr '\0' '\n' </proc/$$/environ | grep -v '^JOBCTL_\|^_=' | LC_ALL=C sort | item environment
for fd in 0 1 2 3 4 5 6 7 8 9 63; do
  [ -e /proc/$$/fd/$fd ] && echo "$fd $(readlink /proc/$$/fd/$fd | sed 's/pipe.*/pipe/; s/socket.*/socket/')"
done | item descriptors
grep '^Sig\(Ign\|Blk\|Cgt\)' /proc/self/status | item signals
grep '^\(Uid\|Gid\|Groups\|Cap...\|NoNewPrivs\|Seccomp\|Cpus_allowed_list\|Umask\)' /proc/self/status | item credentials
cat /proc/self/limits | item limits
pwd -P | item folder
nice | item nice
cat /proc/self/oom_score_adj /proc/self/coredump_filter /proc/self/personality | item kernel
cat /proc/self/cgroup | item cgroup
umask | item umask
for number in 0 1 2; do [ -t $number ] && echo $number; done | item terminal
"""

_OF_GLIBC = 1 << 31 | 1 << 32
"""Signals 32 and 33."""

LOCALES = [{"LC_ALL": "C"}, {"LC_CTYPE": "C.UTF-8"}, {"LANG": "POSIX"}, {}, {"LANG": "en_US.UTF-8", "LC_CTYPE": "C"}]


@pytest.fixture
def wrapped(here: Installation) -> Iterator[Wrapped]:
    """Commands that are wrapped here."""
    found = Wrapped(here)
    yield found
    found.close()


def _without_those_of_glibc(mask: re.Match[str]) -> str:
    return f"{int(mask[0], 16) & ~_OF_GLIBC:016x}"


def looked_around(argv: list[str], environment: dict[str, str], folder: Path, open_file: int) -> dict[str, str]:
    """What the probe finds, started by a caller with manners of its own."""

    def manners() -> None:
        os.umask(0o027)
        os.nice(3)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, 400))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        os.dup2(open_file, 7)
        os.set_inheritable(7, True)

    done = subprocess.run(
        [*argv, "sh", "-c", PROBE],
        env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True,
        preexec_fn=manners, close_fds=False,
    )  # fmt: skip
    assert b"error" not in done.stderr
    found = dict(line.split("\t", 1) for line in done.stdout.decode().splitlines())
    # The channel of `jobctl progress` is ours, and the lock of an unrecorded command, which it keeps if that is
    # killed; posix_spawn ignores two signals that are glibc's own, and so may whoever has started the tests.
    found["descriptors"] = re.sub(r" 3 pipe| \d+ \S+\.lock", "", found["descriptors"])
    found["signals"] = re.sub(
        r"(?<=SigIgn: )\w+", lambda mask: f"{int(mask[0], 16) & ~_OF_GLIBC:016x}", found["signals"]
    )
    return found


@pytest.mark.parametrize("locale", LOCALES, ids=lambda names: ",".join(f"{n}={v}" for n, v in names.items()) or "unset")
def test_a_command_finds_the_same_with_and_without_exec(
    here: Installation, wrapped: Wrapped, locale: dict[str, str]
) -> None:
    environment = {name: value for name, value in wrapped.environment.items() if name != "LANG"} | locale
    wrapping = [sys.executable, "-m", "jobctl", "exec", "w", "--"]
    file = os.open(here.folder / "file", os.O_CREAT | os.O_RDWR)
    try:
        bare = looked_around([], environment, here.folder, file)
        assert bare["descriptors"].endswith("/file ")
        assert looked_around(wrapping, environment, here.folder, file) == bare
        assert here.run(1)["state"] == "succeeded"
        unrecorded = environment | {"JOBCTL_DB": "/proc/version"}
        assert looked_around(wrapping, unrecorded, here.folder, file) == bare
    finally:
        os.close(file)


def test_a_command_reads_what_its_caller_gave_it_as_a_file(here: Installation, wrapped: Wrapped) -> None:
    line = f"{sys.executable} -m jobctl exec w -- cat <(echo one) <(echo two)"
    done = subprocess.run(["bash", "-c", line], env=wrapped.environment, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"one\ntwo\n", b"")


@pytest.mark.parametrize("verb", ["daemon", "run", "enqueue"])
def test_python_adds_nothing_to_the_environment_of_a_job(here: Installation, verb: str) -> None:
    del here.environment["LANG"]
    here.apply("jobs: {around: {run: env}}")
    if verb == "run":
        out = here.jobctl("run", "around").stdout
    else:
        number = here.enqueue("around") if verb == "daemon" else here.enqueue("--", "env")
        here.drain()
        out = here.jobctl("logs", str(number)).stdout
    assert "PATH=" in out
    assert "LC_CTYPE" not in out
