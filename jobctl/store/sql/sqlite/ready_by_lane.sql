-- Ready runs by lane.
SELECT lane_id, count(*) FROM runs WHERE state = 'waiting' AND ready = 1 GROUP BY lane_id
