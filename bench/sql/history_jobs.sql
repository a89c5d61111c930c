-- The deployed jobs, numbered, each with the lane of its queue.
INSERT INTO history_jobs (number, name, version, definition_id, lane_id, shell)
SELECT row_number() OVER (ORDER BY j.job_id) - 1, j.name, j.version, j.definition_id, l.lane_id,
    json_extract(d.body, '$.call') IS NULL
FROM jobs j JOIN definitions d USING (definition_id)
JOIN lanes l ON l.job = j.name AND l.queue = coalesce(json_extract(d.body, '$.queue'), 'default') AND NOT l.exclusive
WHERE j.retired_at IS NULL
