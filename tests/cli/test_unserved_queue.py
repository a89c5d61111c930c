"""A queue that nobody serves: whoever enqueues into it, or looks, is told."""

from collections.abc import Iterator

import pytest

from tests.kit.installation import Installation
from tests.kit.prompt import Prompt
from tests.kit.until import until

CATALOG = """
queues: {reports: {slots: 2}}
jobs:
  hello: {run: "true"}
  bill: {run: "true", queue: billing}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A daemon that serves `default` only, and run 1 in a queue with a mistyped name."""
    installation = Installation(tmp_path_factory.mktemp("served"))
    installation.apply(CATALOG)
    installation.daemon("--queue", "default")
    until(lambda: installation.json("status")["daemons"], "a daemon has registered")
    assert installation.enqueue("hello", "--queue", "reprots") == 1
    yield installation
    installation.close()


def test_a_queue_that_nobody_knows_or_serves_is_warned_of_and_guessed(served: Installation) -> None:
    said = served.jobctl("enqueue", "hello", "--queue", "report", "--in", "1h").stderr
    assert said.splitlines()[0] == (
        "warning: no catalog names queue `report` and no daemon serves it; did you mean `reports`?"
    )


def test_a_queue_like_no_other_is_warned_of_without_a_guess(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    said = jobctl.ok("enqueue", "hello", "--queue", "zzz").err
    assert said.splitlines() == [
        "warning: no catalog names queue `zzz` and no daemon serves it; `jobctl status` lists queues",
        "note: no daemon is alive for queue `zzz`: the run waits until `jobctl daemon` is started",
    ]


@pytest.mark.parametrize("queue", ["default", "reports", "billing"])
def test_a_queue_that_the_catalog_names_is_not_warned_of(jobctl: Prompt, queue: str) -> None:
    jobctl.apply(CATALOG)
    assert "warning" not in jobctl.ok("enqueue", "hello", "--queue", queue).err


def test_many_lines_are_warned_of_once_for_each_queue(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)
    lines = '{"job": "hello", "queue": "reborts"}\n' * 3
    assert jobctl.ok("enqueue", "--from", "-", stdin=lines).err.count("warning:") == 1


def test_a_daemon_that_takes_every_queue_serves_it(here: Installation) -> None:
    here.apply(CATALOG)
    here.daemon()
    until(lambda: here.json("status")["daemons"], "a daemon has registered")
    assert here.jobctl("enqueue", "hello", "--queue", "any").stderr == ""


@pytest.mark.parametrize("columns", ["80", "160"])
def test_the_status_says_so(served: Installation, columns: str) -> None:
    served.environment["COLUMNS"] = columns
    assert "! no daemon serves it" in served.jobctl("status").stdout


def test_the_status_says_so_to_programs(served: Installation) -> None:
    queues = {queue["name"]: queue["served"] for queue in served.json("status")["queues"]}
    assert (queues["default"], queues["reprots"]) == (True, False)


def test_a_daemon_that_was_just_killed_serves_no_queue(here: Installation) -> None:
    here.apply(CATALOG)
    daemon = here.daemon()
    until(lambda: here.json("status")["daemons"], "a daemon has registered")
    assert here.enqueue("hello", "--in", "1h") == 1
    assert [queue["served"] for queue in here.json("status")["queues"] if queue["name"] == "default"] == [True]
    daemon.kill()
    daemon.wait()
    told = here.json("status")
    assert [each["state"] for each in told["daemons"]] == ["running"]
    assert {queue["name"]: queue["served"] for queue in told["queues"]}["default"] is False


def test_an_explanation_says_so_and_what_to_start(served: Installation) -> None:
    said = served.jobctl("explain", "1").stdout
    assert "no living daemon serves queue `reprots`" in said
    assert "hint: start one: `jobctl daemon --queue reprots`" in said


def test_the_doctor_says_so(served: Installation) -> None:
    checks = {check["name"]: check for check in served.json("doctor")}
    assert checks["queues"]["verdict"] == "warn"
    assert "`reprots`" in checks["queues"]["found"]
    assert "`jobctl daemon --queue re" in checks["queues"]["advice"]
