-- A job that was ever deployed.
SELECT j.job_id, j.version, j.definition_id, j.source, j.retired_at FROM jobs j WHERE j.name = ?
