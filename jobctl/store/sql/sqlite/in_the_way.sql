-- Whether a run of a job is under way, waits for a retry included, and whether one that is due has not begun.
-- No row where no run is live, as nearly always when a fire is due.
SELECT
    EXISTS (SELECT 1 FROM runs INDEXED BY runs_live WHERE job = ?1 AND state = 'running' AND finished_at IS NULL)
    OR EXISTS (SELECT 1 FROM runs INDEXED BY runs_live
               WHERE job = ?1 AND state = 'waiting' AND ready IN (0, 1) AND claims > 0 AND finished_at IS NULL),
    EXISTS (SELECT 1 FROM runs INDEXED BY runs_live
            WHERE job = ?1 AND state = 'waiting' AND ready = 1 AND claims = 0 AND finished_at IS NULL)
FROM (SELECT 1 FROM runs INDEXED BY runs_live WHERE job = ?1 AND finished_at IS NULL LIMIT 1)
