from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.shell_jobs import ShellJobs


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[ShellJobs]:
    jobs = ShellJobs(tmp_path)
    yield jobs
    jobs.close()
