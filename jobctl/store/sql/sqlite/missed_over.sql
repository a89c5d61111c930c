-- The first record of a job at or after a nominal time, and whether it covers a range.
SELECT r.run_id, r.missed_from, r.missed_times, r.scheduled_for, r.definition_id, r.job_version, l.queue, r.finished_at
FROM runs r JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.job = ? AND r.scheduled_for >= ? ORDER BY r.scheduled_for LIMIT 1
