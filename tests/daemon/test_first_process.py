"""The daemon as the first process of a container."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.container import Container
from tests.kit.until import until

CATALOG = """
jobs:
  hello: {run: 'echo "hello from $JOBCTL_JOB"'}
  read-only: {run: "touch /nope"}
  daemonise: {run: "(sleep 0.2 &) ; (sleep 0.3 &) ; exit 0"}
  long: {run: "sleep 300", stop_grace_period: 1s}
"""


@pytest.fixture
def container(tmp_path: Path) -> Iterator[Container]:
    (tmp_path / "jobs.yaml").write_text(CATALOG)
    started = Container(tmp_path, "--catalog", str(tmp_path / "jobs.yaml"), "--grace", "0s")
    yield started
    started.close()


def test_it_works_as_process_1_on_a_read_only_root_and_shows_what_jobs_write(container: Container) -> None:
    container.jobctl("enqueue", "hello", "--wait")
    until(lambda: "hello from hello" in container.output, "the output of the job")
    assert container.jobctl("enqueue", "read-only", "--wait", check=False).returncode != 0


def test_a_health_check_is_answered(container: Container) -> None:
    assert container.jobctl("doctor", "--live").returncode == 0


def test_orphans_of_jobs_and_of_health_checks_are_reaped(container: Container) -> None:
    container.jobctl("enqueue", "daemonise", "--wait")
    container.run("sh", "-c", "(sleep 0.1 &) ; (sleep 0.2 &) ; exit 0")
    until(lambda: len(container.children()) == 1, "only the holder is left")


def test_the_orphans_of_a_holder_that_was_killed_are_reaped_and_their_run_is_executed_again(
    container: Container,
) -> None:
    run_id = container.jobctl("enqueue", "long").stdout.strip()
    until(lambda: '"state": "running"' in container.jobctl("show", run_id, "--json").stdout, "it runs")
    (holder,) = container.children()
    container.signal("KILL", holder)
    until(lambda: '"attempt": 2' in container.jobctl("show", run_id, "--json").stdout, "the second attempt")
    until(lambda: not container.zombies(), "no zombies")


def test_a_stop_ends_the_jobs_and_exits_with_0(container: Container) -> None:
    run_id = container.jobctl("enqueue", "long").stdout.strip()
    until(lambda: '"state": "running"' in container.jobctl("show", run_id, "--json").stdout, "it runs")
    container.signal("TERM")
    assert container.wait() == 0
    assert "reason=interrupted" in container.output
