-- Runs by correlation_id.
r.correlation_id = :correlation_id
