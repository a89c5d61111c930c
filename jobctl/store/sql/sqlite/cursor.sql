-- Up to where a schedule is decided.
SELECT cursor_at FROM schedules WHERE job_id = ?
