-- Make a finished run wait again with a fresh budget.
UPDATE runs SET state = 'waiting', reason = NULL, ready = 1, due_at = ?1, expires_at = NULL, params = coalesce(?2, params),
    failures = 0, losses = 0, daemon_id = NULL, stop = NULL, exit_code = NULL, signal = NULL, error = NULL, result = NULL,
    percent = NULL, progress_message = NULL, started_at = NULL, finished_at = NULL, unique_until = NULL
WHERE run_id = ?3 AND finished_at IS NOT NULL
