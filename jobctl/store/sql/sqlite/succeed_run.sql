-- Write the end of a run's attempt that succeeded and left nothing but a result, through its fence.
UPDATE runs SET state = 'succeeded', ready = 0, result = ?, started_at = ?, finished_at = ?, stop = NULL
WHERE run_id = ? AND claims = ? AND state = 'running'
