-- Runs by job.
r.job = :job
