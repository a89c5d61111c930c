-- The lanes of a queue, or those of them that runs of one job may be in.
SELECT lane_id FROM lanes WHERE queue = ?1 AND (?2 IS NULL OR job IN (?2, ''))
