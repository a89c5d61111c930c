-- When the next waiting run expires.
SELECT min(expires_at) FROM runs WHERE state = 'waiting' AND expires_at IS NOT NULL
