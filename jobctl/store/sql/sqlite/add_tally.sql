-- Count finished runs.
INSERT INTO tallies (job, state, hour_at, queue, runs) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (job, state, hour_at, queue) DO UPDATE SET runs = runs + excluded.runs
