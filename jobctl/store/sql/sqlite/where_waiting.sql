-- Runs that are waiting, found in the index of live runs.
r.state = 'waiting' AND r.finished_at IS NULL
