-- Give the given runs to a daemon.
UPDATE runs SET state = 'running', reason = NULL, claims = claims + 1, daemon_id = ?1, started_at = ?2, exit_code = NULL,
    signal = NULL, error = NULL, percent = NULL, progress_message = NULL, stop = NULL
WHERE state = 'waiting' AND run_id IN (SELECT value FROM json_each(?3))
