"""What a single value means: text, number, boolean or nothing, and which unquoted ones are refused."""

import re

from jobctl.catalog.node import Scalar

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_BASED = re.compile(r"[-+]?0(?:x[0-9a-fA-F_]+|o[0-7_]+|b[01_]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+)(?:[eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
Value = str | int | float | bool | None


def refusal(node: Scalar) -> str | None:
    """Why an unquoted value is refused, with what to write instead; None when it may stand."""
    text = node.text
    if not node.plain or node.tag is not None:
        return None
    if text.lower() in _SWITCHES:
        meant = _SWITCHES[text.lower()]
        return f'unquoted {text} is a boolean to some readers of YAML; write {meant}, or "{text}" in quotes'
    if _LEADING_ZERO.fullmatch(text):
        decimal = text.replace("_", "").lstrip("+-0") or "0"
        sign = "-" if text.startswith("-") else ""
        return f'unquoted {text} is octal to some readers of YAML; write {sign}{decimal}, or "{text}" in quotes'
    if _SEXAGESIMAL.fullmatch(text):
        return (
            f"unquoted {text} is a number in base 60 to some readers of YAML; "
            f'write "{text}" in quotes, or a duration like 1h30m'
        )
    return None


def value(node: Scalar) -> Value:
    """The value as Python data. Raises ValueError, with the message to show, for what its tag does not allow."""
    text = node.text
    if node.tag == "str" or (not node.plain and node.tag is None):
        return text
    found = _plain_value(text)
    if node.tag is not None and type(found).__name__.replace("NoneType", "null") != node.tag:
        if node.tag == "float" and isinstance(found, int) and not isinstance(found, bool):
            return float(found)
        raise ValueError(f"`{text[:60]}` is no value of the tag !!{node.tag}")
    return found


def _plain_value(text: str) -> Value:
    lowered = text.lower()
    if lowered in _CONSTANTS and text in (lowered, lowered.upper(), lowered.capitalize()):
        return _CONSTANTS[lowered]
    if len(text) > 400:
        return text
    digits = text.replace("_", "")
    if _INT.fullmatch(text):
        return int(digits)
    if _BASED.fullmatch(text):
        return int(digits, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
