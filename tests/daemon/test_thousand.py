import json
from collections import Counter
from pathlib import Path

from tests.kit.installation import Installation

JOBS = Path(__file__).parents[1] / "kit" / "jobs"
RUNS = 1000


def catalog(journal: Path) -> str:
    return f"""
defaults:
  path: [{JOBS}]
jobs:
  shell:
    run: 'echo "$JOBCTL_RUN_ID $JOBCTL_PARAM_NUMBER" >> "{journal}"; exit "$JOBCTL_PARAM_CODE"'
    params: {{number: {{type: integer, required: true}}, code: {{type: integer, default: 0}}}}
  callable:
    call: journalling:note
    params:
      journal: {{type: string, default: {journal}}}
      number: {{type: integer, required: true}}
      fails: {{type: boolean, default: false}}
"""


def line(number: int) -> str:
    if number % 2:
        return json.dumps({"job": "shell", "params": {"number": number, "code": 3 if number % 10 == 3 else 0}})
    return json.dumps({"job": "callable", "params": {"number": number, "fails": number % 10 == 4}})


def expected(number: int) -> tuple[str, int | None]:
    if number % 10 == 3:
        return "failed", 3
    if number % 10 == 4:
        return "failed", 1
    return "succeeded", 0 if number % 2 else None


def test_a_thousand_mixed_runs_end_as_they_should_and_agree_with_their_own_journal(here: Installation) -> None:
    journal = here.folder / "journal"
    here.apply(catalog(journal))
    lines = "\n".join(line(number) for number in range(RUNS))
    ids = json.loads(here.jobctl("enqueue", "--from", "-", "--json", stdin=lines).stdout)["ids"]

    here.drain()

    runs = {run["id"]: run for run in here.json("runs", "--limit", str(RUNS + 10))}
    written = [tuple(map(int, entry.split())) for entry in journal.read_text().splitlines()]
    assert sorted(runs) == sorted(ids)
    assert Counter(written) == Counter(zip(ids, range(RUNS), strict=True))
    ends = {number: (runs[run_id]["state"], runs[run_id]["exit_code"]) for number, run_id in enumerate(ids)}
    assert ends == {number: expected(number) for number in range(RUNS)}
