-- Runs of a job that are due later and have not begun.
r.run_id IN (SELECT live.run_id FROM runs live INDEXED BY runs_live
    WHERE live.job = :job AND live.finished_at IS NULL AND live.state = 'waiting' AND live.ready = 0 AND live.claims = 0)
