-- What is in flight, by lane and name.
SELECT lane_id, job, count(*) FROM runs WHERE state = 'running' GROUP BY lane_id, job
