-- Close attempts that began and ended in the same milliseconds, succeeded and left nothing.
UPDATE attempts SET outcome = 'succeeded', state = 'succeeded', started_at = ?1, finished_at = ?2
WHERE run_id IN (SELECT value FROM json_each(?4)) AND number = ?3
