"""The whole command: streams, exit statuses, errors that no verb foresees."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.installation import Installation

CATALOG = "jobs: {once: {run: 'true', overlap: skip}}"


@pytest.fixture
def deployed(here: Installation) -> Installation:
    """A job that waits already."""
    here.apply(CATALOG)
    here.enqueue("once")
    return here


def shell(where: Installation, line: str) -> subprocess.CompletedProcess[str]:
    """A line for bash, in which `jobctl` is the command."""
    program = f'jobctl() {{ "{sys.executable}" -m jobctl "$@"; }}; {line}'
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        ["bash", "-c", program],
        cwd=where.folder,
        env={**where.environment, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_what_was_printed_before_an_error_is_not_lost(deployed: Installation) -> None:
    assert "PYTHONUNBUFFERED" not in deployed.environment
    done = shell(deployed, "jobctl enqueue once")
    assert (done.returncode, done.stdout) == (4, "2\n")
    assert done.stderr.startswith("error: run 2 is skipped")


def test_a_reader_that_goes_away_is_no_error(deployed: Installation) -> None:
    done = shell(deployed, "set -o pipefail; jobctl schema | head -1")
    assert (done.returncode, done.stderr) == (0, "")


def test_output_that_cannot_be_written_is_an_error_in_words(deployed: Installation) -> None:
    done = shell(deployed, "jobctl runs > /dev/full")
    assert done.returncode == 1
    assert done.stderr == (
        "error: the output cannot be written: no space left on device\nhint: write it somewhere else\n"
    )


def test_a_database_that_cannot_be_used_gives_5(deployed: Installation) -> None:
    done = deployed.jobctl("apply", "--db", "nowhere/jobctl.db", check=False)
    assert done.returncode == 5
    assert done.stderr.startswith("error: the folder `")
    assert not os.path.exists(deployed.folder / "nowhere")  # noqa: PTH110


def test_an_option_that_does_not_exist_is_a_usage_error(deployed: Installation) -> None:
    done = deployed.jobctl("jobs", "--nix", check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: no such option: --nix")


def test_a_database_before_the_verb_wins_over_the_environment(deployed: Installation) -> None:
    other = str(deployed.folder / "other.db")
    (deployed.folder / "other.db").touch(0o600)
    assert deployed.json("--db", other, "runs") == []
    assert len(deployed.json("--db", other, "runs", "--db", str(deployed.db))) == 1


def test_without_a_verb_it_is_status(deployed: Installation) -> None:
    assert "no daemon" in deployed.jobctl().stdout


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_what_was_done_is_done_also_where_the_caller_has_closed_a_stream(here: Installation, closed: str) -> None:
    here.apply("jobs: {hello: {run: 'true'}}")
    assert shell(here, f"jobctl enqueue hello {closed}").returncode == 0
    assert [run["id"] for run in here.json("runs")] == [1]


def test_reading_into_a_closed_stream_is_no_crash(deployed: Installation) -> None:
    done = shell(deployed, "jobctl runs >&-")
    assert (done.returncode, done.stderr) == (0, "")


def test_talk_that_cannot_be_written_changes_no_status(deployed: Installation) -> None:
    assert shell(deployed, "jobctl enqueue once --overlap allow 2> /dev/full").returncode == 0
    assert shell(deployed, "jobctl show nix 2> /dev/full").returncode == 3


def test_what_was_promised_is_told_where_its_number_cannot_be_written(deployed: Installation) -> None:
    for options in ("", "--json", '--from - <<< \'{"job": "once"}\'', '--from - --json <<< \'{"job": "once"}\''):
        lost = shell(deployed, f"jobctl enqueue {'' if 'from' in options else 'once'} {options} > /dev/full")
        assert (lost.returncode, " is enqueued" in lost.stderr) == (1, True)


@pytest.mark.parametrize(("line", "verb"), [("daemon --queue", "jobctl daemon"), ("--db", "jobctl")])
def test_a_value_that_is_missing_leads_to_the_help_of_its_verb(deployed: Installation, line: str, verb: str) -> None:
    said = deployed.jobctl(*line.split(), check=False).stderr
    assert said.endswith(f"requires an argument\nhint: `{verb} --help` explains\n")


@pytest.mark.parametrize("line", ["--json", "--db {db} --json", "--db={db} --json", "--json --db {db}"])
def test_options_without_a_verb_are_those_of_status(deployed: Installation, line: str) -> None:
    said = deployed.jobctl(*line.format(db=deployed.db).split())
    assert "queues" in json.loads(said.stdout)


def test_a_database_without_a_verb_is_that_of_status(deployed: Installation) -> None:
    assert "no daemon" in deployed.jobctl("--db", str(deployed.db)).stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("runs --limit x", "'--limit': 'x' is not a whole number"),
        ("runs --exit-code x", "'--exit-code': 'x' is not a whole number"),
        ("status --interval x", "'--interval': 'x' is not a number"),
    ],
)
def test_a_word_that_is_no_number_is_refused_in_words(deployed: Installation, line: str, words: str) -> None:
    done = deployed.jobctl(*line.split(), check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: invalid value for {words}\n")


@pytest.mark.parametrize("line", ["runs --db typo.db", "--db typo.db status", "show 1 --db nowhere/typo.db"])
def test_a_mistyped_database_is_named_and_not_created(deployed: Installation, line: str) -> None:
    done = deployed.jobctl(*line.split(), check=False)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("error: there is no database `")
    assert not (deployed.folder / "typo.db").exists()


def test_apply_creates_the_database_that_it_is_given(deployed: Installation) -> None:
    deployed.jobctl("apply", "--db", "new.db")
    assert deployed.json("--db", "new.db", "runs") == []


@pytest.mark.parametrize("name", ["", ":memory:", "sqlite:///:memory:"])
def test_a_name_that_is_no_file_is_refused(deployed: Installation, name: str) -> None:
    for verb in ("apply", "runs"):
        assert deployed.jobctl(verb, "--db", name, check=False).returncode == 5
        assert deployed.jobctl("--db", name, verb, check=False).returncode == 5
    assert not (deployed.folder / ":memory:").exists()


def test_an_empty_variable_is_none(deployed: Installation) -> None:
    named = deployed.jobctl("systemd").stdout
    deployed.environment["JOBCTL_DB"] = ""
    empty = deployed.jobctl("systemd").stdout
    del deployed.environment["JOBCTL_DB"]
    assert empty == deployed.jobctl("systemd").stdout != named


def test_an_option_without_its_value_is_a_usage_error(deployed: Installation) -> None:
    done = deployed.jobctl("--db", check=False)
    assert done.returncode == 2
    assert "'--db' requires an argument" in done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "show {0}",
        "explain {0}",
        "logs {0}",
        "next 5m --count {0}",
        "daemon --slots {0} --until-idle",
        "enqueue --retry {0} -- true",
        "exec e --retry {0} -- true",
        "run once -p a={0}",
    ],
)
def test_a_huge_number_is_refused_in_words(deployed: Installation, line: str) -> None:
    done = deployed.jobctl(*line.format("9" * 23).split(), check=False)
    assert done.returncode in (2, 3, 125)
    assert done.stderr.startswith("error: ")
