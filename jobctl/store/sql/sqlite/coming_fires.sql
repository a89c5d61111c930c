-- The next fires; a definition only where the last run has a say in what is told of it.
SELECT j.name, s.next_at, j.job_id, j.definition_id, CASE WHEN d.body LIKE '%"after_end"%' THEN d.body END
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE s.next_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name)
ORDER BY s.next_at LIMIT ?
