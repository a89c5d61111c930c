"""`@start`: at each start of a daemon that finds no other alive."""

from tests.kit.installation import Installation
from tests.kit.until import until

CATALOG = """
jobs:
  warm: {run: "true", schedule: "@start", overlap: allow}
  marker: {run: "true", schedule: "@every 1s", overlap: allow}
"""


def _fires(here: Installation) -> list[str]:
    return [run["created_by"] for run in here.json("runs", "--job", "warm")]


def _until_it_fires_otherwise(here: Installation) -> None:
    """What a daemon does at its start comes before its other fires."""
    before = len(here.json("runs", "--job", "marker"))
    until(lambda: len(here.json("runs", "--job", "marker")) > before + 1, "a daemon has fired")


def test_a_job_with_start_runs_at_each_start_of_a_daemon_that_finds_no_other_alive(here: Installation) -> None:
    (here.folder / "jobs.yaml").write_text(CATALOG)
    first = here.daemon("--catalog", "jobs.yaml", "--name", "one")
    until(lambda: "warm" in str(here.json("jobs")), "the job is deployed")
    until(lambda: len(_fires(here)) == 1, "a job that is deployed by this very start runs")
    second = here.daemon("--name", "two")
    until(lambda: "two" in str(here.json("status")["daemons"]), "the second is there")
    _until_it_fires_otherwise(here)
    assert _fires(here) == ["schedule"]
    for daemon in (first, second):
        daemon.kill()
        daemon.wait()
    here.daemon("--name", "three")
    until(lambda: len(_fires(here)) == 2, "it runs again")
