-- Runs by exit_code.
r.exit_code = :exit_code
