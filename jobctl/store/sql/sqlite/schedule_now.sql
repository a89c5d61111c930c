-- Where a schedule in force stands.
SELECT s.cursor_at, j.version, s.booted, j.definition_id,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name)
FROM schedules s JOIN jobs j ON j.job_id = s.job_id WHERE s.job_id = ? AND j.retired_at IS NULL
