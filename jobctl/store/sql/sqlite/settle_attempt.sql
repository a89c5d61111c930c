-- Close an attempt.
UPDATE attempts SET outcome = ?, state = ?, reason = ?, exit_code = ?, signal = ?, error = ?, output = ?, started_at = ?,
    finished_at = ?
WHERE run_id = ? AND number = ?
