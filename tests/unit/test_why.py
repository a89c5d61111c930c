"""Why a run ended as it did."""

from datetime import timedelta

import pytest

from jobctl.decide.runs.cause import why
from tests.cli.scenes import failure

AGO = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("facts", "said", "phrase"),
    [
        (
            {"exit_code": 7, "error": "exit 7", "attempt": 3},
            "no route",
            "exit 7, 3 attempts: no route",
        ),
        ({"exit_code": 7, "error": "exit 7"}, None, "exit 7"),
        ({"reason": "timeout", "error": "timeout after 30 min"}, None, "timeout after 30 min"),
        ({"signal": "SIGKILL"}, None, "killed by SIGKILL"),
        (
            {"signal": "SIGKILL", "error": "killed by SIGKILL, perhaps at its limit `resources.cpu_time`"},
            None,
            "killed by SIGKILL, perhaps at its limit `resources.cpu_time`",
        ),
        ({"signal": "SIGSEGV", "error": "killed by SIGSEGV"}, None, "killed by SIGSEGV"),
        ({"reason": "lost", "error": "its daemon web-01 died"}, None, "lost: its daemon web-01 died"),
        ({"reason": "poison", "error": "its daemon died; 3 losses"}, None, "lost too often: its daemon died; 3 losses"),
        ({"error": "Traceback\n  x\nKeyError: 7\n\n"}, None, "KeyError: 7"),
        ({"reason": "deadline", "error": "still running at its deadline"}, None, "still running at its deadline"),
    ],
)
def test_it_says_what_happened_in_one_phrase(facts: dict[str, object], said: str | None, phrase: str) -> None:
    assert why(failure(1, "x", AGO, **facts), said) == phrase
