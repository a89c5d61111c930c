"""Whatever is typed, the answer is a catalog or problems in words, never an accident."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobctl.catalog.load import load

PIECES = [
    *("jobs:", "a:", "run:", "params:", "env:", "defaults:", "include:", "name:", "schedule:", "queues:", "- ", "? "),
    *("\n", "\n  ", "\n    ", "\n      ", " ", "\t", "{", "}", "[", "]", ", ", ": ", "'", '"', "|\n", "#", "%", "`"),
    *("*a", "&a ", "<<: *a", "!!str ", "!x ", "---\n", "...\n", "@daily", "*/5 * * * *", "{{ params.x }}"),
    *("on", "010", "1:30", "~", "1e400", ".nan", "0x1F", "-1", "2026-01-01", '"\\0"', "é", "\U0001f600", "\x85", "x"),
]
JARGON = ("Input should", "Value error", "Extra inputs", "something else", "type=")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_a_catalog_or_problems_at_places(tmp_path: Path, text: str) -> None:
    file = tmp_path / "jobs.yaml"
    file.write_text(text)
    loaded = load([file], "UTC", 1000)
    assert (loaded.catalog is None) == any(problem.severity == "error" for problem in loaded.problems)
    lines = len(text.splitlines()) + 1
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in loaded.problems)
    assert not [problem.message for problem in loaded.problems if any(word in problem.message for word in JARGON)]
