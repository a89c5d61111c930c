"""`enqueue JOB`: promises a run, and says what holds it."""

import pytest

from tests.cli.test_contract import RUN_STATES
from tests.kit.installation import Installation
from tests.kit.prompt import Prompt
from tests.kit.until import until

CATALOG = """
queues: {reports: {slots: 1}}
jobs:
  hello:
    run: 'echo "$JOBCTL_PARAM_NAME"'
    params: {name: {default: world}, times: integer}
  once: {run: "true", overlap: skip, queue: reports}
  order: {run: "true", unique: "{{ params.id }}", params: {id: {type: integer, required: true}}}
  hurry: {run: "true", deadline: 1h, priority: 7}
  nightly: {run: "true", schedule: "30 2 * * *", timezone: America/New_York}
  off: {run: "true", enabled: false}
"""


@pytest.fixture(autouse=True)
def _deployed(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)


def test_it_prints_the_id_of_the_run_and_nothing_else(jobctl: Prompt) -> None:
    assert jobctl.ok("enqueue", "hello").out == "1\n"


def test_its_json_has_id_job_state_and_created(jobctl: Prompt) -> None:
    answer = jobctl.ok("enqueue", "hello", "--json").json
    assert answer == {"id": 1, "job": "hello", "state": "waiting", "created": True}


def test_params_are_typed_and_defaults_filled_in(jobctl: Prompt) -> None:
    assert jobctl.run(jobctl.enqueue("hello", "-p", "times=3"))["params"] == {"name": "world", "times": 3}


def test_a_wrong_param_is_refused_with_what_the_job_takes(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "hello", "-p", "times=often")
    assert said.status == 2
    assert said.err == (
        'error: param `times` must be a whole number, got "often"\n'
        'hint: the job takes: name (string, default "world"), times (integer)\n'
    )


def test_an_unknown_job_is_not_found_and_guessed(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "helo")
    assert (said.status, said.out) == (3, "")
    assert said.err == "error: there is no job `helo`\nhint: did you mean `hello`?\n"


def test_a_disabled_job_is_refused(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "off", "--json")
    assert said.status == 4
    assert said.error["code"] == "refused"
    assert said.error["message"] == "job `off` is disabled"


def test_without_a_daemon_it_says_so_and_accepts(jobctl: Prompt) -> None:
    said = jobctl.ok("enqueue", "hello")
    assert said.err == "note: no daemon is alive for queue `default`: the run waits until `jobctl daemon` is started\n"


def test_a_daemon_that_serves_other_queues_does_not_count(here: Installation) -> None:
    here.apply("queues: {reports: {slots: 1}}\njobs: {hello: {run: 'true'}}")
    here.daemon("--queue", "reports")
    until(lambda: here.json("status")["daemons"], "the daemon is there")
    assert "no daemon is alive for queue `default`" in here.jobctl("enqueue", "hello").stderr
    assert here.jobctl("enqueue", "hello", "--queue", "reports").stderr == ""


def test_a_paused_job_is_noted(jobctl: Prompt) -> None:
    jobctl.ok("pause", "hello")
    assert "note: job `hello` is paused: the run waits for `jobctl resume hello`\n" in jobctl.ok("enqueue", "hello").err


@pytest.mark.parametrize("args", [["once"], ["hello", "--queue", "reports"], ["--queue", "reports", "--", "true"]])
def test_a_paused_queue_is_noted_however_the_run_came_into_it(jobctl: Prompt, args: list[str]) -> None:
    jobctl.ok("pause", "--queue", "reports")
    said = jobctl.ok("enqueue", *args)
    assert "note: queue `reports` is paused: the run waits for `jobctl resume --queue reports`\n" in said.err


def test_a_delay_and_an_instant_say_when_it_is_due(jobctl: Prompt) -> None:
    later = jobctl.run(jobctl.enqueue("hello", "--at", "2031-01-01T03:00"))
    assert later["due_at"] == "2031-01-01T02:00:00.000Z"
    delayed = jobctl.run(jobctl.enqueue("hello", "--in", "10m"))
    assert delayed["due_at"] > delayed["created_at"]


def test_priority_and_queue_override_the_jobs(jobctl: Prompt) -> None:
    run = jobctl.run(jobctl.enqueue("hurry", "--priority", "-2", "--queue", "reports"))
    assert (run["priority"], run["queue"]) == (-2, "reports")
    assert jobctl.run(jobctl.enqueue("hurry"))["priority"] == 7


