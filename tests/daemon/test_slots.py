"""Shell jobs and callables share the slots of their daemon, also where quick ones are claimed ahead."""

from itertools import accumulate
from pathlib import Path

from jobctl import Client
from tests.kit.installation import Installation
from tests.kit.until import until

JOBS = Path(__file__).parents[1] / "kit" / "jobs"
CATALOG = f"""
defaults: {{path: [{JOBS}], working_dir: "{{folder}}"}}
jobs:
  quick: {{call: 'plain:stay', params: {{path: {{default: there}}, seconds: {{type: number, default: 0.0005}}}}}}
  long: {{run: 'echo + >> there; until [ -e go ]; do sleep 0.05; done; echo - >> there'}}
"""


def signs(here: Installation) -> list[str]:
    path = here.folder / "there"
    return path.read_text().split() if path.exists() else []


def test_quick_calls_leave_a_shell_job_its_slot_though_two_workers_rest(here: Installation) -> None:
    here.apply(CATALOG.replace("{folder}", str(here.folder)))
    here.daemon("--slots", "2")
    with Client(str(here.db)) as client:
        client.enqueue_many([{"job": "quick"}] * 60)
        until(lambda: signs(here).count("-") == 60, "both workers are there, and known to be quick")
        long = client.enqueue("long").run_id
        until(lambda: signs(here).count("+") == 61, "the shell job has begun")
        client.enqueue_many([{"job": "quick"}] * 200)
        until(lambda: signs(here).count("-") == 260, "the quick ones have ended beside it")
        (here.folder / "go").touch()
        here.until_state(long, "succeeded")
    assert max(accumulate(1 if sign == "+" else -1 for sign in signs(here))) <= 2
