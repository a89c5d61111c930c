-- Runs by since_at.
r.created_at >= :since_at
