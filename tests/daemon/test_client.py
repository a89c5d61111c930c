import os
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

import jobctl
from jobctl import Client
from jobctl.model.errors import NotFound, Refused, UsageError
from tests.kit.deep import deep
from tests.kit.installation import Installation

CATALOG = """
jobs:
  hello: {run: 'echo hello', params: {size: {type: integer, default: 1}}}
  off: {run: 'true', enabled: false}
"""


@pytest.fixture
def client(here: Installation) -> Client:
    here.apply(CATALOG)
    return Client(str(here.db))


def test_its_errors_are_found_in_the_package(client: Client) -> None:
    with pytest.raises(jobctl.NotFound, match="nothing"):
        client.enqueue("nothing")
    with pytest.raises(jobctl.UsageError):
        client.enqueue("hello", delay=-1)
    errors = (jobctl.NotFound, jobctl.UsageError, jobctl.Refused, jobctl.Busy, jobctl.DiskFull)
    assert all(issubclass(error, jobctl.JobctlError) for error in errors)
    assert issubclass(jobctl.Busy, jobctl.Unusable)


def test_an_enqueued_run_waits(client: Client) -> None:
    run = client.enqueue("hello", {"size": 3})
    assert (run.state, run.params, run.created_by) == ("waiting", {"size": 3}, "python")


def test_an_enqueued_run_is_the_one_that_is_stored(client: Client) -> None:
    runs = [client.enqueue("hello", key="a", correlation_id="b", priority=3), client.enqueue("hello", delay=60)]
    assert runs == [client.run(run.run_id) for run in runs]


def test_a_delay_makes_a_run_due_later(client: Client) -> None:
    run = client.enqueue("hello", delay=timedelta(hours=1))
    assert run.due_at is not None
    assert abs(run.due_at - run.created_at - timedelta(hours=1)) < timedelta(seconds=5)


def test_an_instant_makes_a_run_due_then(client: Client) -> None:
    at = datetime(2099, 3, 8, 7, 0, tzinfo=UTC)
    assert client.enqueue("hello", at=at).due_at == at


def test_a_naive_instant_is_refused(client: Client) -> None:
    with pytest.raises(UsageError, match="aware"):
        client.enqueue("hello", at=datetime(2099, 3, 8))  # noqa: DTZ001


def test_a_live_key_gives_the_run_that_holds_it(client: Client) -> None:
    assert client.enqueue("hello", key="a").run_id == client.enqueue("hello", key="a").run_id


def test_an_unknown_job_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound, match="helo"):
        client.enqueue("helo")


def test_a_disabled_job_is_refused(client: Client) -> None:
    with pytest.raises(Refused, match="disabled"):
        client.enqueue("off")


def test_many_are_promised_together_or_not_at_all(client: Client) -> None:
    with pytest.raises(NotFound):
        client.enqueue_many([{"job": "hello"}, {"job": "nope"}])
    assert client.runs() == []


def test_many_give_their_ids_in_order(client: Client) -> None:
    ids = client.enqueue_many([{"job": "hello", "params": {"size": size}} for size in range(5)])
    assert [client.run(run_id).params["size"] for run_id in ids] == list(range(5))


def test_threads_share_one_client(client: Client) -> None:
    def enqueue_some() -> None:
        for _ in range(20):
            client.enqueue("hello")

    threads = [threading.Thread(target=enqueue_some) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(client.runs(limit=1000)) == 320


def test_a_refused_thread_does_not_refuse_the_others(client: Client) -> None:
    at = datetime(2026, 3, 8, tzinfo=UTC)
    refused: list[Exception] = []

    def enqueue(job: str) -> None:
        try:
            client.enqueue(job)
        except NotFound as error:
            refused.append(error)

    threads = [threading.Thread(target=enqueue, args=(job,)) for job in ["hello", "nope"] * 10]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(client.runs(since_at=at)), len(refused)) == (10, 10)


def test_waiting_gives_the_finished_run(here: Installation, client: Client) -> None:
    run = client.enqueue("hello")
    here.daemon("--until-idle")
    assert client.wait(run.run_id, timeout=60).state == "succeeded"


def test_waiting_gives_up_in_time(client: Client) -> None:
    run = client.enqueue("hello")
    with pytest.raises(TimeoutError, match="still waiting"):
        client.wait(run.run_id, timeout=0.05)


def test_a_cancelled_run_can_be_retried(client: Client) -> None:
    run = client.enqueue("hello")
    assert client.cancel(run.run_id)[0].answer == "cancelled"
    assert client.retry(run.run_id)[0].answer == "waiting"


def test_an_unknown_filter_is_named(client: Client) -> None:
    with pytest.raises(UsageError, match="jobb"):
        client.runs(jobb="hello")


def test_the_client_is_a_context_manager(here: Installation) -> None:
    here.apply(CATALOG)
    with Client(str(here.db)) as client:
        assert client.runs() == []


