"""Writes the pages, and the unit, that follow from the code: `make docs`. A test fails when they are stale."""

from pathlib import Path

from jobctl.actions.systemd import unit
from jobctl.decide.runs.states import diagram

DOCS = Path(__file__).parent
DEPLOY = DOCS.parent / "deploy"

STATE_MACHINE = """\
# The life of a run

<!-- Written by docs/generate.py from the table in jobctl/decide/runs/states.py; change that and run `make docs`. -->

```mermaid
{diagram}
```

`waiting` covers what is ready, scheduled, retrying and blocked: the difference is when the run is due, and its reason.
`failed` is final: nothing waits on it, nothing drops it silently before its keep is over, and `jobctl retry` gives it a
fresh budget. *Why* a run is where it is stands in its reason:

| reason | the run |
|---|---|
| `retry` | waits because an attempt failed and its policy allows another |
| `interrupted` | waits because its daemon was stopped, or had claimed it ahead and not begun it; not a failure |
| `timeout` | failed: an attempt took longer than `timeout` |
| `deadline` | failed: it had not ended when its `deadline` came |
| `lost` | waits again, or has failed, because an attempt vanished with its daemon or worker |
| `poison` | failed: lost `loss_limit` times |
| `overlap` | skipped: another run of the job had not ended |
| `paused` | skipped: the job was paused when its schedule fired |
| `expired` | skipped: its `deadline` came before it started |
| `missed` | skipped: no daemon was on duty at that time, and it is not made up for |
| `skip_code` | skipped: the job itself said that there was nothing to do |
| `operator` | cancelled by somebody |
| `replaced` | cancelled: a newer run took its place (`overlap: replace`) |
"""


def pages() -> dict[Path, str]:
    """Every generated page and what it must hold."""
    return {
        DOCS / "state-machine.md": STATE_MACHINE.format(diagram=diagram()),
        DEPLOY / "jobctl.service": unit(),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
