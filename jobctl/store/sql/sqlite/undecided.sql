-- The schedule of a job, if it has nominal times to decide.
SELECT j.job_id, j.definition_id, coalesce(d.body, ''), j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name), s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.name = ? AND s.next_at <= ?
