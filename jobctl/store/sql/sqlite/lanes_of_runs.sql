-- The lane of each of the given runs.
SELECT r.lane_id FROM json_each(?) j CROSS JOIN runs r ON r.run_id = j.value
