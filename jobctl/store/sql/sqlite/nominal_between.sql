-- The nominal times of a job in a range that have a record.
SELECT scheduled_for FROM runs WHERE job = ? AND scheduled_for BETWEEN ? AND ? ORDER BY scheduled_for
