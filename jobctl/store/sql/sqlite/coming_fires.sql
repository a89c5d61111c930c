-- The next fires.
SELECT j.name, s.next_at FROM schedules s JOIN jobs j ON j.job_id = s.job_id
WHERE s.next_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name)
ORDER BY s.next_at LIMIT ?
