-- Delete an ad-hoc definition that nothing names any more.
DELETE FROM definitions WHERE definition_id = ?1
    AND NOT EXISTS (SELECT 1 FROM runs WHERE job_version IS NULL AND definition_id = ?1)
    AND NOT EXISTS (SELECT 1 FROM job_versions WHERE definition_id = ?1)
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE definition_id = ?1)
