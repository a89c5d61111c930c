"""Expressions that others write otherwise: what was probably meant."""

import re

_AWS_CRON = re.compile(r"cron\(\s*(\S+(?:\s+\S+){4})(?:\s+\S+)?\s*\)", re.IGNORECASE)
_AWS_RATE = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)", re.IGNORECASE)
_YEAR = re.compile(r"\*|(19|20)\d\d([-,/].*)?")


def meant(expression: str) -> str | None:
    """A hint for an expression that cannot be read because it is of another scheduler.

    >>> meant("rate(5 minutes)")
    'that is a form of AWS: write `@every 5m`'
    >>> meant("cron(0 12 * * ? *)")
    'that is a form of AWS, which counts weekdays from 1 for Sunday: write `0 12 * * ?`'
    >>> meant("0 0 12 * * ? 2027")
    'no field is for years: leave the last one out, and say `start` and `end`'
    """
    text = expression.strip()
    if rate := _AWS_RATE.fullmatch(text):
        return f"that is a form of AWS: write `@every {rate[1]}{rate[2][0].lower()}`"
    if cron := _AWS_CRON.fullmatch(text):
        return f"that is a form of AWS, which counts weekdays from 1 for Sunday: write `{cron[1]}`"
    fields = text.split()
    if len(fields) in (6, 7) and _YEAR.fullmatch(fields[-1]) and (len(fields) == 7 or fields[-1] != "*"):
        return "no field is for years: leave the last one out, and say `start` and `end`"
    return None


def seconds_doubt(expression: str) -> str | None:
    """What to say of six fields whose author hardly thought of seconds; None for any other expression.

    >>> seconds_doubt("* */15 * * * *")
    'with six fields the first is the seconds: this fires 60 times in each of its minutes; `0 */15 * * * *` fires once'
    >>> seconds_doubt("*/10 * * * * *"), seconds_doubt("0 */15 * * * *"), seconds_doubt("*/15 * * * *")
    (None, None, None)
    """
    fields = expression.split()
    if len(fields) == 7 and "=" in fields[0]:
        fields = fields[1:]
    if len(fields) != 6 or fields[0] not in ("*", "*/1", "0-59") or fields[1] == "*":
        return None
    once = " ".join(["0", *fields[1:]])
    return f"with six fields the first is the seconds: this fires 60 times in each of its minutes; `{once}` fires once"
