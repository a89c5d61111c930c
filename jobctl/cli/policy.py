"""`--overlap POLICY` on the command line."""

from jobctl.decide.runs.overlap import POLICIES
from jobctl.model.errors import UsageError


def checked_policy(overlap: str) -> str:
    """An overlap policy. Raises UsageError for what is none."""
    if overlap not in POLICIES:
        raise UsageError(f"--overlap: there is no policy `{overlap}`", hint=f"it is one of {', '.join(POLICIES)}")
    return overlap
