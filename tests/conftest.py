"""For all tests: what Hypothesis asks of a machine's speed is not asked, what one logs to is no other's, and
Ctrl-C ends what it does in a shell."""

import logging
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from jobctl.daemon.journal import LOGGER

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
# A script that starts the suite in its background has it ignore Ctrl-C, and whatever the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_logger() -> Iterator[None]:
    """A verb that is called in this process opens the daemon's log on streams that are gone afterwards."""
    logger = logging.getLogger(LOGGER)
    former = logger.handlers, logger.propagate, logger.level
    yield
    logger.handlers, logger.propagate = former[0], former[1]
    logger.setLevel(former[2])
