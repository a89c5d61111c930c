"""How long a daemon waits for what, decided once for all its loops."""

from datetime import timedelta

POLL = timedelta(seconds=1)
"""How often it looks at the store although nothing woke it: a wake-up is a hint that may be missed."""

LONG_LIVED = timedelta(milliseconds=200)
"""A process that ends sooner needs no record of its pid: its settlement is nearly there."""

PATIENCE = timedelta(seconds=5)
"""How long the database may hold up a wrapped command: before it begins, and once it has ended."""
