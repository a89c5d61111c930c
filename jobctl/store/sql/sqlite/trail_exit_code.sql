-- Runs by an exit code that is not 0 in a range of ids, newest first, so many.
SELECT run_id FROM runs INDEXED BY runs_exit_code
WHERE exit_code = :exit_code AND exit_code <> 0 AND run_id >= :low AND run_id < :high
ORDER BY run_id DESC LIMIT :chunk
