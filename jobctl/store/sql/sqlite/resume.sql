-- Let go of a job or a queue.
DELETE FROM pauses WHERE kind = ? AND name = ?