HUGE = 10**30


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ({"priority": "x"}, "priority"),
        ({"priority": 1.5}, "priority"),
        ({"priority": HUGE}, "priority"),
        ({"at": "2099-03-08T07:00Z"}, "at"),
        ({"params": [1]}, "params"),
        ({"params": {1: 2}}, "unknown param"),
        ({"queue": 5}, "queue"),
        ({"queue": "a b"}, "queue"),
        ({"queue": "x\x1b[31m\ny"}, "queue"),
        ({"key": 5}, "key"),
        ({"key": "a\0b"}, "key"),
        ({"correlation_id": 5}, "correlation_id"),
        ({"correlation_id": "a\nb"}, "correlation id"),
        ({"job": 5}, "job"),
        ({"delay": -5}, "delay"),
        ({"delay": timedelta(seconds=-1)}, "delay"),
        ({"delay": float("nan")}, "delay"),
        ({"delay": HUGE}, "delay"),
        ({"delay": "5m"}, "delay"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_words(client: Client, what: dict[str, Any], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        client.enqueue(**{"job": "hello", **what})
    assert client.runs() == []


@pytest.mark.parametrize(
    "where",
    [
        {"state": "foo"},
        {"state": 5},
        {"job": 5},
        {"tag": []},
        {"since_at": "2026-03-08"},
        {"until_at": datetime(2026, 3, 8)},  # noqa: DTZ001
        {"exit_code": "x"},
        {"exit_code": HUGE},
        {"before": HUGE},
        {"limit": "x"},
        {"limit": -1},
        {"limit": HUGE},
    ],
)
def test_a_filter_that_cannot_be_is_refused_in_words(client: Client, where: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"`{next(iter(where))}`"):
        client.runs(**where)


@pytest.mark.parametrize("run_id", [HUGE, "1", 1.5, True, None])
def test_what_is_no_id_of_a_run_is_refused_in_words(client: Client, run_id: Any) -> None:
    for ask in (client.run, client.wait, client.cancel, client.retry):
        with pytest.raises(UsageError, match="id of a run"):
            ask(run_id)


def test_a_timeout_that_is_no_duration_is_refused(client: Client) -> None:
    with pytest.raises(UsageError, match="timeout"):
        client.wait(client.enqueue("hello").run_id, "5m")  # type: ignore[arg-type]


def test_a_request_among_many_is_checked_alike(client: Client) -> None:
    with pytest.raises(UsageError, match="unknown key"):
        client.enqueue_many([{"job": "hello", 5: "x"}])  # type: ignore[dict-item]
    with pytest.raises(UsageError, match="queue"):
        client.enqueue_many([{"job": "hello", "queue": "a b"}])


def test_dates_are_taken_as_python_has_them(here: Installation) -> None:
    here.apply("jobs: {report: {run: 'true', params: {day: date, since: datetime}}}")
    since = datetime(2026, 3, 8, 2, 30, tzinfo=UTC)
    run = Client(str(here.db)).enqueue("report", {"day": date(2026, 3, 8), "since": since})
    assert run.params == {"day": "2026-03-08", "since": "2026-03-08T02:30:00+00:00"}


def test_a_path_names_the_database(here: Installation) -> None:
    here.apply(CATALOG)
    assert Client(here.db).enqueue("hello").run_id == 1


TOO_EARLY = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=12)))
REFUSED: dict[str, dict[str, Any]] = {
    "an instant that is none in UTC": {"at": TOO_EARLY},
    "an instant before 1970": {"at": datetime(999, 1, 1, tzinfo=UTC)},
    "a delay of 3,000 years": {"delay": 1e11},
    "a delay that is no number": {"delay": float("nan")},
    "a delay that is too long to be told": {"delay": 10**5000},
    "a delay that is a switch": {"delay": True},
    "a number of 5,000 digits": {"params": {"size": 10**5000}},
    "a number of 65 bits": {"params": {"size": 2**64}},
    "a key that is no text": {"params": {1: 2}},
    "a key inside that is no text": {"params": {"data": {1: 2}}},
    "a key inside that is a tuple": {"params": {"data": {(1, 2): 3}}},
    "data that is too deep": {"params": {"data": deep(970)}},
    "half a character": {"params": {"data": ["\ud800"]}},
    "a name that is half a character": {"job": "\ud800"},
    "a name with a NUL": {"job": "hel\0lo"},
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED.keys())
def test_what_not_every_reader_could_take_is_refused_with_a_hint(here: Installation, given: dict[str, Any]) -> None:
    here.apply("jobs: {hello: {run: 'true', params: {size: integer, data: json}}}")
    with Client(str(here.db)) as client:
        with pytest.raises(UsageError) as caught:
            client.enqueue(**{"job": "hello", **given})
        assert caught.value.hint
        many = {"job": "hello"} | {key: value for key, value in given.items() if key != "delay"}
        if "delay" not in given:
            with pytest.raises(UsageError):
                client.enqueue_many([{"job": "hello"}, many])
        assert client.runs() == []


def test_what_is_asked_for_beyond_the_bounds_is_refused(client: Client) -> None:
    for where in ({"since_at": TOO_EARLY}, {"job": "\ud800"}, {"key": "a\0"}):
        with pytest.raises(UsageError):
            client.runs(**where)
    for run_id in (10**5000, {(1, 2): 3}):
        with pytest.raises(UsageError):
            client.run(run_id)  # type: ignore[arg-type]
    assert client.runs(until_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)) == []
    with pytest.raises(UsageError):
        client.wait(1, timeout=float("nan"))
    with pytest.raises(UsageError):
        Client("/nowhere/jobctl.db", actor="\ud800")


def test_a_client_that_was_made_before_a_fork_says_so_in_the_child(here: Installation, client: Client) -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            asked = (lambda: client.enqueue("hello"), client.runs, lambda: client.enqueue_many([{"job": "hello"}]))
            for ask in (*asked, lambda: client.wait(1), lambda: client.cancel(1), lambda: client.retry(1)):
                try:
                    ask()
                except UsageError as error:
                    os.write(writing, f"{error.message}; {error.hint}\n".encode())
            client.close()
            with Client(str(here.db)) as own:
                os.write(writing, f"{len(own.runs())} runs\n".encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading) as said:
        lines = said.read().splitlines()
    assert os.waitpid(pid, 0)[1] == 0
    complaint = f"this `Client` was made by process {os.getpid()}, before a fork, and cannot be used in its child"
    assert lines == [f"{complaint}; make a `Client` in each process, after the fork"] * 6 + ["0 runs"]
    assert client.enqueue("hello").state == "waiting"
