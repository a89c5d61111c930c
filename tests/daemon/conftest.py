from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    installation.close()
