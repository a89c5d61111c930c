"""Kill what can be killed, at random, and see whether every promise is kept.

Mixed jobs are enqueued while daemons, workers, holders and command lines are killed, stopped and continued. Then all
are let alone, the work is done to its end, and what the database says is compared with what the jobs have noted
themselves. The same seed makes the same choices; what the machine makes of them differs.
"""

import argparse
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.chaos import check, jobs
from bench.chaos.house import House, Story
from bench.leaving import leave_in_order

PATIENCE_S = 180
GONE_S = 10


def main() -> int:
    """Run, report, and tell by the exit status whether everything held."""
    arguments = _arguments()
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(1_000_000)
    home = Path(tempfile.mkdtemp(prefix="chaos-", dir=arguments.folder))
    print(f"seed {seed}, {arguments.kills} kills, in {home}", flush=True)
    began = time.monotonic()
    house = House(home, random.Random(seed))
    try:
        _prepare(house)
        _rage(house, random.Random(seed + 1), arguments.kills, arguments.pause)
        broken = _calm(house)
    finally:
        house.end()
    journal, records = check.read_journal(home), check.read_records(home)
    broken += check.violations(house.story.acknowledged, journal, records)
    print(_report(seed, time.monotonic() - began, house.story, journal, records, broken))
    if not broken:
        shutil.rmtree(home)
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="how many processes are killed or stopped (1000)")
    parser.add_argument("--seed", type=int, help="which choices are made (default: others each time)")
    parser.add_argument("--pause", type=float, default=0.4, help="seconds between two kills, on average (0.4)")
    parser.add_argument("--folder", help="where the folder of the run is made; it is kept when something is broken")
    return parser.parse_args()


def _prepare(house: House) -> None:
    (house.home / "locks").mkdir()
    (house.home / "journal").touch()
    (house.home / "kills").touch()
    for program in ("work.py", "quick.sh"):
        shutil.copy(Path(__file__).with_name(program), house.home / program)
    (house.home / "jobs.yaml").write_text(jobs.catalog(house.home))
    house.run("apply")


def _rage(house: House, dice: random.Random, kills: int, pause: float) -> None:
    """Enqueue and kill."""
    strike_at = time.monotonic()
    daemons, commands = 1, 1
    while house.story.kills.total() < kills:
        house.turn(daemons, commands)
        if time.monotonic() >= strike_at:
            house.strike()
            daemons, commands = dice.choice([0, 1, 1, 2, 2]), dice.choice([0, 0, 1, 2])
            strike_at = time.monotonic() + dice.uniform(0, 2 * pause)
        time.sleep(0.01)


def _calm(house: House) -> list[str]:
    """Let everything end; what went wrong by then."""
    broken = []
    if not house.drain(PATIENCE_S):
        broken.append(f"the work was not done within {PATIENCE_S} s after the last kill")
    end = time.monotonic() + GONE_S
    while house.left() and time.monotonic() < end:
        time.sleep(0.05)
    broken += [f"process {pid} is left: {words}" for pid, words in house.left().items()]
    broken += house.story.complaints
    if "Traceback" in house.log():
        broken.append("a daemon has said: " + house.log()[house.log().index("Traceback") :][:2000])
    return broken


def _report(
    seed: int, seconds: float, story: Story, journal: check.Journal, records: check.Records, broken: list[str]
) -> str:
    kills = {f"{kind} {name}": count for (kind, name), count in sorted(story.kills.items())}
    outcomes = Counter(attempt["outcome"] for attempt in records.attempts.values())
    rows = {
        f"kills, seed {seed}, {seconds:.0f} s": story.kills.total(),
        **kills,
        "daemons started": story.daemons,
        "commands": story.commands,
        "commands killed before they were done": story.unheard,
        "runs acknowledged": len(story.acknowledged),
        "runs in the database": len(records.runs),
        "attempts": len(records.attempts),
        **{f"attempts {outcome}": count for outcome, count in sorted(outcomes.items(), key=str)},
        "attempts at the same time as another of the run": len(journal.overlaps),
        "promises broken": len(broken),
    }
    width = max(map(len, rows))
    table = [f"| {name:<{width}} | {value:>6} |" for name, value in rows.items()]
    table.insert(1, f"|{'-' * (width + 2)}|{'-' * 7}:|")
    return "\n".join([*table, *(f"broken: {sentence}" for sentence in broken)])


if __name__ == "__main__":
    leave_in_order()
    raise SystemExit(main())
