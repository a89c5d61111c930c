-- The first record of a job at or after a nominal time, and whether it covers a range.
SELECT r.run_id, r.missed_from, r.missed_times, r.scheduled_for, r.definition_id, r.job_version, coalesce(l.queue, 'default'), r.finished_at
FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.job = ? AND r.scheduled_for >= ? ORDER BY r.scheduled_for LIMIT 1
