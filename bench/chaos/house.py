"""The processes of a chaos run: daemons and command lines that come and go, and how they are killed."""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bench.chaos.jobs import Stream

JOBCTL = [sys.executable, "-m", "jobctl"]
KILLS = {
    ("daemon", signal.SIGKILL): 30,
    ("daemon", signal.SIGTERM): 8,
    ("daemon", signal.SIGSTOP): 8,
    ("daemon", signal.SIGUSR2): 8,
    ("worker", signal.SIGKILL): 16,
    ("holder", signal.SIGKILL): 10,
    ("holder", signal.SIGSTOP): 5,
    ("command", signal.SIGKILL): 18,
    ("command", signal.SIGSTOP): 5,
}
LONGEST_STOP = 2.0


@dataclass
class Command:
    """A command line under way."""

    args: list[str]
    process: "subprocess.Popen[str]"
    out: IO[str]
    err: IO[str]
    killed: bool = False


@dataclass
class Story:
    """What happened so far."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    commands: int = 0
    unheard: int = 0
    acknowledged: set[int] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    daemons: int = 0


class House:
    """Everything that runs on one database."""

    def __init__(self, home: Path, dice: random.Random) -> None:
        self.home = home
        self.story = Story()
        self._dice = dice
        self._stream = Stream(dice, home)
        self._daemons: list[subprocess.Popen[bytes]] = []
        self._commands: list[Command] = []
        self._stopped: dict[int, float] = {}
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TZ": "UTC",
            "JOBCTL_DB": str(home / "jobctl.db"),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        }

    def run(self, *args: str) -> None:
        """One command that must succeed."""
        subprocess.run([*JOBCTL, *args], cwd=self.home, env=self._environment, check=True, timeout=60)

    def turn(self, daemons: int, commands: int) -> None:
        """Look after everything: wake what was stopped, hear what has ended, start what is missing."""
        self._wake_stopped()
        self._hear_commands()
        self._daemons = [daemon for daemon in self._daemons if daemon.poll() is None]
        while len(self._daemons) < daemons:
            self._start_daemon()
        while len(self._commands) < commands:
            self._start_command()

    def strike(self) -> None:
        """Kill, end or stop one process at random."""
        (kind, number), *_ = self._dice.choices(list(KILLS), list(KILLS.values()))
        pids = self._targets(kind)
        if not pids:
            return
        pid = self._dice.choice(pids)
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if number == signal.SIGSTOP:
            self._stopped[pid] = time.monotonic() + self._dice.uniform(0.05, LONGEST_STOP)
        for command in self._commands:
            command.killed |= command.process.pid == pid and number == signal.SIGKILL
        name = signal.Signals(number).name
        self.story.kills[kind, name] += 1
        with (self.home / "kills").open("a") as log:
            log.write(f"{time.clock_gettime(time.CLOCK_BOOTTIME):.3f} {name} {kind} {pid}\n")

    def drain(self, seconds: float) -> bool:
        """No more kills: let every command end, and a daemon do all there is to do; False if it takes too long."""
        self._stopped = dict.fromkeys(self._stopped, 0.0)
        end = time.monotonic() + seconds
        while self._commands and time.monotonic() < end:
            self.turn(1, 0)
            time.sleep(0.02)
        for daemon in self._daemons:
            daemon.send_signal(signal.SIGTERM)
        last = self._start_daemon("--until-idle")
        try:
            for daemon in self._daemons:
                daemon.wait(max(end - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            return False
        return last.returncode == 0

    def left(self) -> dict[int, str]:
        """Live processes that have to do with this run, and what they are."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            pid = int(process.name)
            if pid != os.getpid() and self._is_ours(process):
                found[pid] = _words(process)
        return found

    def end(self) -> None:
        """Kill whatever is left."""
        for pid in self.left():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for daemon in self._daemons:
            daemon.wait()
        for command in self._commands:
            command.process.wait()

    def log(self) -> str:
        """What the daemons have said."""
        return (self.home / "daemon.log").read_text(errors="replace")

    def _start_daemon(self, *args: str) -> "subprocess.Popen[bytes]":
        self.story.daemons += 1
        options = ["--slots", "4", "--grace", "500ms", "--name", f"d{self.story.daemons}"]
        with (self.home / "daemon.log").open("ab") as log:
            daemon = subprocess.Popen(
                [*JOBCTL, "daemon", *options, *args],
                cwd=self.home,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._daemons.append(daemon)
        return daemon

    def _start_command(self) -> None:
        args, stdin = self._stream.next()
        self.story.commands += 1
        out, err, given = self._scratch(), self._scratch(), self._scratch()
        with given:
            given.write(stdin)
            given.seek(0)
            process = subprocess.Popen(
                [*JOBCTL, *args],
                cwd=self.home,
                env=self._environment,
                stdin=given,
                stdout=out,
                stderr=err,
                text=True,
            )
        self._commands.append(Command(args, process, out, err))

    def _scratch(self) -> IO[str]:
        return tempfile.TemporaryFile("w+", dir=self.home)

    def _hear_commands(self) -> None:
        for command in [command for command in self._commands if command.process.poll() is not None]:
            self._commands.remove(command)
            self._hear(command)

    def _hear(self, command: Command) -> None:
        command.out.seek(0)
        command.err.seek(0)
        said, complaint = command.out.read(), command.err.read()
        command.out.close()
        command.err.close()
        if command.args[0] == "run":
            passed = command.process.returncode in (0, 3, 17)
        else:
            passed = command.process.returncode == 0
            self._acknowledge(said, "--from" in command.args)
        if command.killed:
            self.story.unheard += not passed
        elif not passed or "Traceback" in complaint:
            words = " ".join(command.args)
            self.story.complaints.append(f"`jobctl {words}` ended with {command.process.returncode}: {complaint}")

    def _acknowledge(self, said: str, many: bool) -> None:
        """What was printed was promised, even if the process was killed right after."""
        if many:
            self.story.acknowledged.update(map(int, re.findall(r"\d+", said.partition("]")[0])))
        elif not many and re.fullmatch(r"\d+\n", said):
            self.story.acknowledged.add(int(said))

    def _wake_stopped(self) -> None:
        for pid, wake_at in list(self._stopped.items()):
            if time.monotonic() >= wake_at:
                del self._stopped[pid]
                try:
                    os.kill(pid, signal.SIGCONT)
                except ProcessLookupError:
                    continue

    def _targets(self, kind: str) -> list[int]:
        if kind == "daemon":
            return [daemon.pid for daemon in self._daemons if daemon.poll() is None]
        if kind == "command":
            return [command.process.pid for command in self._commands if command.process.poll() is None]
        program, home = f"{kind}_program.py", str(self.home)
        processes = {int(p.name): _words(p) for p in Path("/proc").glob("[0-9]*")}
        found = {pid for pid, words in processes.items() if program in words and home in words}
        # A job that is not executed yet has the words of its holder.
        return sorted(pid for pid in found if _parent(pid) not in found)

    def _is_ours(self, process: Path) -> bool:
        """By its command line, or by a file of this run that it has open."""
        home = str(self.home)
        if home in _words(process):
            return True
        try:
            return any(home in str(fd.readlink()) for fd in (process / "fd").iterdir())
        except OSError:
            return False


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _words(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
