"""Several errors of one command: each is told, the first gives the exit status."""

from collections.abc import Sequence

from jobctl.cli.output import show_error
from jobctl.model.errors import JobctlError


def tell_refusals(errors: Sequence[JobctlError], as_json: bool) -> int:
    """Show all errors; the exit status."""
    for error in errors:
        show_error(error, as_json)
    return errors[0].status if errors else 0
