-- Schedules with a nominal time to decide, earliest first; plus and abs() hide values: see `front`.
SELECT j.job_id, j.definition_id, coalesce(d.body, ''), j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name AND (p.until_at IS NULL OR p.until_at > ?1)),
    s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE s.next_at IS NOT NULL AND s.next_at <= +?1
ORDER BY s.next_at LIMIT abs(?2)
