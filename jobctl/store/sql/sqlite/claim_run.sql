-- Give a run to a daemon.
UPDATE runs SET state = 'running', reason = NULL, claims = claims + 1, daemon_id = ?, started_at = ?, exit_code = NULL,
    signal = NULL, error = NULL, percent = NULL, progress_message = NULL, stop = NULL
WHERE run_id = ? AND state = 'waiting'
