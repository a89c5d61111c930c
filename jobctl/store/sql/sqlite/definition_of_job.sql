-- The deployed job for enqueueing.
SELECT j.version, j.enabled, coalesce(d.body, ''),
    EXISTS (SELECT 1 FROM pauses WHERE kind = 'job' AND name = j.name),
    EXISTS (SELECT 1 FROM pauses WHERE kind = 'queue' AND name = CASE WHEN json_valid(d.body) THEN coalesce(d.body ->> '$.queue', 'default') END)
FROM jobs j LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.name = ? AND j.retired_at IS NULL
