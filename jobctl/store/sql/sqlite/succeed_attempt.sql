-- Close an attempt that succeeded and left nothing to say.
UPDATE attempts SET outcome = 'succeeded', state = 'succeeded', started_at = ?, finished_at = ?
WHERE run_id = ? AND number = ?
