-- Intervals from the end of the last run without a coming fire: an older program, which did not know them, took it for the last.
SELECT j.job_id, j.definition_id, coalesce(d.body, ''), j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name), s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE s.next_at IS NULL AND j.retired_at IS NULL AND j.enabled = 1 AND d.body LIKE '%"after_end"%'
    AND json_extract(CASE WHEN json_valid(d.body) THEN d.body ELSE '{}' END, '$.schedule.after_end') IS NOT NULL
ORDER BY j.name
