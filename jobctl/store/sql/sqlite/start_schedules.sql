-- Schedules with @start: asked once in a daemon's life, so no row keeps it.
SELECT j.job_id, j.definition_id, d.body, j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name), s.booted
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL AND j.enabled = 1 AND d.body LIKE '%@start%'
    AND EXISTS (SELECT 1 FROM json_each(d.body, '$.schedule.cron') e WHERE lower(trim(e.value)) LIKE '%@start')
ORDER BY j.name
