"""Shell completion, asked as a shell asks."""

import pytest

from tests.kit.installation import Installation


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A database with jobs, queues and a run."""
    installation = Installation(tmp_path_factory.mktemp("completion"))
    installation.apply("queues: {reports: {slots: 1}}\njobs: {backup: {run: x}, bill: {run: x}, other: {run: x}}")
    installation.enqueue("bill")
    return installation


def complete(where: Installation, line: str) -> list[str]:
    """The words that bash would offer at the end of a line."""
    words = line.split(" ")
    where.environment |= {"_JOBCTL_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    try:
        return [word.rstrip() for word in where.jobctl(check=False).stdout.splitlines() if word.strip()]
    finally:
        for name in ("_JOBCTL_COMPLETE", "COMP_WORDS", "COMP_CWORD"):
            del where.environment[name]


def test_verbs_are_completed(deployed: Installation) -> None:
    assert complete(deployed, "jobctl enq") == ["enqueue"]


@pytest.mark.parametrize("verb", ["enqueue", "run", "pause", "resume", "next", "jobs", "show", "logs"])
def test_job_names_are_completed(deployed: Installation, verb: str) -> None:
    assert complete(deployed, f"jobctl {verb} b") == ["backup", "bill"]


@pytest.mark.parametrize("verb", ["cancel", "retry", "wait", "show", "logs"])
def test_run_ids_are_completed(deployed: Installation, verb: str) -> None:
    assert complete(deployed, f"jobctl {verb} 1") == ["1"]


@pytest.mark.parametrize("line", ["enqueue --queue", "pause --queue", "cancel --queue", "runs --queue"])
def test_queues_are_completed(deployed: Installation, line: str) -> None:
    assert complete(deployed, f"jobctl {line} re") == ["reports"]


def test_the_queue_that_is_always_there_is_completed(deployed: Installation) -> None:
    assert complete(deployed, "jobctl pause --queue d") == ["default"]


@pytest.mark.parametrize("verb", ["runs", "cancel", "retry"])
def test_states_are_completed(deployed: Installation, verb: str) -> None:
    assert complete(deployed, f"jobctl {verb} --state s") == ["succeeded", "skipped"]


def test_the_database_of_the_line_is_asked(deployed: Installation) -> None:
    other = deployed.folder / "other.db"
    other.touch(0o600)
    assert complete(deployed, f"jobctl enqueue --db {other} b") == []
    assert complete(deployed, f"jobctl --db {other} enqueue b") == []


def test_a_database_that_cannot_be_used_offers_nothing(deployed: Installation) -> None:
    assert complete(deployed, "jobctl enqueue --db /proc/nix/jobctl.db b") == []
