"""Run ids as people type them: `1841` or, as tables write them, `#1841`."""

LARGEST = 2**63 - 1


def read_run_id(text: str) -> int | None:
    """The id in a text; None if it is none: a job's name, or a number that no database can hold.

    >>> read_run_id("1841"), read_run_id("#1841"), read_run_id("backup"), read_run_id("9" * 20)
    (1841, 1841, None, None)
    """
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits) if len(digits) < 20 else LARGEST + 1
    return number if number <= LARGEST else None
