"""Output that is kept in rows, without a database."""


class Rows(dict[tuple[int, int], bytes]):
    """What is kept of each run's attempts, as a store would tell it."""

    def output(self, run_id: int, attempt: int) -> bytes | None:
        """What is kept of an attempt, if anything."""
        return self.get((run_id, attempt))

    def newest_output(self, run_id: int) -> int | None:
        """The newest attempt of which something is kept."""
        return max((attempt for run, attempt in self if run == run_id), default=None)
