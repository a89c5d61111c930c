"""Which jobs may be claimed ahead of a free slot."""

from typing import Any

import pytest

from jobctl.decide.admission.prefetch import may_wait
from jobctl.model.job import Job, Resources, Secret


def test_a_plain_job_may_wait() -> None:
    assert may_wait(Job(name="a", run="true"))


@pytest.mark.parametrize("work", [{"run": "true"}, {"call": "shop:close"}], ids=["shell", "call"])
@pytest.mark.parametrize(
    "facts",
    [
        {"idempotent": False},
        {"user": "nobody"},
        {"group": "nogroup"},
        {"secrets": {"TOKEN": Secret(env="TOKEN")}},
        {"resources": Resources(open_files=64)},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_what_runs_at_most_once_or_bounded_or_with_rights_of_its_own_may_not(
    work: dict[str, Any], facts: dict[str, Any]
) -> None:
    assert not may_wait(Job(name="a", **work, **facts))