def test_that_a_deadline_passes_before_the_run_is_due_is_told(jobctl: Prompt) -> None:
    said = "note: the deadline of job `hurry` counts from now and passes before the run is due: it will be skipped"
    assert said in jobctl("enqueue", "hurry", "--in", "2h").err
    assert "deadline" not in jobctl("enqueue", "hurry", "--in", "59m").err


def test_the_correlation_id_is_given_or_inherited(jobctl: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    assert jobctl.run(jobctl.enqueue("hello"))["correlation_id"] is None
    monkeypatch.setenv("JOBCTL_CORRELATION_ID", "order-7")
    assert jobctl.run(jobctl.enqueue("hello"))["correlation_id"] == "order-7"
    assert jobctl.run(jobctl.enqueue("hello", "--correlation-id", "other"))["correlation_id"] == "other"


def test_a_key_that_is_held_gives_the_run_that_holds_it(jobctl: Prompt) -> None:
    first = jobctl.enqueue("hello", "--key", "a")
    said = jobctl.ok("enqueue", "hello", "--key", "a", "--json")
    assert said.json == {"id": first, "job": "hello", "state": "waiting", "created": False}
    assert said.err == f"note: run {first} holds the key already and is waiting: nothing was enqueued\n"


def test_the_jobs_own_template_makes_the_key(jobctl: Prompt) -> None:
    first = jobctl.enqueue("order", "-p", "id=7")
    assert jobctl.run(first)["key"] == "7"
    assert jobctl.enqueue("order", "-p", "id=7") == first
    assert jobctl.enqueue("order", "-p", "id=8") != first
    assert jobctl.run(jobctl.enqueue("order", "-p", "id=7", "--key", "mine"))["key"] == "mine"


def test_a_start_that_overlaps_is_recorded_named_and_exits_with_4(jobctl: Prompt) -> None:
    jobctl.enqueue("once")
    said = jobctl("enqueue", "once")
    assert (said.status, said.out) == (4, "2\n")
    assert said.err.startswith("error: run 2 is skipped: another run of `once` has not ended\nhint: ")
    assert (jobctl.run(2)["state"], jobctl.run(2)["reason"]) == ("skipped", "overlap")


def test_overlap_overrides_the_jobs_policy(jobctl: Prompt) -> None:
    jobctl.enqueue("once")
    assert jobctl.ok("enqueue", "once", "--overlap", "allow").out == "2\n"


def test_a_nominal_time_without_an_offset_is_on_the_clock_of_the_schedule(jobctl: Prompt) -> None:
    run = jobctl.run(jobctl.enqueue("nightly", "--scheduled-for", "2026-03-09T02:30"))
    assert run["scheduled_for"] == "2026-03-09T06:30:00.000Z"


def test_the_run_of_a_nominal_time_to_come_is_due_then_unless_another_time_is_named(jobctl: Prompt) -> None:
    jobctl.enqueue("nightly", "--overlap", "allow")
    said = jobctl.ok("enqueue", "nightly", "--scheduled-for", "2126-03-09T02:30")
    assert said.err.startswith("note: that time is still to come: the run is due then, in place of the fire; ")
    run = jobctl.run(2)
    assert (run["state"], run["due_at"], run["scheduled_for"]) == ("waiting", *["2126-03-09T07:30:00.000Z"] * 2)
    early = jobctl.run(
        jobctl.enqueue("nightly", "--scheduled-for", "2126-03-10T02:30", "--in", "0", "--overlap", "allow")
    )
    assert early["due_at"] < early["scheduled_for"]


@pytest.mark.parametrize(
    ("job", "at", "message"),
    [
        ("nightly", "2026-03-09T03:30", "2026-03-09 07:30:00 UTC is no nominal time of `nightly`"),
        ("nightly", "1960-03-09T02:30", "--scheduled-for: expected an instant within the years 1970 to 9999"),
        ("hello", "2026-03-09T02:30", "job `hello` has no schedule, and so no nominal times"),
    ],
)
def test_a_time_that_the_schedule_does_not_name_is_refused(jobctl: Prompt, job: str, at: str, message: str) -> None:
    said = jobctl("enqueue", job, "--scheduled-for", at)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"error: {message}")
    assert "\nhint: " in said.err


