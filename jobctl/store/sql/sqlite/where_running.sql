-- Runs that are running, found in the index of live runs.
r.state = 'running' AND r.finished_at IS NULL
