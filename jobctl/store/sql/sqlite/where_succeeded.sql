-- Runs that have succeeded.
r.state = 'succeeded' AND r.finished_at IS NOT NULL
