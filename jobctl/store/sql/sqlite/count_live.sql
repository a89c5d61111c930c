-- How many live runs of a job are under way, and how many have not begun.
SELECT count(*) FILTER (WHERE state = 'running' OR claims > 0), count(*) FILTER (WHERE state = 'waiting' AND claims = 0)
FROM runs INDEXED BY runs_live WHERE job = ? AND finished_at IS NULL
