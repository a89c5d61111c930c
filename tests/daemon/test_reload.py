import signal

from tests.kit.installation import Installation
from tests.kit.until import until

FIRST = "jobs:\n  long: {run: 'until test -e go; do sleep 0.02; done; echo first'}\n"
SECOND = "jobs:\n  long: {run: 'echo second'}\n  more: {run: 'true'}\n"
INVALID = "jobs:\n  long: {run: 'true', timeout: soon}\n"


def started(here: Installation, *args: str) -> int:
    (here.folder / "jobs.yaml").write_text(FIRST)
    daemon = here.daemon("--catalog", "jobs.yaml", *args)
    until(lambda: "daemon started" in here.log(), "the daemon is up")
    return daemon.pid


def names(here: Installation) -> list[str]:
    return [job["name"] for job in here.json("jobs")]


def test_a_daemon_applies_its_catalog_at_start(here: Installation) -> None:
    started(here)
    assert names(here) == ["long"]


def test_a_hangup_applies_the_catalog_again_and_leaves_running_work_alone(here: Installation) -> None:
    started(here)
    run_id = here.enqueue("long")
    here.until_state(run_id, "running")
    (here.folder / "jobs.yaml").write_text(SECOND)
    here._daemons[0].send_signal(signal.SIGHUP)
    until(lambda: names(here) == ["long", "more"], "the new catalog is deployed")
    (here.folder / "go").touch()
    here.until_state(run_id, "succeeded")
    assert here.jobctl("logs", str(run_id)).stdout == "first\n"


WHO = "import os\ndef run():\n    return os.getpid()\n"


def test_a_deployment_that_changes_something_brings_new_workers(here: Installation) -> None:
    (here.folder / "who.py").write_text(WHO)
    catalog = "jobs:\n  who: {call: 'who:run', path: ['.']}\n"
    here.apply(catalog)
    here.daemon()

    def pid() -> int:
        return int(here.until_state(here.enqueue("who"), "succeeded")["result"])

    first = pid()
    here.apply(catalog)
    assert pid() == first
    here.apply(catalog + "  other: {run: 'true'}\n")
    assert pid() != first


def test_case_27_an_invalid_catalog_leaves_the_deployed_one_in_force_with_a_loud_error(here: Installation) -> None:
    started(here)
    (here.folder / "jobs.yaml").write_text(INVALID)
    here._daemons[0].send_signal(signal.SIGHUP)
    until(lambda: "the deployed catalog stays in force" in here.log(), "the daemon complains")
    assert "jobs.yaml:2:32: jobs.long.timeout: expected a duration" in here.log()
    assert names(here) == ["long"]


def test_case_27_a_daemon_starts_with_an_invalid_catalog_and_goes_on_with_the_deployed_one(here: Installation) -> None:
    here.apply(FIRST)
    (here.folder / "jobs.yaml").write_text(INVALID)
    run_id = here.enqueue("long")
    (here.folder / "go").touch()
    here.daemon("--catalog", "jobs.yaml")
    here.until_state(run_id, "succeeded")


def test_a_watched_catalog_is_applied_when_it_changes(here: Installation) -> None:
    started(here, "--watch-catalog")
    (here.folder / "jobs.yaml").write_text(SECOND)
    until(lambda: names(here) == ["long", "more"], "the new catalog is deployed")


def test_case_27_a_deleted_catalog_changes_nothing(here: Installation) -> None:
    started(here)
    (here.folder / "jobs.yaml").unlink()
    here._daemons[0].send_signal(signal.SIGHUP)
    until(lambda: "was not applied" in here.log(), "the daemon complains")
    assert names(here) == ["long"]


def test_case_27_a_catalog_that_is_half_written_is_never_applied(here: Installation) -> None:
    started(here, "--watch-catalog")
    whole = SECOND + "  last: {run: 'true'}\n"
    with (here.folder / "jobs.yaml").open("w") as file:
        file.write(whole[: whole.index("more") + 2])
        file.flush()
        until(lambda: "the deployed catalog stays in force" in here.log(), "the daemon complains")
        assert names(here) == ["long"]
        file.write(whole[whole.index("more") + 2 :])
    until(lambda: names(here) == ["last", "long", "more"], "the whole catalog is deployed")
