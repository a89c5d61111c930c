"""`cancel`, `retry` and `wait`: what operators do to runs."""

import threading

import pytest

from tests.kit.installation import Installation
from tests.kit.prompt import Prompt
from tests.kit.until import until

CATALOG = """
queues: {reports: {slots: 1}}
jobs:
  hello: {run: "true", params: {name: {default: world}, times: integer}}
  report: {run: "true", queue: reports}
  keyed: {run: "true", unique: true}
"""


@pytest.fixture
def deployed(jobctl: Prompt) -> Prompt:
    jobctl.apply(CATALOG)
    return jobctl


def state(jobctl: Prompt, run_id: int) -> str:
    return str(jobctl.run(run_id)["state"])


def test_case_39_a_waiting_run_is_cancelled_at_once(deployed: Prompt) -> None:
    run_id = deployed.enqueue("hello")
    said = deployed.ok("cancel", f"#{run_id}")
    assert (said.out, said.err) == ("run 1: cancelled\n", "")
    assert (state(deployed, 1), deployed.run(1)["reason"]) == ("cancelled", "operator")


def test_case_39_a_finished_run_is_refused_with_4(deployed: Prompt) -> None:
    deployed.enqueue("hello")
    deployed.ok("cancel", "1")
    said = deployed("cancel", "1")
    assert (said.status, said.out) == (4, "")
    assert said.err == "error: run 1 has already finished\nhint: `jobctl show 1` tells how it ended\n"


def test_case_39_an_unknown_run_is_not_found(deployed: Prompt) -> None:
    said = deployed("cancel", "99")
    assert said.status == 3
    assert said.err == "error: there is no run 99\nhint: `jobctl runs` lists them; old ones are pruned\n"


def test_of_several_the_others_are_cancelled_and_the_first_refusal_counts(deployed: Prompt) -> None:
    deployed.enqueue("hello")
    said = deployed("cancel", "99", "1", "--json")
    assert said.status == 3
    assert said.json == [{"id": 99, "answer": "unknown"}, {"id": 1, "answer": "cancelled"}]


def test_case_39_a_running_run_is_asked_to_stop_and_waited_for(here: Installation) -> None:
    here.apply("jobs: {slow: {run: sleep 300, stop_grace_period: 5s}}")
    here.daemon()
    run_id = here.enqueue("slow")
    here.until_state(run_id, "running")
    assert here.jobctl("cancel", str(run_id), "--wait").stdout == f"run {run_id}: stopped\n"
    assert here.run(run_id)["state"] == "cancelled"


@pytest.mark.parametrize(
    ("filters", "cancelled"),
    [
        (["--all"], [3, 2, 1]),
        (["--job", "hello"], [2, 1]),
        (["--queue", "reports"], [3]),
        (["--job", "hello", "--queue", "reports"], []),
        (["--state", "running"], []),
        (["--state", "waiting", "--job", "report"], [3]),
    ],
)
def test_a_filter_selects_what_has_not_ended(deployed: Prompt, filters: list[str], cancelled: list[int]) -> None:
    for job in ("hello", "hello", "report"):
        deployed.enqueue(job)
    answers = deployed.ok("cancel", *filters, "--json").json
    assert [answer["id"] for answer in answers] == cancelled


def test_many_are_told_by_number(deployed: Prompt) -> None:
    deployed.ok("enqueue", "--from", "-", stdin='{"job": "hello"}\n' * 1500)
    assert deployed.ok("cancel", "--all").out == "1500 runs: cancelled\n"


def test_a_filter_that_matches_nothing_is_a_note(deployed: Prompt) -> None:
    assert deployed.ok("cancel", "--all").err == "note: no run matches\n"


@pytest.mark.parametrize("verb", ["cancel", "retry"])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "which runs?"),
        (["1", "--all"], "ids and filters exclude each other"),
        (["hello"], "`hello` is not the id of a run"),
        (["--state", "nix"], "--state: there is no state `nix`"),
    ],
)
def test_which_runs_must_be_said_plainly(deployed: Prompt, verb: str, args: list[str], message: str) -> None:
    said = deployed(verb, *args)
    assert said.status == 2
    assert said.err.startswith(f"error: {message}\nhint: ")


def test_a_finished_run_waits_again_under_its_id(deployed: Prompt) -> None:
    deployed.enqueue("hello")
    deployed.ok("cancel", "1")
    assert deployed.ok("retry", "1").out == "run 1: waiting again\n"
    assert (state(deployed, 1), deployed.run(1)["failures"]) == ("waiting", 0)


