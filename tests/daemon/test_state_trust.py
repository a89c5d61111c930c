"""Whose database it is: a daemon executes what it says, so nobody else may be able to change it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.installation import Installation
from tests.kit.open_folder import open_folder

CATALOG = "jobs: {hello: {run: echo hello}}"
THEM = 12345
# They may read everything: this Python may be in root's home.
AS_THEM = ["setpriv", f"--reuid={THEM}", f"--regid={THEM}", "--clear-groups"]
AS_THEM += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]

# In a folder with a private folder `real`: what somebody made there, and what is said of it.
PLANTED = {
    f"mkdir jobctl.db.d; chown {THEM} jobctl.db.d": "belongs to user",
    "mkdir -m 777 jobctl.db.d": "others may write",
    "mkdir -m 700 jobctl.db.d; mkdir -m 775 jobctl.db.d/holders": "others may write",
    f"ln -s real jobctl.db.d; chown -h {THEM} jobctl.db.d": "belongs to user",
    "touch jobctl.db.d": "is not a folder",
}


@pytest.fixture
def theirs() -> Iterator[Installation]:
    """The installation of another user, who has used it."""
    with open_folder() as folder:
        here = Installation(folder)
        os.chown(folder, THEM, THEM)
        (folder / "jobs.yaml").write_text(CATALOG)
        assert as_them(here, "apply").returncode == 0
        assert as_them(here, "run", "hello").returncode == 0
        yield here
        here.close()


def as_them(here: Installation, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AS_THEM, sys.executable, "-m", "jobctl", *args],
        cwd=here.folder,
        env=here.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def trust(answer: str) -> tuple[str, str]:
    [check] = [check for check in json.loads(answer) if check["name"] == "trust"]
    return check["verdict"], check["found"]


def not_theirs(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.lstat().st_uid != THEM and path.name != "jobs.yaml"]


def test_root_executes_nothing_of_another_users_database_and_leaves_it_usable(theirs: Installation) -> None:
    for status, *args in ((125, "run", "hello"), (5, "daemon", "--until-idle")):
        done = theirs.jobctl(*args, check=False)
        told = (f"`{theirs.db}` belongs to user" in done.stderr, f"sudo -u #{THEM} jobctl" in done.stderr)
        assert (done.returncode, told) == (status, (True, True)), done.stderr
    done = theirs.jobctl("exec", "nightly", "--", "echo", "done", check=False)
    assert (done.returncode, done.stdout, "belongs to user" in done.stderr) == (0, "done\n", True)
    # What only reads and writes the database goes on, and leaves nothing behind.
    assert theirs.jobctl("status").returncode == 0
    assert theirs.enqueue("hello") > 0
    assert trust(theirs.jobctl("doctor", "--json", check=False).stdout) == (
        "problem",
        f"{theirs.db} belongs to user #{THEM}",
    )
    left = [path for path in not_theirs(theirs.folder) if "/locks" not in path]
    assert left == []
    assert as_them(theirs, "daemon", "--until-idle").returncode == 0
    assert trust(as_them(theirs, "doctor", "--json").stdout)[0] == "ok"


def test_root_makes_no_database_in_another_users_folder(here: Installation) -> None:
    os.chown(here.folder, THEM, THEM)
    (here.folder / "jobs.yaml").write_text(CATALOG)
    done = here.jobctl("daemon", "--until-idle", check=False)
    assert (done.returncode, f"sudo -u #{THEM} jobctl" in done.stderr, here.db.exists()) == (5, True, False)


def test_a_planted_state_folder_is_refused_and_doctor_tells(here: Installation) -> None:
    here.apply(CATALOG)
    state = Path(f"{here.db}.d")
    for plant, said in PLANTED.items():
        (here.folder / "real").mkdir(mode=0o700, exist_ok=True)
        subprocess.run(plant, shell=True, check=True, cwd=here.folder)
        for status, *args in ((5, "daemon", "--until-idle"), (125, "run", "hello")):
            done = here.jobctl(*args, check=False)
            told = (done.returncode, said in done.stderr, "hint: " in done.stderr)
            assert told == (status, True, True), done.stderr
        verdict, found = trust(here.jobctl("doctor", "--json", check=False).stdout)
        assert (verdict, said in found) == ("problem", True)
        if state.is_symlink() or state.is_file():
            state.unlink()
        else:
            for folder in (state / "holders", state):
                if folder.exists():
                    folder.rmdir()
    assert here.jobctl("daemon", "--until-idle").returncode == 0


def test_a_database_that_others_can_change_or_replace_is_refused_to_root(here: Installation) -> None:
    here.apply(CATALOG)
    here.db.chmod(0o660)
    done = here.jobctl("run", "hello", check=False)
    assert (done.returncode, "others may write" in done.stderr, "chmod go-w" in done.stderr) == (125, True, True)
    here.db.chmod(0o600)
    above = here.folder.parent
    mode = above.stat().st_mode & 0o7777
    above.chmod(0o777)
    try:
        done = here.jobctl("run", "hello", check=False)
        assert (done.returncode, f"others may write `{above}`" in done.stderr) == (125, True), done.stderr
        above.chmod(0o1777)
        assert here.jobctl("run", "hello").returncode == 0
    finally:
        above.chmod(mode)


def test_a_lock_file_that_is_a_link_to_something_else_is_not_written(here: Installation) -> None:
    here.apply(CATALOG)
    lock, victim = Path(f"{here.db}.lock"), here.folder / "victim"
    victim.write_text("important")
    lock.unlink()
    os.link(victim, lock)
    assert "is not the lock of a database" in here.jobctl("enqueue", "hello", check=False).stderr
    lock.unlink()
    os.mkfifo(lock)
    assert here.jobctl("status", check=False).returncode == 5
    lock.unlink()
    assert here.enqueue("hello") > 0
    assert victim.read_text() == "important"
