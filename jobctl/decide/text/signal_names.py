"""Signals by name, as they are stored and shown; real-time signals are counted from SIGRTMIN."""

import signal


def signal_name(number: int) -> str:
    """The name of a signal.

    >>> signal_name(9), signal_name(signal.SIGRTMIN + 2)
    ('SIGKILL', 'SIGRTMIN+2')
    """
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIGRTMIN+{number - signal.SIGRTMIN}"


def signal_number(name: str) -> int:
    """The number of a signal; 0 for a name that this machine does not know.

    >>> signal_number("SIGTERM"), signal_number("SIGRTMIN+2") - signal_number("SIGRTMIN"), signal_number("SIGNIX")
    (15, 2, 0)
    """
    base, _, offset = name.partition("+")
    found = signal.Signals.__members__.get(base)
    return 0 if found is None else found + int(offset or 0)
