-- What must be known of a run before it is deleted.
SELECT r.job, r.state, r.finished_at, coalesce(l.queue, 'default'), r.definition_id, r.job_version
FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.run_id = ?1 AND r.finished_at IS NOT NULL AND (r.unique_until IS NULL OR r.unique_until <= ?2)
