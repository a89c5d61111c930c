-- Failures by queue since an hour.
SELECT queue, sum(max(0, min(runs, 1 << 53))) FROM tallies WHERE state = 'failed' AND hour_at >= ? GROUP BY queue
