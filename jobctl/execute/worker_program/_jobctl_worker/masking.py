"""Secrets are not told."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MASK = "***"


def pattern_of(secrets: list[str]) -> re.Pattern[str] | None:
    """What finds the secrets; where two begin at one place, the longer."""
    if not secrets:
        return None
    return re.compile("|".join(re.escape(secret) for secret in sorted(secrets, key=len, reverse=True)))


def mask_text(text: str, secrets: list[str]) -> str:
    pattern = pattern_of(secrets)
    return text if pattern is None else pattern.sub(MASK, text)


def mask_value(value: Any, secrets: list[str]) -> Any:
    """JSON data with the secrets in its texts and keys masked."""
    if isinstance(value, str):
        return mask_text(value, secrets)
    if isinstance(value, list):
        return [mask_value(item, secrets) for item in value]
    if isinstance(value, dict):
        return {mask_text(key, secrets): mask_value(item, secrets) for key, item in value.items()}
    return value
