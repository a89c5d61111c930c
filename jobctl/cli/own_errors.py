"""Verbs that pass on how a run ended: jobctl's own errors must not look like the run's."""

from collections.abc import Iterator
from contextlib import contextmanager

from jobctl.cli.last_resort import OWN_TROUBLE
from jobctl.model.errors import JobctlError


@contextmanager
def passing_status(active: bool = True) -> Iterator[None]:
    """Inside, an error of jobctl's own ends with 125."""
    try:
        yield
    except JobctlError as error:
        if active:
            error.status = OWN_TROUBLE
        raise
