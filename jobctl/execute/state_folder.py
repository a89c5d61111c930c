"""The folder beside the database: logs, wake-up FIFOs, holders. It is 0700, whatever the umask."""

import re
from dataclasses import dataclass
from pathlib import Path

from jobctl.execute.worker_program._jobctl_worker.files import log_path
from jobctl.model.beside import WAKE, database_of, folder_of

_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StateFolder:
    """`<database>.d/`: `logs/`, `wake/`, `holders/`."""

    root: Path

    @classmethod
    def beside(cls, database: str) -> "StateFolder":
        """The folder of a database, whether there is one or not."""
        return cls(Path(folder_of(database)))

    @property
    def database(self) -> Path:
        """The database that it belongs to."""
        return Path(database_of(str(self.root)))

    @property
    def logs(self) -> Path:
        """Where log files are: `<run id // 1000>/<run id>.<attempt>.log`."""
        return self.root / "logs"

    @property
    def wake(self) -> Path:
        """Where each daemon has its FIFO."""
        return self.root / WAKE

    @property
    def holders(self) -> Path:
        """Where each holder has its folder: socket and journal."""
        return self.root / "holders"

    def holder(self, wanted: str) -> Path | None:
        """The folder of a holder that a row names, by path or by name: below this one wherever the path points; None
        for what cannot be the name of one."""
        name = wanted.rpartition("/")[2]
        return self.holders / name if _NAME.fullmatch(name) else None

    def fifo(self, wanted: str) -> Path | None:
        """The same for the FIFO of a daemon."""
        name = wanted.rpartition("/")[2]
        stem = name.removesuffix(".fifo")
        return self.wake / name if stem != name and _NAME.fullmatch(stem) else None

    def log(self, run_id: int, attempt: int) -> Path:
        """The log file of one attempt; absent when it wrote nothing."""
        return Path(self.log_path(run_id, attempt))

    def log_path(self, run_id: int, attempt: int) -> str:
        """The same as text: a Path costs more than a small call."""
        return log_path(f"{self.root}/logs", run_id, attempt)

    def make(self) -> None:
        """Create what is missing."""
        for folder in (self.root, self.logs, self.wake, self.holders):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
