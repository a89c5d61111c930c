-- Close a lane, unless a run has come into it.
DELETE FROM lanes WHERE lane_id = ?1 AND NOT EXISTS (SELECT 1 FROM runs WHERE lane_id = ?1)
