-- Everything that runs, by lane.
SELECT run_id, job, lane_id FROM runs WHERE state = 'running' ORDER BY run_id
