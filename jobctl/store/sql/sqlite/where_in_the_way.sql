-- Runs of a job that are due or under way, waits for a retry included.
r.run_id IN (SELECT live.run_id FROM runs live INDEXED BY runs_live
    WHERE live.job = :job AND live.finished_at IS NULL AND (live.state = 'running' OR live.ready = 1 OR live.claims > 0))
