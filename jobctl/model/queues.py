"""Queues that have a meaning of their own."""

EXEC_QUEUE = "exec"
"""Runs in this queue belong to the `jobctl exec` that promised them: no daemon takes them."""
