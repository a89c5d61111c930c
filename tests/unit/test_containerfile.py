"""What a container file must say so that the daemon can be process 1 of a container that trusts it with little."""

import json
import re
from pathlib import Path

from jobctl.cli.registry import load

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
LINES = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE)).splitlines()


def said(instruction: str) -> list[str]:
    """What stands after every instruction of that name, in order."""
    return [line.removeprefix(instruction).strip() for line in LINES if line.startswith(instruction + " ")]


def test_the_entry_point_is_the_daemon_without_a_shell_in_between() -> None:
    entry, extra = json.loads(said("ENTRYPOINT")[-1]), json.loads(said("CMD")[-1])
    known = {option for param in load("daemon").params for option in param.opts}
    assert entry[:2] == ["jobctl", "daemon"]
    assert "--tee" in entry
    assert {word for word in [*entry, *extra] if word.startswith("--")} <= known


def test_the_user_is_a_number_that_is_not_roots() -> None:
    user, _, group = said("USER")[-1].partition(":")
    assert int(user) > 0
    assert int(group) > 0


def test_the_health_check_asks_whether_the_daemon_lives() -> None:
    assert json.loads(said("HEALTHCHECK")[-1].partition("CMD ")[2]) == ["jobctl", "doctor", "--live"]


def test_the_state_is_a_volume_and_holds_the_database() -> None:
    database = re.search(r"JOBCTL_DB=(\S+)", said("ENV")[-1])
    assert database is not None
    assert Path(database[1]).parent == Path(said("VOLUME")[-1])


def test_what_is_copied_exists() -> None:
    copied = [word for line in said("COPY") if not line.startswith("--from") for word in line.split()[:-1]]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_container_is_stopped_by_the_signal_that_the_daemon_obeys() -> None:
    assert said("STOPSIGNAL") == ["SIGTERM"]


def test_what_is_copied_is_not_ignored_and_nothing_else_is_sent() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [word for line in said("COPY") if not line.startswith("--from") for word in line.split()[:-1]]
    assert "*" in ignored
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == set(copied)


def test_compiled_modules_stay_valid_whatever_a_builder_does_to_times() -> None:
    assert any("compileall" in line and "--invalidation-mode checked-hash" in line for line in said("RUN"))
