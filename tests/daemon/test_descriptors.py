"""What a process that was started finds open: what was given to it, and nothing of anybody else."""

import getpass
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation
from tests.kit.wrapped import Wrapped

GIVEN = {"0", "1", "2", "3"}
"""The standard streams, and where progress is told."""
LIST = 'f=; for n in $(seq 0 99); do [ -e /proc/self/fd/$n ] && f="$f $n"; done; echo $f'
SEEN = f'{LIST} > "seen/$JOBCTL_JOB.$JOBCTL_RUN_ID"'
CATALOG = f"""
defaults:
  inherit_env: [PATH, HOME]
jobs:
  quick: {{run: '{SEEN}'}}
  lasting: {{run: '{SEEN}; sleep 0.2'}}
  fed: {{run: '{SEEN}', stdin: a line}}
  as_user: {{run: '{SEEN}', user: {getpass.getuser()}}}
  nice: {{run: '{SEEN}', nice: 1}}
  limited: {{run: '{SEEN}', resources: {{open_files: 64}}}}
  secretive: {{run: '{SEEN}', secrets: {{TOKEN: {{file: secret}}}}}}
  failing: {{run: '{SEEN}; exit 1', on_failure: '{LIST} > "seen/on_failure.$JOBCTL_RUN_ID"'}}
  called: {{call: looking:look}}
  also_called: {{call: looking:look, env: {{OTHER: worker}}}}
"""
LOOKING = '''
import json, os, stat, subprocess, time

def look():
    """Where this process speaks to others, where it prints, and what a careless child of this call inherits."""
    own = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            facts = os.stat(f"/proc/self/fd/{name}")
        except FileNotFoundError:
            continue
        if stat.S_ISFIFO(facts.st_mode) or stat.S_ISSOCK(facts.st_mode) or name == "1":
            own.add((facts.st_dev, facts.st_ino))
    child = subprocess.run(["sh", "-c", LIST], close_fds=False, capture_output=True, text=True).stdout.split()
    run = os.environ["JOBCTL_JOB"] + "." + os.environ["JOBCTL_RUN_ID"]
    with open(os.environ["HOME"] + "/seen/" + run, "w") as file:
        json.dump({"pid": os.getpid(), "own": sorted(own), "child": child}, file)
    time.sleep(0.05)
'''


@pytest.fixture
def wrapped(here: Installation) -> Iterator[Wrapped]:
    """Commands that are wrapped here."""
    found = Wrapped(here)
    yield found
    found.close()


def test_each_kind_of_start_gives_a_child_its_own_descriptors_and_no_others(here: Installation) -> None:
    (here.folder / "seen").mkdir()
    (here.folder / "looking.py").write_text(LOOKING.replace("LIST", repr(LIST)))
    (here.folder / "secret").write_text("hunter22")
    (here.folder / "secret").chmod(0o600)
    here.apply(CATALOG)
    names = [line.partition(":")[0].strip() for line in CATALOG.splitlines() if "run:" in line or "call:" in line]
    here.jobctl("enqueue", "--from", "-", stdin="".join(json.dumps({"job": name}) + "\n" for name in names * 4))
    here.drain("--slots", "6")

    seen = {path.name: path.read_text() for path in sorted((here.folder / "seen").iterdir())}
    calls = [json.loads(text) for name, text in seen.items() if "called" in name]
    shells = {name: set(text.split()) for name, text in seen.items() if "called" not in name}
    assert (len(calls), len(shells)) == (8, 4 * 9)
    assert {name: fds for name, fds in shells.items() if fds != GIVEN} == {}
    assert {tuple(call["child"]) for call in calls} == {("0", "1", "2")}
    workers = {call["pid"]: call["own"] for call in calls}
    assert len(workers) > 1
    assert {len(own) for own in workers.values()} == {5}, "the output, tokens, calls, replies and lifeline"
    assert len({tuple(one) for own in workers.values() for one in own}) == 5 * len(workers)


def test_a_wrapped_command_and_a_foreground_run_find_the_same_open(here: Installation, wrapped: Wrapped) -> None:
    here.apply(f"jobs: {{quick: {{run: '{LIST}'}}}}")
    assert set(wrapped.sh(LIST).out.decode().split()) == GIVEN
    assert set(here.jobctl("run", "quick").stdout.split()) == GIVEN


def test_what_a_wrapped_command_leaves_in_the_background_does_not_keep_its_callers_pipe(wrapped: Wrapped) -> None:
    done = wrapped.sh("sleep 300 < /dev/null > /dev/null 2>&1 & echo $!")
    left = int(done.out)
    try:
        assert Path(f"/proc/{left}/comm").read_text() == "sleep\n"
    finally:
        os.kill(left, signal.SIGKILL)
