"""What a service of systemd executes, as the keys of a catalog."""

import re
from collections.abc import Callable, Mapping
from signal import Signals

from jobctl.decide.params.template import problems
from jobctl.decide.text.variables import is_jobctls_own, is_variable
from jobctl.importers.systemd.exec_line import Exec, as_run, read_exec
from jobctl.importers.systemd.time_span import catalog_duration
from jobctl.importers.systemd.unit_file import Unit, expand, words
from jobctl.importers.yaml_text import Value

Home = Callable[[str | None], str | None]

_KNOWN = {
    *("Type", "ExecStart", "ExecStartPre", "ExecStartPost", "User", "Group", "WorkingDirectory", "Environment"),
    *("EnvironmentFile", "TimeoutStartSec", "TimeoutSec", "TimeoutStopSec", "RuntimeMaxSec", "Nice", "UMask"),
    *("KillSignal", "SuccessExitStatus"),
}
_IMMATERIAL = {
    *("StandardInput", "StandardOutput", "StandardError", "SyslogIdentifier", "RemainAfterExit", "KillMode"),
    *("TTYPath", "GuessMainPID", "SyslogLevel", "SyslogFacility", "LogLevelMax"),
}
_FILES = {"file", "append", "truncate", "fd", "socket", "data"}
_MARKS = {"+": "runs with full rights", "!": "keeps its rights", "|": "runs in the user's shell"}


def read_service(
    service: Unit, specifiers: Mapping[str, str], home: Home, remarks: list[str], lost: list[str]
) -> dict[str, Value]:
    """The keys that say what: `run` and its surroundings. `remarks` and `lost` take what there is to say.

    Raises ValueError if it cannot be said what it executes.
    """
    found: dict[str, Value] = {}
    description = service.last("Unit", "Description")
    if description:
        found["description"] = _tolerant(description, specifiers)
    found["run"] = _run(service, specifiers, lost)
    for name, key in (("user", "User"), ("group", "Group")):
        text = expand(service.last("Service", key) or "", specifiers)
        found |= {name: text} if text else {}
    found |= _folder(service, specifiers, home, remarks)
    found |= _limits(service, lost)
    found |= _environment(service, specifiers, lost)
    lost += [*_redirections(service), *_left_out(service)]
    return found


def _run(service: Unit, specifiers: Mapping[str, str], lost: list[str]) -> str | tuple[str, ...]:
    commands: list[Exec] = []
    for key in ("ExecStartPre", "ExecStart", "ExecStartPost"):
        for text in service.all("Service", key):
            commands += read_exec(text, specifiers)
    if not service.all("Service", "ExecStart"):
        raise ValueError("the service has no `ExecStart=`")
    marks = {mark for command in commands for mark in command.marks}
    lost += [f"`{mark}` before a command: it {why}" for mark, why in _MARKS.items() if mark in marks]
    run = as_run(commands)
    wrong = problems(run, ())
    if wrong:
        raise ValueError(wrong[0][1])
    return run


def _folder(service: Unit, specifiers: Mapping[str, str], home: Home, remarks: list[str]) -> dict[str, Value]:
    given = service.last("Service", "WorkingDirectory")
    if given is None:
        return {"working_dir": specifiers["folder"]}
    if given.startswith("-"):
        remarks.append(f"{given[1:]} need not exist for systemd; for jobctl it must")
    folder = expand(given.removeprefix("-"), specifiers)
    found = home(service.last("Service", "User")) if folder == "~" else folder
    if found is None or not found.startswith("/"):
        remarks.append(f"`WorkingDirectory={given}` is no folder that is known here: set `working_dir`")
        return {}
    return {"working_dir": found}


def _limits(service: Unit, lost: list[str]) -> dict[str, Value]:
    starts = service.last("Service", "Type") == "oneshot"
    bounds = ("TimeoutSec", "TimeoutStartSec", "RuntimeMaxSec") if starts else ("RuntimeMaxSec",)
    readers: tuple[tuple[str, tuple[str, ...], Callable[[str], Value | None]], ...] = (
        ("timeout", bounds, catalog_duration),
        ("stop_grace_period", ("TimeoutSec", "TimeoutStopSec"), catalog_duration),
        ("stop_signal", ("KillSignal",), _signal),
        ("umask", ("UMask",), _umask),
        ("nice", ("Nice",), _nice),
    )
    found: dict[str, Value] = {"umask": "0022"}
    for name, keys, read in readers:
        text = service.last("Service", *keys)
        try:
            value = read(text) if text is not None else None
        except ValueError as error:
            lost.append(f"`{text}`: {error}")
            continue
        found |= {name: value} if value is not None else {}
    statuses = [word for text in service.all("Service", "SuccessExitStatus") for word in text.split()]
    codes = [int(word) for word in statuses if _is_code(word)]
    lost += [f"`SuccessExitStatus={word}`: only exit codes can be said" for word in statuses if not _is_code(word)]
    return {**found, **({"success_codes": tuple(dict.fromkeys((0, *codes)))} if codes else {})}


def _signal(text: str) -> str:
    name = f"SIG{text.upper().removeprefix('SIG')}"
    if text.isdecimal() and int(text) in set(Signals):
        return Signals(int(text)).name
    if name not in Signals.__members__:
        raise ValueError("this is no signal")
    return name


def _umask(text: str) -> str:
    if not re.fullmatch(r"0?[0-7]{1,3}", text):
        raise ValueError("this is no umask")
    return text


def _nice(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,2}", text) or not -20 <= int(text) <= 19:
        raise ValueError("this is no `nice` value")
    return int(text)


def _is_code(word: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,3}", word)) and int(word) < 256


def _environment(service: Unit, specifiers: Mapping[str, str], lost: list[str]) -> dict[str, Value]:
    env: dict[str, str] = {}
    for text in service.all("Service", "Environment"):
        for word in words(text):
            name, found, value = expand(word, specifiers).partition("=")
            if found and is_variable(name) and not is_jobctls_own(name) and "\0" not in value:
                env[name] = value
            elif found and is_jobctls_own(name):
                lost.append(f"`Environment={word}`: jobctl tells a job about itself by this variable")
            else:
                lost.append(f"`Environment={word}`: this is no `NAME=value`")
    files = [expand(text, specifiers) for text in service.all("Service", "EnvironmentFile")]
    settings: dict[str, Value] = {"env": env} if env else {}
    return {**settings, **({"env_file": tuple(files)} if files else {})}


def _redirections(service: Unit) -> list[str]:
    """Streams that are files: a catalog names none."""
    given = ((key, service.last("Service", key) or "") for key in ("StandardInput", "StandardOutput", "StandardError"))
    files = [(key, text) for key, text in given if text.partition(":")[0] in _FILES]
    ways = {"StandardInput": "write `< FILE` into `run`", "StandardOutput": "output is in `jobctl logs`"}
    return [f"`{key}={text}`: {ways.get(key, ways['StandardOutput'])}" for key, text in files]


def _left_out(service: Unit) -> list[str]:
    """The keys that have no counterpart; what only orders units, or says where output goes, is not missed."""
    keys = [key for key in service.keys("Service") if key not in _KNOWN | _IMMATERIAL]
    keys += [key for key in service.keys("Unit") if key.startswith(("Condition", "Assert")) or key == "OnFailure"]
    return [", ".join(f"`{key}=`" for key in keys) + ": a catalog has no such key"] if keys else []


def _tolerant(text: str, specifiers: Mapping[str, str]) -> str:
    try:
        return expand(text, specifiers)
    except ValueError:
        return text
