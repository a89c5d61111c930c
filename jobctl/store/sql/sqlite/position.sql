-- name: in_flight
-- Everything that runs, in order.
-- only here: the plus keeps the order from being taken from a walk through all runs.
SELECT run_id, job, lane_id FROM runs WHERE state = 'running' ORDER BY +run_id;
