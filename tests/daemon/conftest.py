import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation

# Mounts and namespaces take root; for others `make test` runs these in a user namespace where they are root.
NEED_ROOT = ["test_disk.py", "test_first_process.py"]
# Only root can be another user, and does not find one in a namespace of its own.
NEED_OTHERS = ["test_state_trust.py"]
collect_ignore = [] if os.geteuid() == 0 else NEED_ROOT + NEED_OTHERS


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    installation.close()
