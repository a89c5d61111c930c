-- Close an attempt that succeeded and left nothing but output.
UPDATE attempts SET outcome = 'succeeded', state = 'succeeded', output = ?, started_at = ?, finished_at = ?
WHERE run_id = ? AND number = ?
