import io
import json
import logging
from pathlib import Path

from jobctl.daemon.log_lines import LogLines
from tests.kit.installation import Installation

JOBS = Path(__file__).parents[1] / "kit" / "jobs"
CATALOG = "jobs:\n  fail: {run: 'exit 7'}\n"


def test_the_json_log_names_run_job_attempt_and_correlation(here: Installation) -> None:
    here.apply(CATALOG)
    run_id = here.enqueue("fail", "--correlation-id", "order-9")
    here.drain("--log-format", "json")
    lines = [json.loads(line) for line in here.log().splitlines()]
    failed = next(line for line in lines if line["message"] == "run failed")
    assert {key: failed[key] for key in ("run_id", "job", "attempt", "correlation_id", "exit_code", "level")} == {
        "run_id": run_id,
        "job": "fail",
        "attempt": 1,
        "correlation_id": "order-9",
        "exit_code": 7,
        "level": "warning",
    }


def test_a_newline_from_outside_does_not_begin_a_log_line(here: Installation) -> None:
    here.apply(f"jobs:\n  forge: {{call: 'talking:forge', path: [{JOBS}]}}\n")
    here.enqueue("forge")
    here.drain()
    assert "error forged" in here.log()
    assert not any(line.startswith("2026-01-01") for line in here.log().splitlines())


def test_a_stream_that_whoever_gave_it_has_closed_ends_nothing() -> None:
    stream = io.StringIO()
    lines = LogLines(stream)
    lines.handle(logging.makeLogRecord({"msg": "before"}))
    assert stream.getvalue() == "before\n"
    stream.close()
    lines.handle(logging.makeLogRecord({"msg": "after"}))
