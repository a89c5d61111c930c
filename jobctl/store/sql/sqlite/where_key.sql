-- Runs by key.
r.key = :key
