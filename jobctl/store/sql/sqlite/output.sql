-- What is kept of an attempt's output in its row.
SELECT output FROM attempts WHERE run_id = ? AND number = ?
