-- Count finished runs.
INSERT INTO tallies (job, state, hour_at, queue, runs) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (job, state, hour_at, queue) DO UPDATE SET runs = max(-(1 << 53), min(runs, 1 << 53)) + excluded.runs
