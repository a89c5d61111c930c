"""How a cut in a log is shown."""


def cut_mark(count: int) -> bytes:
    """The line that stands where `count` bytes were.

    >>> cut_mark(12)
    b'\\n[... 12 bytes cut ...]\\n'
    """
    return b"\n[... %d bytes cut ...]\n" % count
