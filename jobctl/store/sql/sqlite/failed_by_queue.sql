-- Failures by queue since an hour.
SELECT queue, sum(min(runs, 1 << 53)) FROM tallies WHERE state = 'failed' AND hour_at >= ? GROUP BY queue
