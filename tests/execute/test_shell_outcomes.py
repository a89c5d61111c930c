"""Shell jobs: how they are started, and how they end."""

import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobctl.model.job import Param, Resources, Secret
from jobctl.model.outcome import Exited, NotStarted, Outcome, Signalled, Unstartable
from tests.kit.shell_jobs import ShellJobs


def unstartable(outcome: Outcome) -> str:
    assert isinstance(outcome, Unstartable)
    return outcome.message


def test_an_exit_status_is_told_as_it_is(jobs: ShellJobs) -> None:
    assert jobs.run("exit 137").outcome == Exited(137)


def test_a_signal_is_told_by_its_name(jobs: ShellJobs) -> None:
    assert jobs.run("kill -USR1 $$").outcome == Signalled("SIGUSR1")


def test_stdout_and_stderr_go_to_one_log(jobs: ShellJobs) -> None:
    assert jobs.output(jobs.run("echo out; echo err >&2")) == b"out\nerr\n"


def test_a_log_can_be_read_by_its_owner_only(jobs: ShellJobs) -> None:
    os.umask(os.umask(0))
    ending = jobs.run("echo hello")
    log = jobs.folder.log(ending.claim.run_id, 1)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_a_silent_job_leaves_no_log(jobs: ShellJobs) -> None:
    ending = jobs.run("true")
    assert not jobs.folder.log(ending.claim.run_id, 1).exists()


def test_bash_stops_at_the_first_failure_in_a_pipe(jobs: ShellJobs) -> None:
    assert jobs.run("false | true; echo not reached", shell="bash").outcome == Exited(1)


def test_a_list_is_executed_without_a_shell(jobs: ShellJobs) -> None:
    ending = jobs.run(
        ("printf", "%s|", "{{ params.file }}", "$HOME"),
        {"params": {"file": "a b; rm -rf /"}},
        params={"file": Param()},
    )
    assert jobs.output(ending) == b"a b; rm -rf /|$HOME|"


def test_an_attempt_is_told_about_itself(jobs: ShellJobs) -> None:
    due_at = datetime(2026, 3, 8, 6, 30, 0, 250_000, tzinfo=UTC)
    ending = jobs.run(
        'echo "$JOBCTL_RUN_ID $JOBCTL_JOB $JOBCTL_ATTEMPT $JOBCTL_QUEUE $JOBCTL_SCHEDULED_FOR $JOBCTL_PARAM_DRY_RUN"',
        {"run_id": 41, "fence": 3, "queue": "reports", "params": {"dry-run": True}, "due_at": due_at},
    )
    assert jobs.output(ending) == b"41 backup 3 reports 2026-03-08T06:30:00Z true\n"


