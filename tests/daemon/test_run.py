import json
import signal
import subprocess
import sys

from tests.kit.installation import Installation
from tests.kit.until import until
from tests.kit.worker_process import JOBS

CATALOG = """
jobs:
  hello: {run: 'echo "hello $JOBCTL_PARAM_NAME"', params: {name: {default: world}}}
  exit: {run: 'exit "$JOBCTL_PARAM_CODE"', params: {code: {type: integer}}}
  late: {run: 'sleep 300', timeout: 200ms}
  killed: {run: 'kill -9 $$'}
  real_time: {run: 'kill -40 $$'}
  flaky: {run: 'test "$JOBCTL_ATTEMPT" = 2', retry: {limit: 1, delay: 10ms}}
  long: {run: 'echo begun; sleep 300'}
  alone: {run: 'echo begun; sleep 300', overlap: skip}
"""


def in_background(here: Installation, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "jobctl", *args],
        cwd=here.folder,
        env=here.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_job_runs_in_the_foreground_without_a_daemon(here: Installation) -> None:
    here.apply(CATALOG)
    done = here.jobctl("run", "hello", "-p", "name=you")
    assert (done.returncode, done.stdout) == (0, "hello you\n")


def test_a_foreground_run_is_recorded_like_any_run(here: Installation) -> None:
    here.apply(CATALOG)
    here.jobctl("run", "hello")
    assert [(run["job"], run["state"]) for run in here.json("runs")] == [("hello", "succeeded")]


def test_the_exit_status_is_the_jobs_own(here: Installation) -> None:
    here.apply(CATALOG)
    assert here.jobctl("run", "exit", "-p", "code=7", check=False).returncode == 7


def test_a_timeout_gives_124(here: Installation) -> None:
    here.apply(CATALOG)
    assert here.jobctl("run", "late", check=False).returncode == 124


def test_a_signal_gives_128_and_its_number(here: Installation) -> None:
    here.apply(CATALOG)
    assert here.jobctl("run", "killed", check=False).returncode == 137


def test_trouble_of_jobctls_own_gives_125(here: Installation) -> None:
    here.apply(CATALOG)
    done = here.jobctl("run", "helo", check=False)
    assert (done.returncode, done.stderr) == (125, "error: there is no job `helo`\nhint: did you mean `hello`?\n")


def test_a_retry_is_seen_through(here: Installation) -> None:
    here.apply(CATALOG)
    assert here.jobctl("run", "flaky").returncode == 0
    assert here.json("runs")[0]["attempt"] == 2


def test_an_interrupt_cancels_the_run(here: Installation) -> None:
    here.apply(CATALOG)
    process = in_background(here, "run", "long")
    until(lambda: here.json("runs", "--state", "running"), "it runs")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert here.json("runs")[0]["state"] == "cancelled"


def test_another_run_of_the_job_holds_it_off(here: Installation) -> None:
    here.apply(CATALOG)
    first = in_background(here, "run", "alone")
    until(lambda: here.json("runs", "--state", "running"), "the first one runs")
    second = here.jobctl("run", "alone", check=False)
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    assert second.returncode == 4
    assert here.json("runs")[0]["reason"] == "overlap"


def test_a_daemon_does_not_take_a_foreground_run(here: Installation) -> None:
    here.apply(CATALOG)
    here.daemon("--name", "elsewhere")
    until(lambda: "daemon started" in here.log(), "the daemon is up")
    here.jobctl("run", "hello")
    assert "run started" not in here.log()


def test_a_policy_that_does_not_exist_is_refused(here: Installation) -> None:
    here.apply(CATALOG)
    done = here.jobctl("run", "hello", "--overlap", "never", check=False)
    assert done.returncode == 125
    assert done.stderr.startswith("error: --overlap: there is no policy `never`\n")


def test_a_real_time_signal_gives_128_and_its_number(here: Installation) -> None:
    here.apply(CATALOG)
    assert here.jobctl("run", "real_time", check=False).returncode == 168
    assert here.json("runs")[0]["signal"] == "SIGRTMIN+6"


def test_a_run_that_is_held_says_what_it_waits_for(here: Installation) -> None:
    here.apply(CATALOG)
    here.jobctl("pause", "hello")
    process = in_background(here, "run", "hello")
    assert process.stderr is not None
    assert process.stderr.readline().startswith("note: run 1 waits: job `hello` is paused by ")
    here.jobctl("resume", "hello")
    assert process.communicate(timeout=60)[0] == "hello world\n"
    assert process.returncode == 0


def test_a_run_that_waits_for_another_one_says_so(here: Installation) -> None:
    here.apply(CATALOG)
    first = in_background(here, "run", "alone")
    assert first.stdout is not None
    assert first.stdout.readline() == "begun\n"
    second = in_background(here, "run", "alone", "--overlap", "queue")
    assert second.stderr is not None
    assert second.stderr.readline().startswith("note: run 2 waits: another run of `alone` has not ended")
    for process in (second, first):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_a_run_that_starts_at_once_says_nothing(here: Installation) -> None:
    here.apply(CATALOG)
    assert here.jobctl("run", "hello").stderr == ""


def test_who_waits_for_a_run_that_skips_itself_hears_why(here: Installation) -> None:
    here.apply(f"jobs: {{look: {{call: 'asking:skip', path: [{JOBS}]}}}}")
    run_id = here.enqueue("look")
    here.drain()
    done = here.jobctl("wait", str(run_id))
    assert done.stderr == f"note: run {run_id} of `look` was skipped: no new orders\n"


def test_as_data_it_tells_how_the_run_ended_and_leaves_output_to_stderr(here: Installation) -> None:
    here.apply(CATALOG)
    done = here.jobctl("run", "hello", "--json")
    assert done.stderr == "hello world\n"
    assert json.loads(done.stdout) == here.run(1)
    assert json.loads(done.stdout)["state"] == "succeeded"


def test_as_data_a_failure_keeps_its_exit_status(here: Installation) -> None:
    here.apply(CATALOG)
    done = here.jobctl("run", "exit", "-p", "code=7", "--json", check=False)
    assert (done.returncode, json.loads(done.stdout)["exit_code"]) == (7, 7)


def test_as_data_an_error_is_an_object(here: Installation) -> None:
    here.apply(CATALOG)
    done = here.jobctl("run", "nope", "--json", check=False)
    assert (done.returncode, done.stdout) == (125, "")
    assert json.loads(done.stderr)["error"]["code"] == "not_found"
