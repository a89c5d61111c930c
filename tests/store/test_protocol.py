"""No promise without a test."""

import re
from pathlib import Path

import pytest

from jobctl.store.protocol import Store

MEMBERS = sorted(name for name in dir(Store) if not name.startswith("_") and callable(getattr(Store, name)))
SOURCES = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py")]


@pytest.mark.parametrize("member", MEMBERS)
def test_a_member_of_the_protocol_is_judged(member: str) -> None:
    assert any(re.search(rf"(store|second|history)\.{member}\(", source) for source in SOURCES)
