-- Count runs :first to :last, as each settlement would have.
INSERT INTO tallies (job, state, hour_at, queue, runs)
SELECT r.job, r.state, r.finished_at - r.finished_at % 3600000, l.queue, count(*)
FROM runs r CROSS JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.run_id BETWEEN :first AND :last GROUP BY 1, 2, 3, 4
ON CONFLICT (job, state, hour_at, queue) DO UPDATE SET runs = runs + excluded.runs
