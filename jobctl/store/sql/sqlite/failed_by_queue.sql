-- Failures by queue since an hour.
SELECT queue, sum(runs) FROM tallies WHERE state = 'failed' AND hour_at >= ? GROUP BY queue
