"""The folder beside the database: logs, wake-up FIFOs, holders. It is 0700, whatever the umask."""

from dataclasses import dataclass
from pathlib import Path

from jobctl.execute.worker_program._jobctl_worker.files import log_path


@dataclass(frozen=True, slots=True)
class StateFolder:
    """`<database>.d/`: `logs/`, `wake/`, `holders/`."""

    root: Path

    @property
    def logs(self) -> Path:
        """Where log files are: `<run id // 1000>/<run id>.<attempt>.log`."""
        return self.root / "logs"

    @property
    def wake(self) -> Path:
        """Where each daemon has its FIFO."""
        return self.root / "wake"

    @property
    def holders(self) -> Path:
        """Where each holder has its folder: socket and journal."""
        return self.root / "holders"

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
