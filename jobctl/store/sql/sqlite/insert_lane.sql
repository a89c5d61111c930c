-- Open a lane.
INSERT INTO lanes (job, queue, exclusive) VALUES (?, ?, ?) RETURNING lane_id
