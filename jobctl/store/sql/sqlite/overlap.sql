-- name: in_the_way
-- Whether a run of a job is under way, waits for a retry included, and whether one that is due has not begun.
-- No row where no run is live, as nearly always when a fire is due.
-- only here: the index is named, else all runs of the job may be walked through.
SELECT
    EXISTS (SELECT 1 FROM runs INDEXED BY runs_live WHERE job = :job AND state = 'running' AND finished_at IS NULL)
    OR EXISTS (SELECT 1 FROM runs INDEXED BY runs_live
               WHERE job = :job AND state = 'waiting' AND ready IN (0, 1) AND claims > 0 AND finished_at IS NULL)
        AS under_way,
    EXISTS (SELECT 1 FROM runs INDEXED BY runs_live
            WHERE job = :job AND state = 'waiting' AND ready = 1 AND claims = 0 AND finished_at IS NULL) AS waiting
FROM (SELECT 1 FROM runs INDEXED BY runs_live WHERE job = :job AND finished_at IS NULL LIMIT 1) AS live;

-- name: replaceable
-- The runs of a job that are due or under way, waits for a retry included.
-- only here: the index is named, else all runs of the job may be walked through.
SELECT r.run_id, r.state = 'running' AS runs, r.stop, r.job, coalesce(l.queue, 'default') AS queue
FROM runs r INDEXED BY runs_live LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.job = :job AND r.finished_at IS NULL AND (r.state = 'running' OR r.ready = 1 OR r.claims > 0);