def test_a_retry_may_change_some_params(deployed: Prompt) -> None:
    deployed.enqueue("hello", "-p", "times=3")
    deployed.ok("cancel", "1")
    deployed.ok("retry", "1", "--with", "name=Ada")
    assert deployed.run(1)["params"] == {"name": "Ada", "times": 3}


def test_wrong_params_retry_nothing(deployed: Prompt) -> None:
    deployed.enqueue("hello")
    deployed.enqueue("report")
    deployed.ok("cancel", "--all")
    said = deployed("retry", "1", "2", "--with", "times=3")
    assert said.status == 2
    assert said.err.startswith("error: unknown param `times`\nhint: the job takes no params")
    assert [state(deployed, run_id) for run_id in (1, 2)] == ["cancelled", "cancelled"]


def test_a_run_that_has_not_finished_is_not_retried(deployed: Prompt) -> None:
    deployed.enqueue("hello")
    said = deployed("retry", "1")
    assert said.status == 4
    assert said.err == "error: run 1 has not finished\nhint: `jobctl cancel 1` ends it\n"
    assert deployed("retry", "99").status == 3


def test_a_run_whose_key_another_holds_is_not_retried(deployed: Prompt) -> None:
    deployed.enqueue("keyed")
    deployed.ok("cancel", "1")
    deployed.enqueue("keyed")
    said = deployed("retry", "1")
    assert said.status == 4
    assert said.err.startswith("error: the key of run 1 is held by another run\n")


def test_without_a_state_a_filter_retries_what_failed(deployed: Prompt) -> None:
    deployed.enqueue("hello")
    deployed.ok("cancel", "1")
    assert deployed.ok("retry", "--job", "hello").err == "note: no run matches\n"
    answers = deployed.ok("retry", "--job", "hello", "--state", "cancelled", "--json").json
    assert answers == [{"id": 1, "answer": "waiting"}]


def test_waiting_ends_when_the_last_run_has_ended(deployed: Prompt) -> None:
    first, second = deployed.enqueue("hello"), deployed.enqueue("hello")
    deployed.ok("cancel", str(first))
    later = threading.Timer(0.2, _cancel, (str(deployed.db), second))
    later.start()
    said = deployed("wait", str(first), str(second))
    later.join()
    assert said.status == 130
    assert (
        said.err == "note: run 1 of `hello` was cancelled: operator\nnote: run 2 of `hello` was cancelled: operator\n"
    )


def _cancel(db: str, run_id: int) -> None:
    from datetime import UTC, datetime

    from jobctl.store.opening import open_store

    store = open_store(db)
    store.cancel([run_id], "anna", datetime(2031, 1, 1, tzinfo=UTC))
    store.close()


def test_waiting_has_an_end(deployed: Prompt) -> None:
    deployed.enqueue("hello")
    said = deployed("wait", "1", "--timeout", "20ms")
    assert said.status == 124
    assert said.err.startswith("error: waited 0.02 s in vain: run 1 is waiting\nhint: `jobctl show 1`")


def test_waiting_for_an_unknown_run_is_an_error_of_jobctls_own(deployed: Prompt) -> None:
    said = deployed("wait", "99")
    assert said.status == 125
    assert said.err.startswith("error: there is no run 99\n")


def test_the_first_run_that_did_not_succeed_gives_the_status(here: Installation) -> None:
    here.apply("jobs: {good: {run: 'true'}, bad: {run: exit 9}, killed: {run: kill -9 $$}}")
    ids = [str(here.enqueue(job)) for job in ("good", "bad", "killed")]
    here.daemon("--until-idle")
    assert here.jobctl("wait", *ids, check=False).returncode == 9
    assert here.jobctl("wait", ids[2], ids[0], check=False).returncode == 137
    assert here.jobctl("wait", ids[0], "--json", check=False).returncode == 0
    runs = here.jobctl("wait", *ids, "--json", check=False).stdout
    assert runs.count('"exit_code"') == 3


def test_a_run_may_start_while_somebody_waits(here: Installation) -> None:
    here.apply("jobs: {good: {run: 'true'}}")
    run_id = here.enqueue("good")
    ended: list[int] = []
    waiting = threading.Thread(target=lambda: ended.append(here.jobctl("wait", str(run_id)).returncode))
    waiting.start()
    here.daemon("--until-idle")
    until(lambda: ended, "the waiting verb has ended")
    waiting.join()
    assert ended == [0]


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_a_filter_with_a_job_that_never_was_is_not_found(deployed: Prompt, verb: str) -> None:
    said = deployed(verb, "--job", "helo")
    assert (said.status, said.out) == (3, "")
    assert said.err.startswith("error: there is no job `helo`\nhint: did you mean `hello`?")
