-- What a lane stands for.
SELECT queue, job, exclusive FROM lanes WHERE lane_id = ?
