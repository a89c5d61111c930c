-- Write the end of a run's attempt that succeeded and left nothing to say, through its fence.
UPDATE runs SET state = 'succeeded', ready = 0, result = NULL, started_at = ?, finished_at = ?, stop = NULL
WHERE run_id = ? AND claims = ? AND state = 'running'
