import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.shell_jobs import ShellJobs

# Only root can be another user.
collect_ignore = [] if os.geteuid() == 0 else ["test_reading_as_root.py"]


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[ShellJobs]:
    jobs = ShellJobs(tmp_path)
    yield jobs
    jobs.close()
