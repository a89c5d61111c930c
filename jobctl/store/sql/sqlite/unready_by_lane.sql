-- Runs by lane that wait for an instant, for a retry, or for something else.
SELECT lane_id, count(*) FILTER (WHERE due_at IS NOT NULL AND reason IS NOT 'retry'),
    count(*) FILTER (WHERE due_at IS NOT NULL AND reason = 'retry'), count(*) FILTER (WHERE due_at IS NULL)
FROM runs WHERE state = 'waiting' AND ready = 0 GROUP BY lane_id
