"""`jobctl exec`: a command in somebody else's crontab, with a record."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.kit.installation import Installation
from tests.kit.until import until
from tests.kit.wrapped import Wrapped


@pytest.fixture
def wrapped(here: Installation) -> Iterator[Wrapped]:
    """Commands that are wrapped here."""
    found = Wrapped(here)
    yield found
    found.close()


def test_every_exit_status_is_passed_on(here: Installation, wrapped: Wrapped) -> None:
    codes = [0, 1, 2, 3, 5, 75, 124, 125, 126, 127, 130, 137, 143, 254, 255]
    assert [wrapped.sh(f"exit {code}").status for code in codes] == codes
    assert {run["exit_code"] for run in here.json("runs")} == set(codes)


def test_a_death_by_signal_is_128_and_the_signal(here: Installation, wrapped: Wrapped) -> None:
    assert wrapped.sh("kill -KILL $$").status == 137
    assert here.run(1)["signal"] == "SIGKILL"


def test_stdout_and_stderr_stay_apart_and_both_are_recorded(here: Installation, wrapped: Wrapped) -> None:
    done = wrapped.sh("echo out; echo err >&2")
    assert (done.out, done.err) == (b"out\n", b"err\n")
    assert sorted(here.jobctl("logs", "1").stdout.splitlines()) == ["err", "out"]


def test_where_stdout_and_stderr_are_one_their_order_is_kept(here: Installation, wrapped: Wrapped) -> None:
    script = "for n in 1 2 3 4 5; do echo o$n; echo e$n >&2; done"
    done = subprocess.run(
        [sys.executable, "-m", "jobctl", "exec", "w", "--", "sh", "-c", script],
        env=wrapped.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split() == b"o1 e1 o2 e2 o3 e3 o4 e4 o5 e5".split()
    assert here.jobctl("logs", "1").stdout.split() == done.stdout.decode().split()


def test_a_full_disk_behind_stdout_is_told_and_no_success(here: Installation, wrapped: Wrapped) -> None:
    with Path("/dev/full").open("wb") as full:
        lost = wrapped.run("echo", "hello", stdout=full)
        failed = wrapped.run("sh", "-c", "echo hello; exit 7", stdout=full)
        silent = wrapped.run("true", stdout=full)
        other = wrapped.run("sh", "-c", "echo hello >&2", stdout=full)
    assert (lost.status, failed.status, silent.status, other.status) == (1, 7, 0, 0)
    assert lost.err == b"warning: what the command printed could not be passed on: No space left on device\n"
    assert (here.jobctl("logs", "1").stdout, other.err) == ("hello\n", b"hello\n")


def test_what_attempts_print_comes_in_their_order(here: Installation, wrapped: Wrapped) -> None:
    for _ in range(8):
        said = wrapped.run("sh", "-c", "echo $JOBCTL_ATTEMPT; exit 3", options=("--retry", "2", "--retry-delay", "0s"))
        assert (said.status, said.out) == (3, b"1\n2\n3\n")


def test_stdin_reaches_the_command_byte_by_byte(here: Installation, wrapped: Wrapped) -> None:
    data = bytes(range(256)) * 4000
    assert wrapped.run("cat", stdin=data).out == data


def test_output_comes_while_the_command_runs(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "echo first; read line; echo $line")
    assert process.stdin is not None
    wrapped.until_it_says(process, b"first\n")
    assert process.communicate(b"second\n", timeout=60)[0] == b"second\n"


def test_twenty_megabytes_pass_unchanged(here: Installation, wrapped: Wrapped) -> None:
    done = wrapped.sh("head -c 20000000 /dev/zero")
    assert (done.status, len(done.out), done.out.count(0)) == (0, 20_000_000, 20_000_000)


def test_a_command_whose_output_nobody_reads_any_more_ends(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("yes")
    assert process.stdout is not None
    assert process.stdout.read(4) == b"y\ny\n"
    process.stdout.close()
    assert process.wait(timeout=60) == 128 + signal.SIGPIPE


def test_the_environment_the_folder_and_the_umask_are_the_callers(here: Installation, wrapped: Wrapped) -> None:
    script = 'echo "$OWN_VARIABLE $JOBCTL_JOB $JOBCTL_DB"; pwd; umask; echo "$JOBCTL_RUN_ID"'
    done = subprocess.run(
        [sys.executable, "-m", "jobctl", "exec", "w", "--", "sh", "-c", script],
        cwd=here.folder, env=wrapped.environment, stdout=subprocess.PIPE, timeout=60, check=True, umask=0o031,
    )  # fmt: skip
    assert done.stdout.decode().splitlines() == [f"kept w {here.db}", str(here.folder), "0031", "1"]


def test_limits_of_the_caller_hold(here: Installation, wrapped: Wrapped) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jobctl", "exec", "w", "--", "sh", "-c", "ulimit -n"],
        env=wrapped.environment, stdout=subprocess.PIPE, timeout=60, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (321, 321)),
    )  # fmt: skip
    assert done.stdout == b"321\n"


def test_the_environment_is_not_stored(here: Installation, wrapped: Wrapped) -> None:
    wrapped.sh("true")
    assert b"kept" not in b"".join(path.read_bytes() for path in here.folder.glob("jobctl.db*") if path.is_file())


def test_a_second_one_is_skipped_with_status_0_and_without_a_word(here: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sh", "-c", "echo on; read line")
    wrapped.until_it_says(first, b"on\n")
    second = wrapped.sh("echo never")
    assert (second.status, second.out, second.err) == (0, b"", b"")
    assert (here.run(2)["state"], here.run(2)["reason"]) == ("skipped", "overlap")
    first.communicate(b"\n", timeout=60)
    assert here.run(1)["state"] == "succeeded"


def test_queue_waits_for_the_first(here: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sh", "-c", "echo on; read line; echo one >> order")
    wrapped.until_it_says(first, b"on\n")
    second = wrapped.start("sh", "-c", "echo two >> order", options=("--overlap", "queue"))
    wrapped.until_state(2, "waiting")
    first.communicate(b"\n", timeout=60)
    assert second.wait(timeout=60) == 0
    assert (here.folder / "order").read_text().split() == ["one", "two"]


def test_replace_ends_the_first(here: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sleep", "300")
    wrapped.until_state(1, "running")
    assert wrapped.sh("echo new", "--overlap", "replace").out == b"new\n"
    assert first.wait(timeout=60) == 130
    assert here.run(1)["reason"] == "replaced"


def test_allow_runs_beside_the_first(here: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sleep", "300", options=("--overlap", "allow"))
    wrapped.until_state(1, "running")
    assert wrapped.sh("echo beside", "--overlap", "allow").out == b"beside\n"
    first.send_signal(signal.SIGTERM)
    first.wait(timeout=60)


def test_other_names_are_not_locked(here: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sleep", "300")
    wrapped.until_state(1, "running")
    assert wrapped.run("echo", "other", name="other").out == b"other\n"
    first.send_signal(signal.SIGTERM)
    first.wait(timeout=60)


def test_a_timeout_gives_124_and_says_so(here: Installation, wrapped: Wrapped) -> None:
    done = wrapped.run("sleep", "300", options=("--timeout", "200ms"))
    assert done.status == 124
    assert done.err == b"warning: run 1: timeout after 0.2 s\n"
    assert here.run(1)["reason"] == "timeout"


def test_a_failure_is_tried_again_in_the_same_process(here: Installation, wrapped: Wrapped) -> None:
    script = "echo $JOBCTL_ATTEMPT; test $JOBCTL_ATTEMPT = 2 || exit 7"
    process = wrapped.start("sh", "-c", script, options=("--retry", "1", "--retry-delay", "100ms"))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, b"1\n2\n")
    assert b"run 1: exit 7; attempt 2 follows in " in err
    assert [attempt["exit_code"] for attempt in here.run(1)["attempts"]] == [7, 0]


def test_a_signal_during_the_wait_for_a_retry_ends_it(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "exit 7", options=("--retry", "1", "--retry-delay", "1h"))
    run = wrapped.until_state(1, "waiting")
    assert (run["reason"], run["queue"]) == ("retry", "exec")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 143
    assert here.run(1)["state"] == "cancelled"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_is_passed_on_as_it_is(here: Installation, wrapped: Wrapped, number: int, status: int) -> None:
    name = signal.Signals(number).name.removeprefix("SIG")
    process = wrapped.start(
        "sh", "-c", f"trap 'echo heard {name}; exit 3' {name}; echo on; while :; do sleep 0.05; done"
    )
    wrapped.until_it_says(process, b"on\n")
    process.send_signal(number)
    assert process.communicate(timeout=60)[0] == f"heard {name}\n".encode()
    assert process.returncode == status
    assert (here.run(1)["state"], here.run(1)["exit_code"]) == ("cancelled", 3)


def test_a_second_signal_kills(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "trap 'echo heard' TERM; echo on; while :; do sleep 0.05; done")
    wrapped.until_it_says(process, b"on\n")
    process.send_signal(signal.SIGTERM)
    wrapped.until_it_says(process, b"heard\n")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 143


def test_a_cancel_from_elsewhere_gives_130(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sleep", "300")
    wrapped.until_state(1, "running")
    here.jobctl("cancel", "1")
    assert process.wait(timeout=60) == 130


def test_a_daemon_does_not_take_it(here: Installation, wrapped: Wrapped) -> None:
    here.daemon("--slots", "4")
    until(lambda: "daemon started" in here.log(), "the daemon serves")
    process = wrapped.start("sh", "-c", "exit 7", options=("--retry", "1", "--retry-delay", "2s"))
    assert process.wait(timeout=60) == 7
    assert "run started" not in here.log()


def test_what_is_killed_hard_leaves_the_command_running_with_its_output(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "echo on; while ! test -e go; do sleep 0.05; done; echo end; exit 5")
    wrapped.until_it_says(process, b"on\n")
    process.kill()
    process.wait(timeout=60)
    assert wrapped.sh("echo never").out == b""
    (here.folder / "go").touch()
    wrapped.until_it_says(process, b"end\n")
    until(lambda: wrapped.run("true", name="other").status == 0 and here.run(1)["state"] == "failed", "it is recorded")
    assert here.run(1)["exit_code"] == 5
    assert wrapped.sh("echo again").out == b"again\n"


def test_a_command_that_does_not_exist_is_named(here: Installation, wrapped: Wrapped) -> None:
    done = wrapped.run("no-such-command")
    assert done.status == 127
    assert b"there is no command `no-such-command` on PATH" in done.err


def test_a_command_that_may_not_be_executed_ends_as_in_a_shell(here: Installation, wrapped: Wrapped) -> None:
    script = here.folder / "script"
    script.write_text("exit 0\n")
    assert [wrapped.run(str(path)).status for path in (script, here.folder)] == [126, 126]


def test_what_a_command_leaves_in_the_background_does_not_hold_it(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "sleep 300 & echo $!")
    assert process.wait(timeout=60) == 0
    assert process.stdout is not None
    os.kill(int(process.stdout.readline()), signal.SIGKILL)


def test_a_key_that_is_held_means_nothing_to_do(here: Installation, wrapped: Wrapped) -> None:
    first = wrapped.start("sleep", "300", options=("--overlap", "allow", "--key", "k"))
    wrapped.until_state(1, "running")
    assert wrapped.sh("echo never", "--overlap", "allow", "--key", "k").out == b""
    first.send_signal(signal.SIGTERM)
    first.wait(timeout=60)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["w"], "there is no command"),
        (["w", "rsync", "a b"], "put the command after `--`: `jobctl exec w -- rsync 'a b'`"),
        (["w", "rsync", "--", "x"], "unexpected words before `--`: rsync"),
        (["7", "--", "true"], "`7` cannot be the name of a job"),
        (["w", "--overlap", "never", "--", "true"], "there is no policy `never`"),
        (["w", "--timeout", "soon", "--", "true"], "--timeout"),
        (["w", "--bogus", "--", "true"], "--bogus"),
    ],
)
def test_trouble_of_its_own_is_125(here: Installation, args: list[str], message: str) -> None:
    done = here.jobctl("exec", *args, check=False)
    assert (done.returncode, message in done.stderr) == (125, True)


def test_a_command_that_is_no_text_runs_without_a_record(here: Installation, wrapped: Wrapped, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"jobctl", b"exec", b"w", b"--", b"printf", b"\xff\n"],
        env=wrapped.environment, capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == b"\xff\n"
    assert b"is not recorded: the command or its folder is not valid UTF-8 text" in done.stderr


def test_what_died_with_its_holder_is_lost_and_not_started_again(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "echo $PPID; exec sleep 300")
    assert process.stdout is not None
    holder = int(process.stdout.readline())
    process.kill()
    process.wait(timeout=60)
    os.kill(holder, signal.SIGKILL)
    assert wrapped.sh("echo next").out == b"next\n"
    assert (here.run(1)["state"], here.run(1)["reason"], here.run(1)["attempt"]) == ("failed", "lost", 1)


def test_ctrl_c_on_a_terminal_reaches_the_command(here: Installation, wrapped: Wrapped) -> None:
    script = "trap 'echo heard; exit 3' INT; echo on; while :; do sleep 0.05; done"
    argv = [sys.executable, "-m", "jobctl", "exec", "w", "--", "sh", "-c", script]
    with Terminal(argv, wrapped.environment) as terminal:
        terminal.see("on")
        terminal.press("\x03")
        terminal.see("heard")
        assert terminal.ended() == 130


def test_a_wrapped_command_that_is_skipped_says_so_on_a_terminal(here: Installation, wrapped: Wrapped) -> None:
    wrapped.start("sleep", "300")
    wrapped.until_state(1, "running")
    with Terminal([sys.executable, "-m", "jobctl", "exec", "w", "--", "true"], wrapped.environment) as terminal:
        terminal.see("note: run 2 of `w` is skipped: another one has not ended")
        assert terminal.ended() == 0


def test_a_daemon_settles_what_a_killed_wrapper_left(here: Installation, wrapped: Wrapped) -> None:
    process = wrapped.start("sh", "-c", "echo on; while ! test -e go; do sleep 0.05; done; exit 5")
    wrapped.until_it_says(process, b"on\n")
    process.kill()
    process.wait(timeout=60)
    here.daemon()
    until(lambda: "run taken over" in here.log(), "the daemon has adopted it")
    (here.folder / "go").touch()
    assert wrapped.until_state(1, "failed")["exit_code"] == 5


def test_a_queue_that_is_declared_bounds_wrapped_commands(here: Installation, wrapped: Wrapped) -> None:
    here.apply("queues: {exec: {slots: 1}}\njobs: {}")
    wrapped.start("sh", "-c", "while ! test -e go; do sleep 0.05; done")
    wrapped.until_state(1, "running")
    second = wrapped.start("echo", "second", name="other")
    wrapped.until_state(2, "waiting")
    assert [fact["code"] for fact in here.json("explain", "2")["facts"]] == ["slots", "own_process"]
    (here.folder / "go").touch()
    assert second.communicate(timeout=60)[0] == b"second\n"


def test_closed_streams_do_no_harm(here: Installation, wrapped: Wrapped) -> None:
    line = f"exec {sys.executable} -m jobctl exec w -- sh -c 'echo out; echo err >&2; exit 4' <&- >&- 2>&-"
    done = subprocess.run(["sh", "-c", line], env=wrapped.environment, timeout=60, check=False)
    assert done.returncode == 4
    assert here.jobctl("logs", "1").stdout.splitlines() == ["out", "err"]


def test_a_signal_that_the_caller_ignores_stays_ignored(wrapped: Wrapped) -> None:
    script = "trap '' HUP; exec \"$@\""
    argv = ["sh", "-c", script, "sh", sys.executable, "-m", "jobctl", "exec", "w", "--", "sh", "-c", "echo on; read x"]
    with subprocess.Popen(argv, env=wrapped.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        wrapped.until_it_says(process, b"on\n")
        process.send_signal(signal.SIGHUP)
        process.communicate(b"x\n", timeout=60)
        assert process.returncode == 0
