import logging
from datetime import timedelta

import pytest

from jobctl.daemon.journal import LOGGER
from jobctl.daemon.run_log import LINES, RunLog
from tests.kit.claims import CLAIMED_AT, claim


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    logging.getLogger(LOGGER).propagate = True
    caplog.set_level(logging.INFO, LOGGER)
    return caplog


def test_a_few_starts_are_told_each_by_itself(lines: pytest.LogCaptureFixture) -> None:
    run_log = RunLog()
    for _ in range(3):
        run_log.started(claim(), CLAIMED_AT)
    assert [record.getMessage() for record in lines.records] == ["run started"] * 3


def test_what_is_too_much_for_a_second_is_told_by_its_number(lines: pytest.LogCaptureFixture) -> None:
    run_log = RunLog()
    for _ in range(LINES + 7):
        run_log.started(claim(), CLAIMED_AT)
    run_log.tick(CLAIMED_AT + timedelta(seconds=1))
    assert len(lines.records) == LINES + 1
    assert lines.records[-1].getMessage() == "more runs in the last second: 7 started"


def test_the_next_second_begins_anew(lines: pytest.LogCaptureFixture) -> None:
    run_log = RunLog()
    for _ in range(LINES + 1):
        run_log.started(claim(), CLAIMED_AT)
    run_log.tick(CLAIMED_AT + timedelta(seconds=1))
    run_log.started(claim(), CLAIMED_AT + timedelta(seconds=1))
    assert lines.records[-1].getMessage() == "run started"
