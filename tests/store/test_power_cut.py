"""Power cuts: everything that was not flushed is lost, at hundreds of points in the life of a database."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jobctl.store.sqlite.driver import sqlite3
from tests.kit.installation import Installation
from tests.kit.power_cut import Disk, Step, read_steps, recorder

ROOT = Path(__file__).parents[2]
CATALOG = "jobs:\n  hello: {run: 'true', max_parallel: 2}\n"
CUTS = 400

Cut = Callable[[Disk, Path], None]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    """What command lines, an application and a daemon did to the files of one database."""
    folder = tmp_path_factory.mktemp("recorded")
    here = Installation(folder)
    environment = here.environment | {
        "LD_PRELOAD": str(recorder(folder)),
        "POWER_CUT_LOG": str(folder / "steps"),
        "POWER_CUT_PATH": str(here.db),
    }
    (folder / "jobs.yaml").write_text(CATALOG)

    def run(*program: str) -> None:
        with open(f"{here.db}-said", "ab") as said:
            done = subprocess.run([sys.executable, "-m", *program], cwd=ROOT, env=environment, stdout=said, check=False)
        assert done.returncode == 0, program

    run("jobctl", "apply", str(folder / "jobs.yaml"))
    for _ in range(3):
        run("jobctl", "enqueue", "hello")
    run("tests.store.programs.enqueueing", str(here.db), "60")
    run("jobctl", "daemon", "--until-idle")
    run("tests.store.programs.enqueueing", str(here.db), "20")
    files = {f"{here.db}{suffix}" for suffix in ("", "-wal", "-journal", "-said")}
    return [step for step in read_steps(folder / "steps") if step.path in files or step.operation == "s"]


def acknowledged(steps: list[Step]) -> set[int]:
    """The ids that had been printed by then."""
    said = b"".join(step.data for step in steps if step.path.endswith("-said"))
    return {int(line) for line in said.splitlines() if line.isdigit()}


def survive(steps: list[Step], folder: Path, cut: Cut) -> None:
    """Cut the power again and again: each time the database is whole and knows all that was promised."""
    assert len(steps) > CUTS
    every = len(steps) // CUTS
    disk = Disk()
    for number, step in enumerate(steps):
        disk.do(step)
        if number % every == 0 or step.path.endswith("-said"):
            left = folder / str(number)
            left.mkdir()
            cut(disk, left)
            check(left, acknowledged(steps[: number + 1]))
            shutil.rmtree(left)


def check(left: Path, promised: set[int]) -> None:
    database = left / "jobctl.db"
    if not promised and not database.exists():
        return
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = {row[0] for row in connection.execute("SELECT run_id FROM runs")} if promised else set()
        assert promised <= kept, f"{len(promised - kept)} of {len(promised)} promises are lost"
    finally:
        connection.close()


def test_case_14_what_was_promised_survives_the_loss_of_all_that_was_not_flushed(
    steps: list[Step], tmp_path: Path
) -> None:
    survive(steps, tmp_path, lambda disk, folder: disk.nothing_more(folder))


def test_case_14_what_was_promised_survives_the_loss_of_any_part_of_what_was_not_flushed(
    steps: list[Step], tmp_path: Path
) -> None:
    dice = random.Random(14)
    survive(steps, tmp_path, lambda disk, folder: disk.any_part(folder, dice))
