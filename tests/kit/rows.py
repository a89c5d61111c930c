"""Output that is kept in rows, without a database."""

from jobctl.model.errors import Unusable


class Rows(dict[tuple[int, int], bytes]):
    """What is kept of each run's attempts, as a store would tell it; or not, while it is `out_of_reach`."""

    out_of_reach = False

    def output(self, run_id: int, attempt: int) -> bytes | None:
        """What is kept of an attempt, if anything."""
        return self.get((run_id, attempt))

    def newest_output(self, run_id: int) -> int | None:
        """The newest attempt of which something is kept."""
        if self.out_of_reach:
            raise Unusable("the database is busy")
        return max((attempt for run, attempt in self if run == run_id), default=None)
