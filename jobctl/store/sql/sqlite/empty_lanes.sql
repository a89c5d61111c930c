-- Lanes in which no run is. The newest one stays: its number would be given again.
SELECT lane_id FROM lanes l
WHERE lane_id < (SELECT max(lane_id) FROM lanes) AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.lane_id = l.lane_id)
LIMIT :most
