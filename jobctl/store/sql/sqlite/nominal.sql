-- Whether a nominal time of a job has its record.
SELECT run_id FROM runs WHERE job = ? AND scheduled_for = ?