def test_an_instant_that_has_passed_is_accepted_and_noted(jobctl: Prompt) -> None:
    said = jobctl.ok("enqueue", "hello", "--at", "2020-01-01T00:00Z")
    assert said.out == "1\n"
    assert said.err.startswith("note: 2020-01-01T00:00Z has passed already: the run is due at once\n")


def test_a_nominal_time_has_one_run(jobctl: Prompt) -> None:
    jobctl.enqueue("nightly", "--scheduled-for", "2026-03-09T02:30", "--overlap", "allow")
    said = jobctl("enqueue", "nightly", "--scheduled-for", "2026-03-09T02:30", "--overlap", "allow")
    assert said.status == 4
    assert "already has a run for 2026-03-09T06:30:00.000Z" in said.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "name a job, a command after `--`, or a file after `--from`"),
        (["hello", "--", "true"], "a job, a command after `--` and `--from` exclude each other"),
        (["--"], "there is no command after `--`"),
        (["hello", "--in", "5m", "--at", "2031-01-01"], "`--in` and `--at` exclude each other"),
        (["hello", "--in", "soon"], '--in: expected a duration like 90s or 2h30m, got "soon"'),
        (["hello", "--retry", "2"], "`--retry` is for a command after `--`"),
        (["-p", "a=b", "--", "true"], "`--param` is for a job"),
        (["--from", "x", "--key", "k"], "`--key` does not go with `--from`"),
        (["hello", "--queue", "exec"], "queue `exec` is for commands that `jobctl exec` wraps"),
        (["--queue", "exec", "--", "true"], "queue `exec` is for commands that `jobctl exec` wraps"),
        (["hello", "--overlap", "never"], "--overlap: there is no policy `never`"),
        (["hello", "--queue", "a b"], "`a b` cannot be the name of a queue"),
        (["--queue", "a\nb", "--", "true"], "`a\\nb` cannot be the name of a queue"),
        (["hello", "--key", ""], "the key must have 1 to 1,000 characters, got 0"),
        (["hello", "--priority", "99999999999"], "--priority: 99999999999 is too far from 0"),
    ],
)
def test_what_does_not_go_together_is_refused(jobctl: Prompt, args: list[str], message: str) -> None:
    said = jobctl("enqueue", *args)
    assert (said.status, said.out) == (2, "")
    assert said.err.splitlines()[0] == f"error: {message}"
    assert said.err.splitlines()[1].startswith("hint: ")


def test_waiting_passes_on_how_the_run_ended(here: Installation) -> None:
    here.apply("jobs: {good: {run: 'true'}, bad: {run: exit 7}, slow: {run: sleep 300, timeout: 100ms}}")
    here.daemon()
    assert here.jobctl("enqueue", "good", "--wait").stdout == "1\n"
    bad = here.jobctl("enqueue", "bad", "--wait", "--json", check=False)
    assert bad.returncode == 7
    assert '"state": "failed"' in bad.stdout
    assert here.jobctl("enqueue", "slow", "--wait", check=False).returncode == 124


@pytest.mark.parametrize("args", [["helo"], ["hello", "-p", "zz=1"], ["hello", "--in", "soon"], ["hello", "--key", ""]])
def test_with_wait_an_error_of_jobctls_own_gives_125(jobctl: Prompt, args: list[str]) -> None:
    assert jobctl("enqueue", *args, "--wait").status == 125


@pytest.mark.parametrize("args", [["wait", "abc"], ["wait", "1", "--timeout", "soon"], ["run", "helo"]])
def test_verbs_that_pass_a_status_on_tell_their_own_errors_apart(jobctl: Prompt, args: list[str]) -> None:
    assert jobctl(*args).status == 125


def test_waiting_in_vain_says_for_how_long(jobctl: Prompt) -> None:
    jobctl.enqueue("hello")
    said = jobctl("wait", "1", "--timeout", "0")
    assert said.status == 124
    assert said.err.startswith("error: waited 0 s in vain: run 1 is waiting")


def test_waiting_in_vain_is_told_to_programs_apart_from_a_run_that_timed_out(jobctl: Prompt) -> None:
    jobctl.enqueue("hello")
    said = jobctl("wait", "1", "--timeout", "0", "--json")
    assert (said.error["code"], said.json[0]["state"]) == ("timeout", "waiting")


def test_the_states_of_a_run_are_those_of_the_contract(jobctl: Prompt) -> None:
    assert jobctl.run(jobctl.enqueue("hello"))["state"] in RUN_STATES
