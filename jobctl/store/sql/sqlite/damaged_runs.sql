-- Runs of which something cannot be read, newest first: `?1` is the last instant that there is.
SELECT r.run_id, r.finished_at IS NOT NULL FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE NOT json_valid(r.params) OR coalesce(json_type(r.params) <> 'object', 0) OR NOT coalesce(json_valid(r.result), 1)
    OR l.lane_id IS NULL OR NOT coalesce(r.due_at BETWEEN 0 AND ?1, 1) OR NOT coalesce(r.expires_at BETWEEN 0 AND ?1, 1)
    OR NOT coalesce(r.scheduled_for BETWEEN 0 AND ?1, 1) OR NOT r.created_at BETWEEN 0 AND ?1
    OR NOT coalesce(r.started_at BETWEEN 0 AND ?1, 1) OR NOT coalesce(r.finished_at BETWEEN 0 AND ?1, 1)
    OR NOT r.claims BETWEEN 0 AND 1000000000
ORDER BY r.run_id DESC LIMIT ?2
