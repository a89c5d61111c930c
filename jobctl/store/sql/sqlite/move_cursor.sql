-- A schedule's past is decided up to its cursor.
UPDATE schedules SET cursor_at = ?, next_at = ?, booted = ? WHERE job_id = ?
