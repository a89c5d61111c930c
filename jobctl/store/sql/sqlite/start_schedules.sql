-- Schedules with @start: asked once in a daemon's life, so no row keeps it.
SELECT j.job_id, j.definition_id, coalesce(d.body, ''), j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name), s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL AND j.enabled = 1 AND d.body LIKE '%@start%'
    AND EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(d.body) THEN d.body ELSE '{}' END, '$.schedule.cron') e WHERE lower(trim(e.value)) LIKE '%@start')
ORDER BY j.name
