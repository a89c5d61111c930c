-- The deployed job for enqueueing.
SELECT j.version, j.enabled, d.body,
    EXISTS (SELECT 1 FROM pauses WHERE kind = 'job' AND name = j.name),
    EXISTS (SELECT 1 FROM pauses WHERE kind = 'queue' AND name = coalesce(d.body ->> '$.queue', 'default'))
FROM jobs j JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.name = ? AND j.retired_at IS NULL
