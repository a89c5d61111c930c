-- Runs in a lane in a range of ids, newest first, so many.
SELECT run_id FROM runs INDEXED BY runs_lane WHERE lane_id = :lane_id AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk
