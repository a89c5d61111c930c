-- Whether a job or a queue is held.
SELECT 1 FROM pauses WHERE kind = ? AND name = ?