def test_the_working_directory_is_the_jobs(jobs: ShellJobs, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert jobs.output(jobs.run("pwd", working_dir=str(tmp_path / "there"))).decode() == f"{tmp_path}/there\n"


def test_the_umask_is_the_jobs(jobs: ShellJobs) -> None:
    assert jobs.output(jobs.run("umask", umask=0o027)) == b"0027\n"


def test_without_a_umask_a_job_has_that_of_the_daemon(jobs: ShellJobs) -> None:
    own = os.umask(0)
    os.umask(own)
    assert jobs.output(jobs.run("umask")).decode() == f"{own:04o}\n"


def test_niceness_is_added(jobs: ShellJobs) -> None:
    assert int(jobs.output(jobs.run("nice", nice=5))) == os.nice(0) + 5


def test_resources_are_limits_of_the_process(jobs: ShellJobs) -> None:
    ending = jobs.run("ulimit -n; ulimit -f", resources=Resources(open_files=50, file_size=512 * 1024))
    assert jobs.output(ending) == b"50\n1024\n"


def test_stdin_is_empty_unless_given(jobs: ShellJobs) -> None:
    assert jobs.run("read line").outcome == Exited(1)


def test_stdin_is_the_given_text(jobs: ShellJobs) -> None:
    text = "Grüße\n" * 20_000
    assert jobs.output(jobs.run("cat", stdin=text)) == text.encode()


def test_stdin_can_be_the_end_of_another_runs_output(jobs: ShellJobs) -> None:
    first = jobs.run("seq 1 30000; exit 1")
    output = jobs.output(first)
    assert len(output) > 65536
    assert jobs.output(jobs.run("cat", stdin_from_run=first.claim.run_id)) == output[-65536:]


def test_stdin_can_be_what_a_row_keeps_of_another_run(jobs: ShellJobs) -> None:
    jobs.rows[100, 2] = b"\xff the disk is full\n"
    assert jobs.output(jobs.run("cat", stdin_from_run=100)) == b"\xff the disk is full\n"


def test_a_job_whose_stdin_cannot_be_had_now_is_not_started(jobs: ShellJobs) -> None:
    jobs.rows.out_of_reach = True
    assert jobs.run("cat", stdin_from_run=100).outcome == NotStarted()


def test_a_job_inherits_only_the_signals_default_actions(jobs: ShellJobs) -> None:
    ignored = int(jobs.output(jobs.run(("sh", "-c", "sed -n 's/^SigIgn:.//p' /proc/self/status"))), 16)
    # Bits 32 and 33 are signals that the C library keeps for itself: some parents leave them ignored.
    assert ignored & 0x7FFFFFFF == 0


def test_a_job_gets_no_descriptor_beyond_its_own(jobs: ShellJobs) -> None:
    script = "import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1])"
    assert jobs.output(jobs.run((sys.executable, "-c", script))) == b"[0, 1, 2, 3]\n"


def test_a_missing_command_is_told_with_what_to_do(jobs: ShellJobs) -> None:
    message = unstartable(jobs.run(("no-such-command",)).outcome)
    assert message == "there is no command `no-such-command` on PATH; write its full path, or set PATH in `env`"


def test_a_missing_interpreter_of_a_script_is_told(jobs: ShellJobs, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    assert "first line" in unstartable(jobs.run((str(script),)).outcome)


def test_a_script_without_a_first_line_is_told(jobs: ShellJobs, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("echo hello\n")
    script.chmod(0o755)
    assert "#!/bin/sh" in unstartable(jobs.run((str(script),)).outcome)


def test_a_file_that_is_not_executable_is_told(jobs: ShellJobs, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o644)
    assert "mode bits" in unstartable(jobs.run((str(script),)).outcome)


def test_a_missing_working_directory_is_told(jobs: ShellJobs) -> None:
    message = unstartable(jobs.run("true", working_dir="/no/such/folder").outcome)
    assert message.startswith("the working directory /no/such/folder cannot be entered")


def test_an_unknown_user_is_told(jobs: ShellJobs) -> None:
    assert "there is no user `nosuchuser`" in unstartable(jobs.run("true", user="nosuchuser").outcome)


def test_an_unreadable_secret_is_told_by_its_name(jobs: ShellJobs) -> None:
    message = unstartable(jobs.run("true", secrets={"TOKEN": Secret(file="/no/such/file")}).outcome)
    assert "the secret `TOKEN` cannot be read" in message


def test_a_log_that_cannot_be_opened_is_told(jobs: ShellJobs) -> None:
    jobs.folder.logs.rmdir()
    jobs.folder.logs.write_text("in the way")
    assert "cannot be opened" in unstartable(jobs.run("true").outcome)


def test_another_user_takes_groups_and_variables_along_or_is_refused(jobs: ShellJobs) -> None:
    ending = jobs.run("id -u; id -G; echo $HOME $USER $LOGNAME", user="nobody", working_dir="/")
    if os.geteuid() == 0:
        uid, groups, variables = jobs.output(ending).decode().splitlines()
        assert (uid, "0" in groups.split(), variables) == ("65534", False, "/nonexistent nobody nobody")
    else:
        assert "may not run jobs as nobody" in unstartable(ending.outcome)


def test_another_user_goes_before_others_where_root_says_so_and_the_holder_stays_as_it_is(jobs: ShellJobs) -> None:
    first = jobs.run("nice", user="nobody", working_dir="/", nice=-5)
    if os.geteuid() == 0 and isinstance(first.outcome, Exited):
        assert int(jobs.output(first)) == max(os.nice(0) - 5, -20)
        assert int(jobs.output(jobs.run("nice", user="nobody", working_dir="/"))) == os.nice(0)
    else:
        assert "nobody" in unstartable(first.outcome) or "nice" in unstartable(first.outcome)


def test_the_times_are_those_of_the_process(jobs: ShellJobs) -> None:
    before = datetime.now(UTC)
    ending = jobs.run("date +%s.%N; sleep 0.2; date +%s.%N")
    after = datetime.now(UTC)
    began, ended = (datetime.fromtimestamp(float(line), UTC) for line in jobs.output(ending).split())
    tick = timedelta(milliseconds=1)
    assert before - tick <= ending.started_at <= began
    assert ended - tick <= ending.finished_at <= after


def test_a_lasting_process_is_announced(jobs: ShellJobs) -> None:
    ending = jobs.run("echo $$; sleep 0.3")
    (began,) = jobs.news.began
    assert (began.claim, began.pid) == (ending.claim.key, int(jobs.output(ending)))
    assert began.pid_started > 0
